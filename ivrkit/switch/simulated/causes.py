"""Hangup causes of the embedded switch and their Q.850 numbers (switch_channel.c, CAUSE_CHART)."""

from __future__ import annotations

Q850 = {
    "UNALLOCATED_NUMBER": 1,
    "NO_ROUTE_TRANSIT_NET": 2,
    "NO_ROUTE_DESTINATION": 3,
    "CHANNEL_UNACCEPTABLE": 6,
    "NORMAL_CLEARING": 16,
    "USER_BUSY": 17,
    "NO_USER_RESPONSE": 18,
    "NO_ANSWER": 19,
    "SUBSCRIBER_ABSENT": 20,
    "CALL_REJECTED": 21,
    "NUMBER_CHANGED": 22,
    "DESTINATION_OUT_OF_ORDER": 27,
    "INVALID_NUMBER_FORMAT": 28,
    "NORMAL_UNSPECIFIED": 31,
    "NORMAL_CIRCUIT_CONGESTION": 34,
    "NETWORK_OUT_OF_ORDER": 38,
    "NORMAL_TEMPORARY_FAILURE": 41,
    "SWITCH_CONGESTION": 42,
    "REQUESTED_CHAN_UNAVAIL": 44,
    "OUTGOING_CALL_BARRED": 52,
    "INCOMING_CALL_BARRED": 54,
    "BEARERCAPABILITY_NOTAVAIL": 58,
    "SERVICE_UNAVAILABLE": 63,
    "INCOMPATIBLE_DESTINATION": 88,
    "RECOVERY_ON_TIMER_EXPIRE": 102,
    "PROTOCOL_ERROR": 111,
    "INTERWORKING": 127,
    "ORIGINATOR_CANCEL": 487,
    "LOSE_RACE": 502,
    "MANAGER_REQUEST": 503,
    "ALLOTTED_TIMEOUT": 602,
    "PICKED_OFF": 605,
}
_BY_NUMBER = {str(number): cause for cause, number in Q850.items()}

DIALSTATUS = {"NO_ANSWER": "NOANSWER", "USER_BUSY": "BUSY", "ORIGINATOR_CANCEL": "CANCEL"}
"What the variable DIALSTATUS says where it is not the cause itself (switch_ivr_originate.c)."

SIP = {"NO_ROUTE_DESTINATION": 404, "NORMAL_TEMPORARY_FAILURE": 503, "USER_BUSY": 486, "CALL_REJECTED": 603}


def cause_of(text: str | None) -> str:
    """The cause that `text` names; FreeSWITCH takes what it does not know for NORMAL_CLEARING."""
    name = (text or "").strip().upper()
    return name if name in Q850 else _BY_NUMBER.get(name, "NORMAL_CLEARING")
