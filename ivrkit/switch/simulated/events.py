"""One event of the embedded switch: rendered when somebody listens, once for all who do."""

from __future__ import annotations

from ivrkit.esl.events import EslEvent
from ivrkit.esl.server import encode_event_json, frame_event_plain

# switch_event.c; what a controller may name in `event` and `nixevent`.
_EVENT_NAMES = """
    CUSTOM CLONE CHANNEL_CREATE CHANNEL_DESTROY CHANNEL_STATE CHANNEL_CALLSTATE CHANNEL_ANSWER CHANNEL_HANGUP
    CHANNEL_HANGUP_COMPLETE CHANNEL_EXECUTE CHANNEL_EXECUTE_COMPLETE CHANNEL_HOLD CHANNEL_UNHOLD CHANNEL_BRIDGE
    CHANNEL_UNBRIDGE CHANNEL_PROGRESS CHANNEL_PROGRESS_MEDIA CHANNEL_OUTGOING CHANNEL_PARK CHANNEL_UNPARK
    CHANNEL_APPLICATION CHANNEL_ORIGINATE CHANNEL_UUID API LOG INBOUND_CHAN OUTBOUND_CHAN STARTUP SHUTDOWN PUBLISH
    UNPUBLISH TALK NOTALK SESSION_CRASH MODULE_LOAD MODULE_UNLOAD DTMF MESSAGE PRESENCE_IN NOTIFY_IN PRESENCE_OUT
    PRESENCE_PROBE MESSAGE_WAITING MESSAGE_QUERY ROSTER CODEC BACKGROUND_JOB DETECTED_SPEECH DETECTED_TONE
    PRIVATE_COMMAND HEARTBEAT TRAP ADD_SCHEDULE DEL_SCHEDULE EXE_SCHEDULE RE_SCHEDULE RELOADXML NOTIFY PHONE_FEATURE
    PHONE_FEATURE_SUBSCRIBE SEND_MESSAGE RECV_MESSAGE REQUEST_PARAMS CHANNEL_DATA GENERAL COMMAND SESSION_HEARTBEAT
    CLIENT_DISCONNECTED SERVER_DISCONNECTED SEND_INFO RECV_INFO RECV_RTCP_MESSAGE SEND_RTCP_MESSAGE CALL_SECURE NAT
    RECORD_START RECORD_STOP PLAYBACK_START PLAYBACK_STOP CALL_UPDATE FAILURE SOCKET_DATA MEDIA_BUG_START
    MEDIA_BUG_STOP CONFERENCE_DATA_QUERY CONFERENCE_DATA CALL_SETUP_REQ CALL_SETUP_RESULT CALL_DETAIL DEVICE_STATE TEXT
    SHUTDOWN_REQUESTED ALL
"""
EVENT_NAMES = frozenset(_EVENT_NAMES.split())

# `myevents` in parse_command, mod_event_socket.c.
_MY_EVENTS = """
    CHANNEL_ANSWER CHANNEL_APPLICATION CHANNEL_BRIDGE CHANNEL_CREATE CHANNEL_DATA CHANNEL_DESTROY CHANNEL_EXECUTE
    CHANNEL_EXECUTE_COMPLETE CHANNEL_HANGUP CHANNEL_HANGUP_COMPLETE CHANNEL_ORIGINATE CHANNEL_UUID CHANNEL_OUTGOING
    CHANNEL_PARK CHANNEL_PROGRESS CHANNEL_PROGRESS_MEDIA CHANNEL_STATE CHANNEL_UNBRIDGE CHANNEL_UNPARK DETECTED_SPEECH
    DTMF NOTALK TALK
"""
MY_EVENTS = frozenset(_MY_EVENTS.split())


class SwitchEvent:
    """`lines` are its header lines, encoded; `uuid` the channel it is about, if any."""

    __slots__ = ("_json", "_parsed", "_plain", "body", "lines", "name", "uuid")

    def __init__(self, name: str, uuid: str, lines: bytes, body: str = "") -> None:
        self.name, self.uuid, self.lines, self.body = name, uuid, lines, body
        self._plain = self._json = b""
        self._parsed: EslEvent | None = None

    @property
    def plain(self) -> bytes:
        """The `text/event-plain` frame."""
        self._plain = self._plain or frame_event_plain(self.lines, self.body)
        return self._plain

    @property
    def json(self) -> bytes:
        """The `text/event-json` frame."""
        self._json = self._json or encode_event_json(self._headers.pairs(), self.body)
        return self._json

    def get(self, name: str) -> str | None:
        """A header's value."""
        return self._headers.get(name)

    @property
    def _headers(self) -> EslEvent:
        if self._parsed is None:
            self._parsed = EslEvent("text/event-plain", self.lines.rstrip(b"\n"), b"", encoded=True)
        return self._parsed
