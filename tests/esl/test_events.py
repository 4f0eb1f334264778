from __future__ import annotations

from pathlib import Path

import pytest

from ivrkit.errors import ProtocolError
from ivrkit.esl import EslEvent, Frame, FrameParser, parse_event
from ivrkit.esl.server import encode_disconnect_notice, encode_event_json, encode_event_plain

DATA = Path(__file__).parent.parent / "data"


def events_of(stream: bytes) -> list[EslEvent]:
    return [parse_event(frame) for frame in FrameParser().feed(stream)]


def plain(*lines: bytes, tail: bytes = b"\n\n") -> EslEvent:
    return parse_event(Frame("text/event-plain", b"", b"\n".join(lines) + tail))


@pytest.fixture(scope="module")
def recorded() -> list[EslEvent]:
    return events_of((DATA / "stream-plain.esl").read_bytes())


@pytest.fixture(scope="module")
def recorded_json() -> list[EslEvent]:
    return events_of((DATA / "stream-json.esl").read_bytes())


def test_headers_are_found_without_decoding_all_of_them(recorded: list[EslEvent]) -> None:
    event = recorded[0]
    assert event.name == event["Event-Name"] == "CHANNEL_OUTGOING"
    assert event["Unique-ID"] == "6fdeb810-8abb-4d64-a4d6-e31a0cd17be7"
    assert event["Event-Date-GMT"] == "Mon, 23 Nov 2026 06:21:36 GMT"
    assert event.get("Missing") is None
    assert "Unique-ID" in event
    assert "unique-id" not in event
    with pytest.raises(KeyError):
        event["Missing"]


def test_looking_up_and_decoding_all_agree(recorded: list[EslEvent]) -> None:
    for event in recorded:
        assert event.headers == {name: event[name] for name in event.headers}
        assert event.name == event.headers["Event-Name"]


def test_json_events_say_the_same_as_plain_ones(recorded: list[EslEvent], recorded_json: list[EslEvent]) -> None:
    ours = ("Event-Name", "Channel-State", "Application", "Application-Data", "Caller-Caller-ID-Number")
    hangups = [[e for e in events if e.name == "CHANNEL_HANGUP_COMPLETE"] for events in (recorded, recorded_json)]
    assert len(hangups[0]) == len(hangups[1]) > 0
    for in_plain, in_json in zip(*hangups, strict=True):
        assert [in_plain.get(name) for name in ours] == [in_json.get(name) for name in ours]
        assert in_plain.variable("hangup_cause") == in_json.variable("hangup_cause") == "NORMAL_CLEARING"


def test_the_result_of_a_background_job_is_the_body(recorded: list[EslEvent], recorded_json: list[EslEvent]) -> None:
    for events in (recorded, recorded_json):
        bodies = [event.body for event in events if event.name == "BACKGROUND_JOB"]
        assert bodies[0] == "+OK 6fdeb810-8abb-4d64-a4d6-e31a0cd17be7\n"
        assert {event.body for event in events if event.name != "BACKGROUND_JOB"} == {""}


def test_a_decoded_newline_forges_no_header() -> None:
    event = plain(
        b"Event-Name: DTMF", b"Caller-Caller-ID-Name: x%0AUnique-ID: %20evil%0A%0AUnique-ID: evil", b"Unique-ID: good"
    )
    assert event["Unique-ID"] == "good"
    assert event.headers["Unique-ID"] == "good"
    assert event["Caller-Caller-ID-Name"] == "x\nUnique-ID:  evil\n\nUnique-ID: evil"


def test_a_body_forges_no_header() -> None:
    event = plain(b"Event-Name: BACKGROUND_JOB", b"Content-Length: 18", tail=b"\n\n\nUnique-ID: evil\nz")
    assert event.get("Unique-ID") is None
    assert event.headers == {"Event-Name": "BACKGROUND_JOB"}
    assert event.body == "\nUnique-ID: evil\nz"


def test_of_two_equal_headers_the_first_counts() -> None:
    event = plain(b"Event-Name: DTMF", b"A: 1", b"A: 2")
    assert event["A"] == event.headers["A"] == "1"
    assert event.pairs() == [("Event-Name", "DTMF"), ("A", "1"), ("A", "2")]
    in_json = parse_event(Frame("text/event-json", b"", b'{"Event-Name":"DTMF","A":"1","A":"2"}'))
    assert in_json["A"] == "1"


def test_names_are_not_decoded_and_may_hold_a_colon() -> None:
    event = plain(b"Event-Name: DTMF", b"variable_a:b%20c: 1%202")
    assert event.variable("a:b%20c") == "1 2"
    assert event.headers["variable_a:b%20c"] == "1 2"


def test_a_name_in_another_encoding_does_not_lose_the_call() -> None:
    event = plain(b"Event-Name: DTMF", b"Caller-Caller-ID-Name: %CB%AE%B7%D1")
    assert "\ufffd" in event["Caller-Caller-ID-Name"]
    assert event.headers["Event-Name"] == "DTMF"


@pytest.mark.parametrize(
    "frame",
    [
        Frame("text/event-plain", b"", b"Event-Name: DTMF\nX: \xff\n\n"),
        Frame("text/event-json", b"", b'{"Event-Name":"\xff"}'),
        Frame("text/event-json", b"", b"[]"),
        Frame("text/event-json", b"", b"[[1,2]]"),
        Frame("text/event-json", b"", b"{"),
        Frame("text/event-json", b"", b"[" * 100_000),
    ],
)
def test_what_is_no_event_is_refused(frame: Frame) -> None:
    with pytest.raises(ProtocolError):
        parse_event(frame)


def test_a_body_shorter_than_it_says_is_refused() -> None:
    with pytest.raises(ProtocolError, match="has 3"):
        _ = plain(b"Event-Name: BACKGROUND_JOB", b"Content-Length: 50", tail=b"\n\nabc").body


def test_a_body_that_is_no_text_is_refused_when_read() -> None:
    event = plain(b"Event-Name: BACKGROUND_JOB", b"Content-Length: 1", tail=b"\n\n\xff")
    assert event.name == "BACKGROUND_JOB"
    with pytest.raises(ProtocolError):
        _ = event.body


def test_the_reply_to_connect_is_an_event_with_encoded_values() -> None:
    block = b"Event-Name: CHANNEL_DATA\nChannel-Name: sofia/a%40b\nContent-Type: command/reply\nReply-Text: %2BOK%0A"
    (event,) = events_of(block + b"\n\n")
    assert event.name == "CHANNEL_DATA"
    assert event["Channel-Name"] == "sofia/a@b"
    assert event["Reply-Text"] == "+OK\n"


def test_other_replies_are_not_decoded() -> None:
    (event,) = events_of(b"Content-Type: command/reply\nReply-Text: 100%25\n\n")
    assert event["Reply-Text"] == "100%25"
    assert event.name == ""


def test_a_disconnect_notice_is_an_event_without_a_name() -> None:
    (event,) = events_of(encode_disconnect_notice("u-1"))
    assert (event.name, event.content_type) == ("", "text/disconnect-notice")
    assert event["Controlled-Session-UUID"] == "u-1"
    assert event.body.startswith("Disconnected, goodbye.\n")


def test_several_values_of_one_header_look_the_same_in_both_forms() -> None:
    pairs = [("Event-Name", "DTMF"), ("variable_tags", "ARRAY::a|:b c")]
    (in_plain,), (in_json,) = events_of(encode_event_plain(pairs)), events_of(encode_event_json(pairs))
    assert in_plain.variable("tags") == in_json.variable("tags") == "ARRAY::a|:b c"
    assert b'"variable_tags":["a","b c"]' in encode_event_json(pairs)


def test_an_event_shows_its_name_and_call() -> None:
    assert repr(plain(b"Event-Name: DTMF", b"Unique-ID: u-1")) == "<EslEvent DTMF u-1>"
