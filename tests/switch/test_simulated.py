"""Calls on the embedded switch as callers and controllers live them: over real sockets, faster than the wall."""

from __future__ import annotations

import os
import wave
from collections.abc import Iterator
from io import StringIO
from itertools import pairwise
from pathlib import Path

import gevent
import orjson
import pytest

from ivrkit.switch.simulated import Answered, FarEnd, Heard, Over, Pressed, SimulatedSwitch, Speaking

from .controller import DEADLINE, Controller, Desk

SECOND = "tone_stream://%(1000,0,440);loops=1"
LONG = "tone_stream://%(1000,0,440);loops=60"


@pytest.fixture(autouse=True)
def nothing_raised() -> Iterator[None]:
    """What the switch does in the hub raises nothing: gevent would only print it."""
    hub, printed = gevent.get_hub(), StringIO()
    before, hub.exception_stream = hub.exception_stream, printed
    yield
    hub.exception_stream = before
    assert not printed.getvalue()


@pytest.fixture
def desk(deadline: None) -> Iterator[Desk]:
    desk = Desk()
    yield desk
    desk.close()


@pytest.fixture
def switch(deadline: None) -> Iterator[SimulatedSwitch]:
    with SimulatedSwitch(
        speed=50, far_ends={"1001": FarEnd(talks=2.0), "1002": FarEnd(rings=1.0, fails="USER_BUSY")}
    ) as it:
        yield it


def wav(path: Path, seconds: float) -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    with wave.open(str(path), "wb") as file:
        file.setparams((1, 2, 8000, 0, "NONE", ""))
        file.writeframes(bytes(int(seconds * 8000) * 2))
    return path


def test_a_caller_hears_a_prompt_keys_in_an_account_and_is_hung_up_on(switch: SimulatedSwitch, desk: Desk) -> None:
    lived: list[object] = []
    call = switch.call("127.0.0.1", desk.port, "13800001111", "Ann", on_event=lived.append)
    controller = desk.take()
    assert controller.run("playback", SECOND).get("Application-Response") == "FILE PLAYED"
    controller.execute("play_and_get_digits", rf"1 10 1 5000 # {LONG} silence_stream://250 account \d+ 3000")
    call.press("1234#", gap=0.3, after=1.0)
    asked = controller.until("CHANNEL_EXECUTE_COMPLETE", Application="play_and_get_digits")
    assert (asked.variable("account"), asked.variable("read_result")) == ("1234", "success")
    controller.execute("hangup", "NORMAL_CLEARING")
    assert call.wait_ended(DEADLINE) and call.cause == "NORMAL_CLEARING"
    assert [type(event) for event in lived] == [
        Answered,
        Speaking,
        Heard,
        Speaking,
        Pressed,
        Heard,
        *[Pressed] * 4,
        Over,
    ]
    assert [(heard.path, heard.ended) for heard in call.heard] == [(SECOND, "end"), (LONG, "key")]
    assert call.heard[0].seconds == 1.0 and 0.5 < call.heard[1].seconds < 3.0
    assert "".join(key.key for key in call.pressed) == "1234#"


def test_a_reply_comes_before_what_the_command_brings(deadline: None, desk: Desk) -> None:
    with SimulatedSwitch() as switch:
        switch.call("127.0.0.1", desk.port, "13800001111")
        controller = desk.take()
        for number in range(5):
            controller.execute("set", f"n={number}", uuid=str(number))
        controller.until("CHANNEL_EXECUTE_COMPLETE", **{"Application-UUID": "4"})
        told = [frame.get("Application-UUID") or frame.get("Reply-Text") for frame in controller.seen]
    assert told.index("+OK") < told.index("0")
    assert told[-15:-10] == ["+OK"] * 5, "five replies, then five times begun and done, in order"


def test_an_execute_costs_one_media_tick(deadline: None, desk: Desk) -> None:
    with SimulatedSwitch() as switch:
        switch.call("127.0.0.1", desk.port, "13800001111")
        controller = desk.take()
        times = [int(controller.run("set", "a=1")["Event-Date-Timestamp"]) for _ in range(4)]
    assert all(18_000 < after - before < 60_000 for before, after in pairwise(times))


def test_a_sound_lasts_as_long_as_its_file_in_the_folder_of_the_rate(
    switch: SimulatedSwitch, desk: Desk, tmp_path: Path
) -> None:
    wav(tmp_path / "zh" / "8000" / "hello.wav", 1.5)
    wav(tmp_path / "plain.wav", 0.5)
    call = switch.call("127.0.0.1", desk.port, "13800001111")
    controller = desk.take()
    controller.run("playback", str(tmp_path / "zh" / "hello.wav"))
    controller.run("playback", f"file_string://{tmp_path}/plain.wav!{tmp_path}/none.wav!{tmp_path}/zh/hello.wav")
    assert [(Path(heard.path).name, heard.seconds) for heard in call.heard] == [
        ("hello.wav", 1.5),
        ("plain.wav", 0.5),
        ("hello.wav", 1.5),
    ]


@pytest.mark.parametrize("content", [b"", b"RIFF", b"no sound at all", bytes(5000)])
def test_a_file_that_is_no_sound_is_not_found(
    switch: SimulatedSwitch, desk: Desk, tmp_path: Path, content: bytes
) -> None:
    (tmp_path / "broken.wav").write_bytes(content)
    switch.call("127.0.0.1", desk.port, "13800001111")
    controller = desk.take()
    ended = controller.run("playback", str(tmp_path / "broken.wav"))
    assert ended.get("Application-Response") == "FILE NOT FOUND"
    assert controller.run("set", "still=here").variable("still") == "here"


def test_a_call_whose_controller_dies_stays_parked(switch: SimulatedSwitch, desk: Desk) -> None:
    call = switch.call("127.0.0.1", desk.port, "13800001111")
    desk.take().close()
    gevent.sleep(0.1)
    assert not call.ended and list(switch.channels) == [call.uuid]
    call.hang_up()
    assert call.ended and not switch.channels


def test_with_socket_resume_the_next_controller_finds_what_the_first_one_set(
    switch: SimulatedSwitch, desk: Desk
) -> None:
    then = [("socket", f"{desk.address} async full")]
    switch.call("127.0.0.1", desk.port, "13800001111", variables={"socket_resume": "true"}, then=then)
    first = desk.take()
    first.say(f'api uuid_setvar {next(iter(switch.channels))} ivrkit_state {{"node": "menu"}}')
    first.execute("playback", LONG)
    first.close()
    second = desk.take(answer=False)
    assert second.seen[0].variable("ivrkit_state") == '{"node": "menu"}'
    assert second.seen[0].get("Answer-State") == "answered"
    assert second.run("playback", SECOND).get("Application-Response") == "FILE PLAYED"


def test_where_no_controller_listens_the_dialplan_goes_on(switch: SimulatedSwitch, tmp_path: Path) -> None:
    sorry = str(wav(tmp_path / "sorry.wav", 1.0))
    call = switch.call("127.0.0.1", 1, "13800001111", then=[("answer", ""), ("playback", sorry)])
    assert call.wait_ended(DEADLINE)
    assert [(heard.path, heard.ended) for heard in call.heard] == [(sorry, "end")]


def test_of_several_controllers_the_first_that_listens_gets_the_call(switch: SimulatedSwitch, desk: Desk) -> None:
    switch.ring([("socket", f"127.0.0.1:1|127.0.0.1:2|{desk.address} async full")], "13800001111")
    assert desk.take().seen[0].variable("socket_host") == "127.0.0.1"


def test_a_caller_who_hangs_up_before_the_controller_is_reached_leaves_no_connection(
    switch: SimulatedSwitch, desk: Desk
) -> None:
    call = switch.call("127.0.0.1", desk.port, "13800001111")
    call.hang_up()
    assert call.ended
    with gevent.Timeout(DEADLINE):
        controller = Controller(desk.server.accept()[0])
        assert controller.to_the_end() == ["text/disconnect-notice"]
    controller.close()


def test_an_unknown_application_ends_the_call(switch: SimulatedSwitch, desk: Desk) -> None:
    call = switch.call("127.0.0.1", desk.port, "13800001111")
    controller = desk.take()
    controller.execute("no_such_app")
    controller.to_the_end()
    assert call.cause == "DESTINATION_OUT_OF_ORDER"


def test_a_lingering_connection_still_answers_and_is_closed_in_time(switch: SimulatedSwitch, desk: Desk) -> None:
    call = switch.call("127.0.0.1", desk.port, "13800001111")
    controller = desk.take()
    assert controller.say("linger 5") == "+OK will linger 5 seconds"
    call.hang_up()
    controller.until("CHANNEL_HANGUP_COMPLETE")
    assert controller.next().get("Content-Disposition") == "linger"
    controller.execute("playback", SECOND)
    assert controller.next().get("Reply-Text") == "+OK"
    assert controller.say(f"api uuid_exists {call.uuid}") == "false"
    controller.to_the_end()
    assert controller.seen[-1].get("Content-Disposition") == "disconnect"


def test_without_full_a_connection_may_only_lead_its_own_call(switch: SimulatedSwitch, desk: Desk) -> None:
    switch.ring([("socket", f"{desk.address} async")], "13800001111")
    controller = desk.take()
    assert controller.seen[0].get("Control") == "single-channel"
    assert controller.say("api status") == controller.say("bgapi status") == "-ERR command not found"
    assert controller.run("set", "a=1").variable("a") == "1"


def test_what_an_argument_expands_is_written_down_and_no_command_is_run(
    switch: SimulatedSwitch, desk: Desk, tmp_path: Path
) -> None:
    switch.call("127.0.0.1", desk.port, "13800001111", "Ann")
    controller = desk.take()
    assert controller.run("set", "a=${caller_id_name}/${expr(40+2)}").variable("a") == "Ann/42"
    controller.run("set", f"b=${{system(touch {tmp_path}/ran)}}")
    assert [found.inner for found in switch.expansions] == [
        "caller_id_name",
        "expr(40+2)",
        f"system(touch {tmp_path}/ran)",
    ]
    assert not list(tmp_path.iterdir())


def test_a_callers_name_forges_no_header(switch: SimulatedSwitch, desk: Desk) -> None:
    name = "Ann\nReply-Text: -ERR\n\nContent-Length: 9\r\n${system(x)}"
    switch.call("127.0.0.1", desk.port, "1380\n0001111", name)
    reply = desk.take(answer=False).seen[0]
    assert reply.get("Caller-Caller-ID-Name") == name
    assert reply.get("Reply-Text") == "+OK\n"


def test_events_come_as_json_where_they_are_asked_for(switch: SimulatedSwitch, desk: Desk) -> None:
    call = switch.call("127.0.0.1", desk.port, "13800001111", "水费")
    controller = desk.take("myevents json")
    event = controller.run("set", "zh=水费查询")
    assert event.content_type == "text/event-json"
    assert (event.get("Unique-ID"), event.variable("zh")) == (call.uuid, "水费查询")


def test_a_filter_keeps_other_calls_events_away(switch: SimulatedSwitch, desk: Desk) -> None:
    watcher = Controller.dial(switch.listen())
    assert watcher.say("auth ") == "+OK accepted"
    switch.call("127.0.0.1", desk.port, "1")
    other = desk.take(answer=False)
    watched = switch.call("127.0.0.1", desk.port, "2")
    controller = desk.take(answer=False)
    watcher.say("event plain ALL")
    watcher.say(f"filter Unique-ID {watched.uuid}")
    other.run("answer")
    controller.run("answer")
    assert watcher.until("CHANNEL_ANSWER").get("Unique-ID") == watched.uuid
    watcher.close()


def test_a_bridge_ends_when_the_far_end_hangs_up(switch: SimulatedSwitch, desk: Desk) -> None:
    call = switch.call("127.0.0.1", desk.port, "13800001111")
    controller = desk.take()
    ended = controller.run("bridge", "{originate_timeout=10}sofia/internal/1001@127.0.0.1")
    names = [frame.name for frame in controller.seen]
    assert names.index("CHANNEL_BRIDGE") < names.index("CHANNEL_UNBRIDGE") < len(names) - 1
    assert ended.variable("originate_disposition") == "SUCCESS"
    assert not call.ended and len(switch.channels) == 1


def test_after_a_bridge_the_caller_is_hung_up_on_where_that_is_wanted(switch: SimulatedSwitch, desk: Desk) -> None:
    call = switch.call("127.0.0.1", desk.port, "13800001111", variables={"hangup_after_bridge": "true"})
    desk.take().execute("bridge", "sofia/internal/1001@127.0.0.1")
    assert call.wait_ended(DEADLINE) and not switch.channels


def test_a_caller_who_hangs_up_in_a_bridge_takes_the_far_end_along(switch: SimulatedSwitch, desk: Desk) -> None:
    call = switch.call("127.0.0.1", desk.port, "13800001111")
    controller = desk.take()
    controller.execute("bridge", "sofia/internal/1001@127.0.0.1")
    controller.until("CHANNEL_BRIDGE")
    call.hang_up()
    said = controller.to_the_end()
    assert said.index("CHANNEL_HANGUP") < said.index("CHANNEL_UNBRIDGE") < said.index("CHANNEL_HANGUP_COMPLETE")
    assert not switch.channels


def test_a_caller_who_hangs_up_while_it_rings_cancels_the_far_end(switch: SimulatedSwitch, desk: Desk) -> None:
    call = switch.call("127.0.0.1", desk.port, "13800001111")
    controller = desk.take()
    controller.execute("bridge", "sofia/internal/1002@127.0.0.1")
    controller.until("CHANNEL_EXECUTE", Application="bridge")
    call.hang_up()
    controller.to_the_end()
    gevent.sleep(0.05)
    assert not switch.channels


@pytest.mark.parametrize(("goes_on", "stays"), [("true", True), ("NO_ANSWER,USER_BUSY", True), ("NO_ANSWER", False)])
def test_a_busy_far_end_ends_the_call_unless_it_is_to_go_on(
    switch: SimulatedSwitch, desk: Desk, goes_on: str, stays: bool
) -> None:
    call = switch.call("127.0.0.1", desk.port, "13800001111", variables={"continue_on_fail": goes_on})
    controller = desk.take()
    ended = controller.run("bridge", "sofia/internal/1002@127.0.0.1")
    assert (ended.variable("originate_disposition"), ended.variable("DIALSTATUS")) == ("USER_BUSY", "BUSY")
    assert call.cause == ("" if stays else "USER_BUSY")


def test_a_recording_is_a_wav_file_of_its_length(switch: SimulatedSwitch, desk: Desk, tmp_path: Path) -> None:
    call = switch.call("127.0.0.1", desk.port, "13800001111", variables={"playback_terminators": "#"})
    controller = desk.take()
    controller.execute("record", f"{tmp_path}/message.wav 30")
    call.press("5#", gap=0.1, after=2.0)
    ended = controller.until("CHANNEL_EXECUTE_COMPLETE", Application="record")
    assert ended.variable("playback_terminator_used") == "#"
    with wave.open(f"{tmp_path}/message.wav") as file:
        assert file.getnframes() / 8 == pytest.approx(int(ended.variable("record_ms") or 0), abs=1)
        assert file.getnframes() > 8000


def test_a_recording_that_cannot_be_written_ends_the_call(switch: SimulatedSwitch, desk: Desk) -> None:
    call = switch.call("127.0.0.1", desk.port, "13800001111")
    desk.take().execute("record", "/proc/nowhere/message.wav 30")
    assert call.wait_ended(DEADLINE) and call.cause == "DESTINATION_OUT_OF_ORDER"


def test_a_leg_that_a_controller_originates_plays_and_is_killed(switch: SimulatedSwitch) -> None:
    controller = Controller.dial(switch.listen())
    assert controller.say("auth ") == "+OK accepted"
    controller.say("event plain ALL")
    assert controller.say("api originate sofia/internal/1002@x &park()") == "-ERR USER_BUSY\n"
    assert controller.say("api originate {origination_uuid=leg-1}loopback/9 &park()") == "+OK leg-1\n"
    controller.execute("playback", SECOND, channel="leg-1")
    controller.until("CHANNEL_EXECUTE_COMPLETE", Application="playback")
    rows = orjson.loads(controller.say("api show channels as json"))
    assert [row["uuid"] for row in rows["rows"]] == ["leg-1"]
    assert controller.say("api uuid_kill leg-1") == "+OK\n"
    controller.until("CHANNEL_DESTROY")
    assert controller.say("api show channels count") == "0 total.\n"
    controller.close()


def test_a_stranger_without_the_password_learns_nothing(deadline: None) -> None:
    with SimulatedSwitch(password="s3cret") as switch:
        stranger = Controller.dial(switch.listen())
        assert stranger.say("api status") == stranger.say("event plain ALL") == "-ERR command not found"
        assert stranger.say("auth ClueCon") == "-ERR invalid"
        assert stranger.to_the_end()[-1] == "text/disconnect-notice"
        stranger.close()


@pytest.mark.parametrize("noise", [b"\x00\xff" * 500, b"sendmsg\ncontent-length: -5\n\n", b"sendmsg\n" * 5000])
def test_noise_on_one_connection_leaves_the_other_calls_served(
    switch: SimulatedSwitch, desk: Desk, noise: bytes
) -> None:
    switch.call("127.0.0.1", desk.port, "1")
    noisy = desk.take()
    switch.call("127.0.0.1", desk.port, "2")
    quiet = desk.take()
    noisy.sock.sendall(noise)
    assert quiet.run("playback", SECOND).get("Application-Response") == "FILE PLAYED"


def test_five_hundred_callers_at_once_are_all_served_and_leave_nothing(desk: Desk) -> None:
    def serve() -> None:
        controller = desk.take()
        controller.run("playback", SECOND)
        controller.run("play_and_get_digits", f"1 1 1 5000 # {LONG} silence_stream://250 choice [123] 2000")
        controller.execute("hangup")
        controller.to_the_end()
        controller.close()

    with gevent.Timeout(30), SimulatedSwitch(speed=20, tick=0) as switch:
        before = len(os.listdir("/proc/self/fd"))
        calls = [switch.call("127.0.0.1", desk.port, str(number)) for number in range(500)]
        assert switch.peak == 500
        workers = [gevent.spawn(serve) for _ in calls]
        for call in calls:
            call.press("2", after=20.0)
        assert all(call.wait_ended(20) for call in calls)
        gevent.joinall(workers, raise_error=True)
        assert {call.variable("choice") for call in calls} == {"2"}
        assert not switch.channels and len(os.listdir("/proc/self/fd")) <= before + 1


def test_a_closed_switch_leaves_no_call_and_no_descriptor(desk: Desk) -> None:
    before = len(os.listdir("/proc/self/fd"))
    switch = SimulatedSwitch()
    switch.listen()
    served = switch.call("127.0.0.1", desk.port, "1")
    controller = desk.take()
    controller.execute("playback", LONG)
    unanswered = switch.call("127.0.0.1", desk.port, "2")
    switch.close()
    assert served.ended and unanswered.ended
    controller.to_the_end()
    controller.close()
    assert len(os.listdir("/proc/self/fd")) == before


@pytest.mark.parametrize(
    ("application", "argument"),
    [
        ("playback", "tone_stream://%(" + "9" * 5000 + ",1,440)"),
        ("playback", "silence_stream://" + "9" * 5000),
        ("playback", "file_string://" + "!" * 5000),
        ("playback", "/" + "x" * 5000),
        ("sleep", "-1"),
        ("play_and_get_digits", "x"),
        ("play_and_get_digits", "1 1 1 1 # none.wav none.wav v ((((( 1"),
        ("read", "999999999999999999999999999"),
        ("record", "/dev/null/x 1"),
        ("set", "=" * 100),
        ("set", "a=" + "${a}" * 3),
        ("multiset", "^^"),
        ("sched_hangup", "+soon"),
        ("transfer", ""),
        ("bridge", "{}"),
        ("bridge", "{originate_timeout=never}sofia/internal/1001@x"),
        ("export", ""),
        ("socket", "127.0.0.1:99999999 async full"),
        ("socket", ""),
    ],
)
def test_no_argument_breaks_the_switch(switch: SimulatedSwitch, desk: Desk, application: str, argument: str) -> None:
    switch.call("127.0.0.1", desk.port, "1")
    controller = desk.take()
    controller.run("set", "a=${a}${a}")
    controller.execute(application, argument)
    call = switch.call("127.0.0.1", desk.port, "2")
    other = desk.take()
    assert other.run("playback", SECOND).get("Application-Response") == "FILE PLAYED"
    other.say(f"api uuid_break {controller.seen[0]['Unique-ID']} all")
    other.execute("hangup")
    assert call.wait_ended(DEADLINE)


def test_a_controller_that_never_reads_is_dropped_before_it_fills_the_memory(desk: Desk) -> None:
    with gevent.Timeout(20), SimulatedSwitch(tick=0) as switch:
        call = switch.call("127.0.0.1", desk.port, "1")
        controller = desk.take()
        controller.run("set", "big=" + "x" * 20_000)
        with pytest.raises(OSError):
            for number in range(5000):
                controller.execute("set", f"n={number}")
                gevent.sleep(0)
        assert list(switch.channels) == [call.uuid], "the call itself stays"


def test_a_far_end_that_answers_is_heard_although_a_prompt_runs(switch: SimulatedSwitch, desk: Desk) -> None:
    switch.far_ends["1003"] = FarEnd(rings=3.0)
    switch.call("127.0.0.1", desk.port, "1")
    controller = desk.take()
    controller.execute("bridge", "sofia/internal/1003@x")
    controller.until("CHANNEL_EXECUTE", Application="bridge")
    controller.execute("playback", LONG)
    assert controller.until("CHANNEL_EXECUTE_COMPLETE").get("Application-Response") == "PLAYBACK ERROR"
    assert controller.until("CHANNEL_BRIDGE").variable("originate_disposition") == "SUCCESS"
