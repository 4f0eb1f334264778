from __future__ import annotations

from collections.abc import Callable

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ivrkit.errors import UnsafeArgument
from ivrkit.esl import commands
from ivrkit.esl.server import CommandFrame, CommandParser

BREAKERS = ["\n", "\r", "\0", "\r\n\r\n"]


def seen_by_freeswitch(sent: bytes) -> CommandFrame:
    (command,) = CommandParser().feed(sent)
    return command


def test_an_execute_is_what_the_transcripts_show() -> None:
    assert commands.sendmsg_execute("playback", "tone_stream://%(300,0,440);loops=1", "locked-0", event_lock=True) == (
        b"sendmsg\ncall-command: execute\nexecute-app-name: playback\nEvent-UUID: locked-0\nevent-lock: true\n"
        b"execute-app-arg: tone_stream://%(300,0,440);loops=1\n\n"
    )
    assert commands.sendmsg_execute("answer", "", "c1.1", uuid="u-1") == (
        b"sendmsg u-1\ncall-command: execute\nexecute-app-name: answer\nEvent-UUID: c1.1\n\n"
    )


@pytest.mark.parametrize(
    ("sent", "line", "headers"),
    [
        (commands.api("uuid_exists u"), "api uuid_exists u", {}),
        (commands.bgapi("status", "j-1"), "bgapi status", {"job-uuid": "j-1"}),
        (commands.auth("s3cret"), "auth s3cret", {}),
        (commands.linger(), "linger", {}),
        (commands.linger(5), "linger 5", {}),
        (commands.CONNECT, "connect", {}),
        (commands.MYEVENTS, "myevents", {}),
        (commands.EXIT, "exit", {}),
        (commands.event_plain(["DTMF", "CUSTOM", "a::b"]), "event plain DTMF CUSTOM a::b", {}),
        (commands.event_json(["ALL"]), "event json ALL", {}),
        (commands.filter_events("Unique-ID", "x"), "filter Unique-ID x", {}),
        (commands.sendmsg_hangup("USER_BUSY"), "sendmsg", {"call-command": "hangup", "hangup-cause": "USER_BUSY"}),
        (commands.uuid_setvar("u", {"a": "1", "b": ""}), "api uuid_setvar_multi u a=1;b=", {}),
    ],
)
def test_each_command_arrives_as_one(sent: bytes, line: str, headers: dict[str, str]) -> None:
    assert seen_by_freeswitch(sent) == CommandFrame(line, headers, "")


@pytest.mark.parametrize("breaker", BREAKERS)
@pytest.mark.parametrize(
    "build",
    [
        lambda text: commands.sendmsg_execute("playback", text, "id"),
        lambda text: commands.sendmsg_execute("playback", "x", text),
        lambda text: commands.sendmsg_execute("playback", "x", "id", uuid=text),
        lambda text: commands.sendmsg_any(text, "x", "id"),
        lambda text: commands.sendmsg_any("x", text, "id"),
        lambda text: commands.sendmsg_hangup(text),
        lambda text: commands.api(text),
        lambda text: commands.bgapi(text, "id"),
        lambda text: commands.bgapi("status", text),
        lambda text: commands.auth(text),
        lambda text: commands.event_plain([text]),
        lambda text: commands.filter_events(text, "x"),
        lambda text: commands.filter_events("x", text),
        lambda text: commands.uuid_setvar(text, {"a": "b"}),
        lambda text: commands.uuid_setvar("u", {text: "b"}),
        lambda text: commands.uuid_setvar("u", {"a": text}),
    ],
)
def test_a_line_break_in_any_part_is_refused(build: Callable[[str], bytes], breaker: str) -> None:
    with pytest.raises(UnsafeArgument) as caught:
        build(f"a{breaker}b")
    assert "\n" not in str(caught.value)


def test_the_refusal_says_which_part_but_not_what_it_held() -> None:
    with pytest.raises(UnsafeArgument) as caught:
        commands.sendmsg_execute("playback", "secret\n4111", "id")
    assert str(caught.value) == "the argument of playback holds a line feed at character 6; nothing was sent"


@pytest.mark.parametrize("app", ["system", "lua", "set", "multiset", "no_such_app", "", "Playback"])
def test_what_ivrkit_does_not_need_cannot_be_executed(app: str) -> None:
    with pytest.raises(UnsafeArgument, match="is no application that ivrkit executes"):
        commands.sendmsg_execute(app, "x", "id")


@pytest.mark.parametrize("value", ["${system(x)}", "$${a}", "a;b=c", "it's", "a\\sb", " a", "a ", "^^:a:b"])
def test_a_variable_that_freeswitch_would_split_or_expand_is_refused(value: str) -> None:
    with pytest.raises(UnsafeArgument, match=r"pass it through inert\(\)"):
        commands.uuid_setvar("u", {"a": value})


@pytest.mark.parametrize("name", ["", "a b", "a=b", "a;b", "${x}", "ключ", "1a"])
def test_a_variable_has_a_plain_name(name: str) -> None:
    with pytest.raises(UnsafeArgument, match="is no name"):
        commands.uuid_setvar("u", {name: "1"})


@pytest.mark.parametrize("count", [0, 65])
def test_as_many_variables_as_freeswitch_takes_at_once(count: int) -> None:
    with pytest.raises(UnsafeArgument, match="1 to 64"):
        commands.uuid_setvar("u", {f"v{n}": "x" for n in range(count)})


@given(st.text())
def test_whatever_the_argument_freeswitch_sees_one_command_with_it_or_nothing(argument: str) -> None:
    try:
        sent = commands.sendmsg_execute("playback", argument, "id")
    except UnsafeArgument:
        assert set(argument) & set("\r\n\0")
        return
    command = seen_by_freeswitch(sent)
    assert command.line == "sendmsg"
    assert set(command.headers) <= {"call-command", "execute-app-name", "event-uuid", "execute-app-arg"}
    assert command.headers.get("execute-app-arg", "") == argument.lstrip(" ")
