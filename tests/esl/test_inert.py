from __future__ import annotations

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from ivrkit.esl import FrameParser, commands, inert, parse_event, uninert
from ivrkit.esl.server import CommandParser, encode_event_json, encode_event_plain

# Whatever FreeSWITCH expands, quotes, or splits at, in any of its applications.
POWERFUL = set("$\\{}[]()<>'\",|^%!:;=&#*@/+`~? \r\n\t\0")
hostile = (
    st.text()
    | st.text(st.sampled_from("$\\{}[]<>'\",|^%!:;=~ \r\n\0AF0水"))
    | st.text(st.characters(categories=["Cs"]))
)


@given(hostile)
@example("${system(rm -rf /)}")
@example("^^:a:b")
@example("%41%0A")
@example("~41")
@example("a::b!c|d")
@example("")
def test_whatever_the_text_it_comes_back(text: str) -> None:
    assert uninert(inert(text)) == text


@given(hostile)
def test_whatever_the_text_nothing_in_it_has_power(text: str) -> None:
    assert not set(inert(text)) & (POWERFUL - {"~"})


@given(st.text() | st.text(st.sampled_from("$\\{}[]<>'\",|^%!:;=~ \r\n\0AF0水")))
@example("${system(echo hi)}")
@example("x;ivrkit_state=forged")
@example("x\n\nsendmsg\ncall-command: hangup")
def test_whatever_the_text_freeswitch_sees_one_command_and_gives_the_text_back(text: str) -> None:
    (command,) = CommandParser().feed(commands.uuid_setvar("u-1", {"ivrkit_state": inert(text), "last": "1"}))
    assert command.headers == {}
    api, name, uuid, argument = command.line.split(" ")
    assert (api, name, uuid) == ("api", "uuid_setvar_multi", "u-1")
    stored = dict(pair.split("=") for pair in argument.split(";"))
    assert list(stored) == ["ivrkit_state", "last"]
    pairs = [("Event-Name", "CHANNEL_DATA"), ("variable_ivrkit_state", stored["ivrkit_state"])]
    for encode in (encode_event_plain, encode_event_json):
        (frame,) = FrameParser().feed(encode(pairs))
        returned = parse_event(frame).variable("ivrkit_state")
        assert text == "" or uninert(returned or "") == text


@pytest.mark.parametrize(
    ("text", "readable"),
    [("12345674", "12345674"), ("42.50 元", "42.50~20元"), ("水费", "水费"), ('{"a":1}', "~7B~22a~22~3A1~7D")],
)
def test_plain_text_stays_readable(text: str, readable: str) -> None:
    assert inert(text) == readable
