"""What FreeSWITCH's events mean for a call."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from ivrkit.esl import EslEvent
from ivrkit.esl.calls import arrival, translate
from ivrkit.events import CallAnswered, Event, HungUp, KeyPressed, PlaybackEnded, RecordingEnded, TransferEnded

GIVEN_AWAY = {"hangup_after_bridge": "true", "bridge_hangup_cause": "USER_BUSY"}
KEY = {"playback_terminator_used": "#", "silence_hits_exhausted": "false"}
SILENT = {"silence_hits_exhausted": "true"}
LIMIT = {"silence_hits_exhausted": "false"}
CALL = "6fdeb810-8abb-4d64-a4d6-e31a0cd17be7"


def event(name: str, **headers: str) -> EslEvent:
    lines = {"Event-Name": name, "Unique-ID": CALL} | {key.replace("_", "-"): text for key, text in headers.items()}
    return EslEvent("text/event-plain", "".join(f"{key}: {text}\n" for key, text in lines.items()).encode(), None, True)


def completed(application: str, **headers: str) -> EslEvent:
    return event("CHANNEL_EXECUTE_COMPLETE", Application=application, Application_UUID="c7.3", **headers)


def left_behind(application: str, **variables: str) -> EslEvent:
    """An application is over and has set these variables."""
    headers = completed(application).pairs() + [(f"variable_{name}", text) for name, text in variables.items()]
    lines = "".join(f"{name}: {text}\n" for name, text in headers)
    return EslEvent("text/event-plain", lines.encode(), None, True)


@pytest.mark.parametrize(
    ("said", "meant"),
    [
        (completed("answer"), CallAnswered(5.0, "c7.3")),
        (completed("playback", Application_Response="FILE%20PLAYED"), PlaybackEnded(5.0, "c7.3")),
        (completed("playback", Application_Response="FILE%20NOT%20FOUND"), PlaybackEnded(5.0, "c7.3", heard=False)),
        (completed("bridge"), TransferEnded(5.0, "c7.3", "failed")),
        (left_behind("bridge", originate_disposition="SUCCESS"), TransferEnded(5.0, "c7.3", "answered")),
        (left_behind("bridge", originate_disposition="SUCCESS", **GIVEN_AWAY), TransferEnded(5.0, "c7.3", "busy")),
        (left_behind("record", record_ms="2040", **KEY), RecordingEnded(5.0, "c7.3", 2.04, "key")),
        (left_behind("record", record_ms="7000", **SILENT), RecordingEnded(5.0, "c7.3", 7.0, "silence")),
        (left_behind("record", record_ms="9000", **LIMIT), RecordingEnded(5.0, "c7.3", 9.0, "limit")),
        (completed("record"), RecordingEnded(5.0, "c7.3", 0.0, "limit")),
        (completed("sleep"), None),
        (event("DTMF", DTMF_Digit="%23"), KeyPressed(5.0, "#")),
        (event("DTMF"), None),
        (event("CHANNEL_HANGUP", Hangup_Cause="USER_BUSY"), HungUp(5.0, "USER_BUSY")),
        (event("CHANNEL_PARK"), None),
    ],
)
def test_an_event_means_what_a_call_needs_to_know(said: EslEvent, meant: Event | None) -> None:
    assert translate(said, CALL, 5.0) == meant


def test_an_event_of_another_call_means_nothing() -> None:
    assert translate(event("CHANNEL_HANGUP"), "another", 5.0) is None


def test_a_caller_may_have_no_number_and_any_name() -> None:
    channel = event("CHANNEL_DATA", Caller_Caller_ID_Number="_undef_", Caller_Caller_ID_Name="a%0AUnique-ID: x")
    arrived = arrival(channel, 1.0, datetime(2026, 1, 1, tzinfo=UTC))
    assert (arrived.caller_number, arrived.caller_name, arrived.call_id) == ("", "a\nUnique-ID: x", CALL)
