"""FreeSWITCH's events as what they mean for a call. Last stage of the codec: what has no meaning is None."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from typing import Literal

from ivrkit.esl.encoding import UNDEFINED
from ivrkit.esl.events import EslEvent
from ivrkit.events import (
    CallAnswered,
    CallArrived,
    Event,
    HungUp,
    KeyPressed,
    PlaybackEnded,
    RecordingEnded,
    TransferEnded,
)

EVENTS = ("CHANNEL_EXECUTE_COMPLETE", "DTMF", "CHANNEL_HANGUP")
"What a call has to subscribe to."

LONGEST_FIELD = 256
"Characters of a caller's number or name that are kept."
_TRANSFER_OUTCOMES: dict[str, Literal["answered", "busy", "no_answer"]] = {
    "SUCCESS": "answered",
    "USER_BUSY": "busy",
    "NO_ANSWER": "no_answer",
    "NO_USER_RESPONSE": "no_answer",
    "ALLOTTED_TIMEOUT": "no_answer",
    "SUBSCRIBER_ABSENT": "no_answer",
}
"By originate_disposition; anything else has failed."


def arrival(channel: EslEvent, at: float, started: datetime) -> CallArrived:
    """The call that the reply to `connect` tells of; everything in it is the caller's to choose."""
    return CallArrived(
        at=at,
        call_id=channel["Unique-ID"],
        caller_number=_known(channel, "Caller-Caller-ID-Number"),
        caller_name=_known(channel, "Caller-Caller-ID-Name"),
        called_number=_known(channel, "Caller-Destination-Number"),
        started=started,
    )


def transfer_outcome(disposition: str) -> Literal["answered", "busy", "no_answer", "failed"]:
    """How a transfer ended, by FreeSWITCH's originate_disposition."""
    return _TRANSFER_OUTCOMES.get(disposition, "failed")


def _known(channel: EslEvent, header: str) -> str:
    value = channel.get(header) or ""
    return "" if value == UNDEFINED else value[:LONGEST_FIELD]


def translate(event: EslEvent, call_id: str, at: float) -> Event | None:
    """What an event means for this call; an event of another call means nothing."""
    meaning = _MEANINGS.get(event.name)
    return meaning(event, at) if meaning and event.get("Unique-ID") == call_id else None


def _completed(event: EslEvent, at: float) -> Event | None:
    meaning = _COMPLETIONS.get(event.get("Application") or "")
    return meaning(event, event.get("Application-UUID") or "", at) if meaning else None


def _answered(event: EslEvent, command: str, at: float) -> Event:
    return CallAnswered(at, command)


def _played(event: EslEvent, command: str, at: float) -> Event:
    return PlaybackEnded(at, command, heard=event.get("Application-Response") != "FILE NOT FOUND")


def _recorded(event: EslEvent, command: str, at: float) -> Event:
    milliseconds = event.variable("record_ms") or ""
    seconds = int(milliseconds) / 1000 if milliseconds.isdecimal() else 0.0
    if event.variable("playback_terminator_used"):
        return RecordingEnded(at, command, seconds, "key")
    silent = event.variable("silence_hits_exhausted") == "true"
    return RecordingEnded(at, command, seconds, "silence" if silent else "limit")


def _transferred(event: EslEvent, command: str, at: float) -> Event:
    disposition = event.variable("originate_disposition") or ""
    if disposition == "SUCCESS" and event.variable("hangup_after_bridge") == "true":
        # A call that was given away is still here: what it heard was early media, and nobody answered behind it.
        disposition = event.variable("bridge_hangup_cause") or ""
    return TransferEnded(at, command, transfer_outcome(disposition))


def _pressed(event: EslEvent, at: float) -> Event | None:
    key = event.get("DTMF-Digit")
    return KeyPressed(at, key) if key else None


def _hung_up(event: EslEvent, at: float) -> Event:
    return HungUp(at, event.get("Hangup-Cause") or "NORMAL_CLEARING")


_COMPLETIONS: dict[str, Callable[[EslEvent, str, float], Event]] = {
    "answer": _answered,
    "playback": _played,
    "record": _recorded,
    "bridge": _transferred,
}
_MEANINGS: dict[str, Callable[[EslEvent, float], Event | None]] = {
    "CHANNEL_EXECUTE_COMPLETE": _completed,
    "DTMF": _pressed,
    "CHANNEL_HANGUP": _hung_up,
}
