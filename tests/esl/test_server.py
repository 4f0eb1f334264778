from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ivrkit.errors import ProtocolError
from ivrkit.esl import FrameParser, parse_event
from ivrkit.esl.server import (
    AUTH_REQUEST,
    CommandFrame,
    CommandParser,
    encode_api_response,
    encode_connect_reply,
    encode_disconnect_notice,
    encode_event_json,
    encode_event_plain,
    encode_linger_notice,
    encode_reply,
)

DATA = Path(__file__).parent.parent / "data"
EXECUTE = b"sendmsg\ncall-command: execute\nexecute-app-name: set\nexecute-app-arg: a=b\n\n"
# No lone surrogates, and none of the text that FreeSWITCH's encoding cannot give back.
values = st.text(st.characters(codec="utf-8", exclude_characters="%\0"), min_size=1).filter(
    lambda text: text != "_undef_"
)
names = st.text(st.characters(codec="ascii", categories=["L", "N"]), min_size=1).filter(
    lambda name: name != "Event-Name"
)


def commands_of(*pieces: bytes) -> list[CommandFrame]:
    parser = CommandParser()
    return [command for piece in pieces for command in parser.feed(piece)]


@pytest.mark.parametrize(("name", "encode"), [("plain", encode_event_plain), ("json", encode_event_json)])
def test_a_recorded_stream_decoded_and_encoded_again_is_the_same_bytes(name: str, encode: Callable[..., bytes]) -> None:
    stream = (DATA / f"stream-{name}.esl").read_bytes()
    events = [parse_event(frame) for frame in FrameParser().feed(stream)]
    assert b"".join(encode(event.pairs(), event.body) for event in events) == stream


@given(st.lists(st.tuples(names, values), unique_by=lambda pair: pair[0]), values | st.just(""))
def test_whatever_an_event_holds_arrives(pairs: list[tuple[str, str]], body: str) -> None:
    pairs = [("Event-Name", "CUSTOM"), *((name, value) for name, value in pairs if name != "Content-Length")]
    for encode in (encode_event_plain, encode_event_json):
        (frame,) = FrameParser().feed(encode(pairs, body))
        event = parse_event(frame)
        assert event.headers == dict(pairs)
        assert [event[name] for name, _ in pairs] == [value for _, value in pairs]
        assert event.body == body


@pytest.mark.parametrize(
    ("value", "encoded"),
    [
        ("a b", b"a%20b"),
        ("tone_stream://%(400,100,440);loops=4", b"tone_stream://%25(400,100,440)%3Bloops%3D4".replace(b"m:", b"m%3A")),
        ("pct=a%0Ab%20c", b"pct%3Da%0Ab%20c"),
        ("100%", b"100%25"),
        ("%4", b"%254"),
        ("%0a", b"%250a"),
        ("水费", b"%E6%B0%B4%E8%B4%B9"),
        ("$%{x}~'!*", b"$%25%7Bx%7D~'!*"),
        ("", b"_undef_"),
        ("\x7f\t", b"%7F%09"),
    ],
)
def test_values_are_encoded_as_freeswitch_does(value: str, encoded: bytes) -> None:
    assert encode_event_plain([("X", value)]).endswith(b"X: " + encoded + b"\n\n")


def test_replies_look_like_freeswitch() -> None:
    assert encode_reply("+OK") == b"Content-Type: command/reply\nReply-Text: +OK\n\n"
    assert encode_reply("+OK Job-UUID: j", [("Job-UUID", "j")]) == (
        b"Content-Type: command/reply\nReply-Text: +OK Job-UUID: j\nJob-UUID: j\n\n"
    )
    assert encode_api_response("true") == b"Content-Type: api/response\nContent-Length: 4\n\ntrue"
    assert encode_api_response("水费查询").startswith(b"Content-Type: api/response\nContent-Length: 12\n\n")
    assert encode_connect_reply([("Event-Name", "CHANNEL_DATA"), ("Reply-Text", "+OK\n")]) == (
        b"Event-Name: CHANNEL_DATA\nReply-Text: %2BOK%0A\n\n"
    )
    assert encode_disconnect_notice() == (
        b"Content-Type: text/disconnect-notice\nContent-Length: 67\n\n"
        b"Disconnected, goodbye.\nSee you at ClueCon! http://www.cluecon.com/\n"
    )
    for stream in (AUTH_REQUEST, encode_linger_notice("u", "sofia/x", 2), encode_disconnect_notice("u")):
        assert len(FrameParser().feed(stream)) == 1


def test_commands_are_cut_out_of_the_stream() -> None:
    assert commands_of(b"connect\n\n\n" + EXECUTE + b"api status\n\n") == [
        CommandFrame("connect", {}, ""),
        CommandFrame("sendmsg", {"call-command": "execute", "execute-app-name": "set", "execute-app-arg": "a=b"}, ""),
        CommandFrame("api status", {}, ""),
    ]


def test_a_command_with_a_body() -> None:
    body = b"sendmsg\nexecute-app-name: set\ncontent-type: text/plain\nContent-Length: 19\n\nbodyvar=set me\nfree"
    (command,) = commands_of(body)
    assert command.body == "bodyvar=set me\nfree"
    assert commands_of(*(body[at : at + 1] for at in range(len(body)))) == [command]


@given(st.integers(0, len(EXECUTE)))
def test_commands_are_the_same_however_the_bytes_were_split(cut: int) -> None:
    assert commands_of(EXECUTE[:cut], EXECUTE[cut:]) == commands_of(EXECUTE)


def test_lines_may_end_in_carriage_return_and_line_feed() -> None:
    assert commands_of(EXECUTE.replace(b"\n", b"\r\n")) == commands_of(EXECUTE)


def test_a_carriage_return_in_an_argument_loses_the_command() -> None:
    (command,) = commands_of(EXECUTE.replace(b"a=b", b"a=\rb"))
    assert (command.line, command.headers) == ("sendmsg", {})


def test_of_two_equal_headers_the_first_counts() -> None:
    (command,) = commands_of(b"sendmsg\nA: 1\na:   2\nnothing\n\n")
    assert command.headers == {"a": "1"}


@pytest.mark.parametrize("length", [b"-1", b"99999999999", b"16777217"])
def test_a_length_out_of_range_closes_the_connection(length: bytes) -> None:
    with pytest.raises(ProtocolError):
        commands_of(b"sendmsg\nContent-Length: " + length + b"\n\n")


def test_a_command_without_end_closes_the_connection() -> None:
    with pytest.raises(ProtocolError):
        commands_of(*[b"x" * 1_000_000] * 11)
