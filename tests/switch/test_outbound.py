"""Whole calls over real TCP: the embedded FreeSWITCH dials, the outbound driver serves, a session runs."""

from __future__ import annotations

import gc
import wave
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from pathlib import Path

import gevent
import gevent.event
import pytest
from gevent import socket

from ivrkit.commands import CallRecord, RunAction
from ivrkit.events import ActionReturned, CalendarState, CallArrived, KeyPressed
from ivrkit.script import Outcome, Script
from ivrkit.switch import outbound
from ivrkit.switch.call_port import CallPort
from ivrkit.switch.outbound import call_port
from ivrkit.switch.recordings import Recordings
from ivrkit.switch.services import Services, Watch
from ivrkit.switch.simulated import FarEnd, SimulatedCall, SimulatedSwitch
from ivrkit.switch.world import always_open
from tests.nodes.scenes import node, script

SPEED = 1.0


class Tones:
    """Sounds of a fifth of a second, whatever their names."""

    def path(self, name: str) -> str:
        return "tone_stream://%(100,0,440)"

    def duration(self, name: str) -> float:
        return 0.1


@dataclass
class House:
    """A call port with one script, and what it wrote."""

    records: list[CallRecord] = field(default_factory=list)
    events: list[object] = field(default_factory=list)
    port: CallPort | None = None

    def record(self, seconds: float = 3.0) -> CallRecord:
        """The record of the first call that ends."""
        with gevent.Timeout(seconds):
            while not self.records:
                gevent.sleep(0.01)
        return self.records[0]


@contextmanager
def serving(
    script: Script,
    perform: Callable[..., Outcome] | None = None,
    watch: Watch | None = None,
    hours: Callable[[str], CalendarState] = always_open,
    recordings: Path | None = None,
    **targets: str | None,
) -> Iterator[House]:
    house = House()
    services = Services(
        script_for={"4001": script}.get,
        sounds=Tones(),
        perform=perform or (lambda command, arrived, language: Outcome("error")),
        write_record=lambda record: house.records.append(record),
        targets=targets,
        recordings=Recordings(recordings) if recordings else None,
        watch=watch or (lambda call_id, event, commands: house.events.append(event)),
        hours=hours,
    )
    house.port = call_port(services, "127.0.0.1", 0)
    house.port.start()
    try:
        yield house
    finally:
        house.port.stop(timeout=0.5)


@pytest.fixture
def switch() -> Iterator[SimulatedSwitch]:
    with SimulatedSwitch(far_ends={"1001": FarEnd(rings=0.1, talks=0.2)}) as switch:
        yield switch


def ring(switch: SimulatedSwitch, house: House, number: str = "4001") -> SimulatedCall:
    assert house.port
    return switch.call("127.0.0.1", house.port.port, "13800001111", "王小明", number)


def menu(**fields: object) -> Script:
    asked = {"menu": {"1": {"next": "bill"}}, "prompt": "main", "give_up": "agent", "first_digit": "1s"}
    return script(main=node("menu", **(asked | fields)), bill=node("play", play="bill", next="end"))


def test_a_call_is_answered_asked_and_ended(switch: SimulatedSwitch) -> None:
    with serving(menu()) as house:
        call = ring(switch, house)
        call.press("1", after=0.3)
        assert call.wait_ended(3)
        record = house.record()
    assert [visit.node for visit in record.path] == ["main", "bill", "end"]
    assert (record.caller_number, record.called_number, record.ended_by) == ("13800001111", "4001", "flow")
    assert len(call.heard) == 2
    assert record.faults == ()


def test_a_key_stops_the_prompt_within_a_frame(switch: SimulatedSwitch) -> None:
    with serving(menu()) as house:
        call = ring(switch, house)
        call.press("1", after=0.12)
        assert call.wait_ended(3)
    assert call.heard[0].ended == "key"


def test_a_prompt_without_barge_in_is_heard_whole_and_its_keys_count(switch: SimulatedSwitch) -> None:
    with serving(menu(barge_in="no")) as house:
        call = ring(switch, house)
        call.press("1", after=0.1)
        assert call.wait_ended(3)
        assert house.record().path[0].keys == "1"
    assert [heard.ended for heard in call.heard] == ["end", "end"]


def test_who_hangs_up_ends_the_call_once_and_frees_everything(switch: SimulatedSwitch) -> None:
    with serving(menu()) as house:
        call = ring(switch, house)
        call.hang_up(after=0.2)
        assert call.wait_ended(3)
        record = house.record()
        gevent.sleep(0.1)
        assert house.port
        assert (house.port.calls, len(house.records)) == (0, 1)
    assert (record.ended_by, record.path[-1].node) == ("caller", "main")


def noting(**fields: object) -> Script:
    on = {"ok": "end", "timeout": "end", "error": "end"}
    note = node("action", action="note", on=on, **fields)
    return replace(script(main=node("play", play="main", next="main", visits="9"), note=note), on_hangup="note")


def test_what_a_flow_notes_of_a_hang_up_is_noted_though_the_line_is_gone(switch: SimulatedSwitch) -> None:
    def slow(command: RunAction, arrived: CallArrived, language: str) -> Outcome:
        gevent.sleep(0.3)
        return Outcome("ok")

    with serving(noting(), slow) as house:
        call = ring(switch, house)
        call.hang_up(after=0.2)
        record = house.record()
    assert [(visit.node, visit.outcome) for visit in record.path[-2:]] == [("note", "ok"), ("end", "")]
    assert record.ended_by == "caller"
    assert len(house.records) == 1


def test_a_process_that_stops_does_not_wait_for_what_a_hang_up_is_noted_with(switch: SimulatedSwitch) -> None:
    def stuck(command: RunAction, arrived: CallArrived, language: str) -> Outcome:
        gevent.sleep(30)
        return Outcome("ok")

    with serving(noting(timeout="20s"), stuck) as house:
        ring(switch, house)
        gevent.sleep(0.2)
    assert len(house.records) == 1
    assert house.records[0].path[-1].node == "note"


def test_a_number_without_a_flow_is_told_so(switch: SimulatedSwitch) -> None:
    with serving(menu()) as house:
        call = ring(switch, house, "9999")
        assert call.wait_ended(3)
    assert call.cause == "UNALLOCATED_NUMBER"
    assert [(record.ended_by, record.hangup_cause) for record in house.records] == [("fault", "UNALLOCATED_NUMBER")]


def test_an_action_runs_beside_other_calls_and_its_deadline_holds(switch: SimulatedSwitch) -> None:
    on = {"ok": "bill", "timeout": "late", "error": "end"}
    slow = node("action", action="slow", timeout="300ms", on=on)
    flow = script(slow=slow, bill=node("play", play="bill", next="end"), late=node("play", play="late", next="end"))

    def perform(command: RunAction, arrived: CallArrived, language: str) -> Outcome:
        gevent.sleep(5.0)
        return Outcome("ok")

    with serving(flow, perform) as house:
        assert ring(switch, house).wait_ended(3)
        assert [visit.node for visit in house.record().path] == ["slow", "late", "end"]


def test_an_action_gets_the_call_it_runs_for(switch: SimulatedSwitch) -> None:
    on = {"ok": "end", "timeout": "end", "error": "end"}
    seen: list[tuple[str, str, str]] = []

    def perform(command: RunAction, arrived: CallArrived, language: str) -> Outcome:
        seen.append((command.name, arrived.caller_number, language))
        return Outcome("ok")

    with serving(script(look=node("action", action="look", on=on)), perform) as house:
        assert ring(switch, house).wait_ended(3)
    assert seen == [("look", "13800001111", "en")]


@pytest.mark.parametrize(("target", "node_after"), [("user/1001", "end"), ("user/9999", "nobody"), (None, "nobody")])
def test_a_transfer_rings_its_target(switch: SimulatedSwitch, target: str | None, node_after: str) -> None:
    on = {"answered": "end", "busy": "nobody", "no_answer": "nobody", "failed": "nobody"}
    flow = script(person=node("transfer", transfer="desk", on=on), nobody=node("play", play="nobody", next="end"))
    with serving(flow, desk=target) as house:
        assert ring(switch, house).wait_ended(5)
        assert house.record().path[0].way_out == node_after


def test_a_controller_that_is_cut_off_still_writes_its_record(switch: SimulatedSwitch) -> None:
    with serving(menu()) as house:
        call = ring(switch, house)
        gevent.sleep(0.2)
        switch.close()
        record = house.record()
    assert (record.ended_by, record.hangup_cause) == ("fault", "CONNECTION_LOST")
    assert call.uuid == record.call_id


def test_keys_of_a_secret_are_shown_to_no_observer(switch: SimulatedSwitch) -> None:
    ask = node("collect", collect="ask", digits="4", save="pin", next="end", give_up="agent", secret="yes")
    with serving(script(ask=ask)) as house:
        call = ring(switch, house)
        call.press("1234", gap=0.1, after=0.4)
        assert call.wait_ended(4)
        assert house.record().path[0].keys == "••••"
    assert [event.key for event in house.events if isinstance(event, KeyPressed)] == ["•"] * 4


def test_a_node_that_fails_is_no_fault_of_other_calls(switch: SimulatedSwitch) -> None:
    broken = replace(menu(), nodes={})
    with serving(broken) as house:
        assert ring(switch, house).wait_ended(3)
        assert house.record().ended_by == "fault"


def test_callers_who_hang_up_at_any_moment_leave_nothing_behind(switch: SimulatedSwitch) -> None:
    on = {"ok": "main", "timeout": "main", "error": "main"}
    flow = script(
        slow=node("action", action="slow", timeout="150ms", hold="hold", on=on),
        main=node("menu", menu={"1": {"next": "ask"}}, prompt="main", give_up="agent", first_digit="1s"),
        ask=node("collect", collect="ask", digits="4", save="x", readback="back", next="desk", give_up="agent"),
        desk=node("transfer", transfer="desk", on=dict.fromkeys(("answered", "busy", "no_answer", "failed"), "main")),
    )

    def perform(command: RunAction, arrived: CallArrived, language: str) -> Outcome:
        gevent.sleep(0.1 if arrived.at % 1 > 0.5 else 0.3)
        return Outcome("ok")

    before = greenlets()
    with serving(flow, perform, desk="user/1001") as house:
        calls = [ring(switch, house) for _ in range(60)]
        for number, call in enumerate(calls):
            call.press("1", after=0.4)
            call.press("1234", gap=0.05, after=0.6)
            call.press("1", after=0.9)
            call.hang_up(after=0.02 + 0.03 * number)
        assert all(call.wait_ended(5) for call in calls)
        assert house.port
        port = house.port
        assert in_time(lambda: port.calls == 0)
        assert sorted(record.call_id for record in house.records) == sorted(call.uuid for call in calls)
        assert {record.ended_by for record in house.records} == {"caller"}
    assert in_time(lambda: greenlets() <= before)


def in_time(holds: Callable[[], bool], seconds: float = 5.0) -> bool:
    """Whether something comes true within a few seconds, also on a machine that has much to do."""
    with gevent.Timeout(seconds, False):
        while not holds():
            gevent.sleep(0.02)
    return holds()


def greenlets() -> int:
    """Greenlets that are alive."""
    gc.collect()
    return sum(isinstance(found, gevent.Greenlet) and not found.dead for found in gc.get_objects())


def test_twenty_calls_at_once_are_twenty_records(switch: SimulatedSwitch) -> None:
    with serving(menu()) as house:
        calls = [ring(switch, house) for _ in range(20)]
        for call in calls:
            call.press("1", after=0.3)
        assert all(call.wait_ended(5) for call in calls)
        gevent.sleep(0.1)
        assert sorted(record.call_id for record in house.records) == sorted(call.uuid for call in calls)


class SilentSwitch:
    """Answers the first `commands` commands of a call, and then nothing more: its process hangs."""

    def __init__(self, commands: int) -> None:
        self._left = commands

    def serve(self, port: int) -> None:
        with socket.create_connection(("127.0.0.1", port)) as sock:
            sock.recv(100)
            channel = f"Unique-ID: silent-{self._left}\nCaller-Destination-Number: 4001\n"
            sock.sendall(f"Content-Type: command/reply\nReply-Text: +OK\n{channel}\n".encode())
            while data := sock.recv(65536):
                for command in data.split(b"\n\n")[:-1]:
                    if self._left > 0:
                        self._left -= 1
                        sock.sendall(self._reply(command.decode()))

    def _reply(self, command: str) -> bytes:
        if command.startswith("api"):
            return b"Content-Type: api/response\nContent-Length: 4\n\n+OK\n"
        reply = b"Content-Type: command/reply\nReply-Text: +OK\n\n"
        if "execute-app-name: answer" in command:
            asked = command.split("Event-UUID: ")[1].split("\n")[0]
            body = f"Event-Name: CHANNEL_EXECUTE_COMPLETE\nUnique-ID: silent-{self._left + 5}\n"
            body = f"{body}Application: answer\nApplication-UUID: {asked}\n\n"
            reply += f"Content-Type: text/event-plain\nContent-Length: {len(body)}\n\n{body}".encode()
        return reply


@pytest.mark.parametrize("commands", [0, 2, 5])
def test_a_switch_that_falls_silent_is_noticed(commands: int, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(outbound, "SWITCH_DEADLINE", 0.3)
    with serving(menu()) as house:
        assert house.port
        silent = gevent.spawn(SilentSwitch(commands).serve, house.port.port)
        record = house.record()
        silent.join(2)
        gevent.sleep(0.05)
        assert house.port.calls == 0
        assert len(house.records) == 1
    assert (record.ended_by, record.hangup_cause in ("CONNECTION_LOST", "NO_ANSWER_FROM_SWITCH")) == ("fault", True)


def test_a_switch_that_keeps_the_line_of_who_has_gone_keeps_no_call() -> None:
    """It tells of the hang-up, and then hangs."""
    over = gevent.event.Event()

    def switch(port: int) -> None:
        with socket.create_connection(("127.0.0.1", port)) as sock:
            sock.recv(100)
            sock.sendall(
                b"Content-Type: command/reply\nReply-Text: +OK\nUnique-ID: u\nCaller-Destination-Number: 4001\n\n"
            )
            body = b"Event-Name: CHANNEL_HANGUP\nUnique-ID: u\n\n"
            sock.sendall(b"Content-Type: text/event-plain\nContent-Length: %d\n\n%b" % (len(body), body))
            over.wait(5)

    def slow(command: RunAction, arrived: CallArrived, language: str) -> Outcome:
        gevent.sleep(0.1)
        return Outcome("ok")

    with serving(noting(), slow) as house:
        assert house.port
        silent = gevent.spawn(switch, house.port.port)
        house.record()
        gevent.sleep(0.1)
        assert house.port.calls == 0
        over.set()
        silent.join(2)


def test_a_process_that_stops_while_an_observer_is_busy_leaves_one_record(switch: SimulatedSwitch) -> None:
    def busy(call_id: str, event: object, commands: object) -> None:
        if isinstance(event, ActionReturned):
            gevent.sleep(1)

    act = node("action", action="act", on={"ok": "bye", "timeout": "end", "error": "end"})
    bye = node("play", play="bye", next="end")
    ready = Outcome("ok")
    with serving(script(act=act, bye=bye), lambda *about: gevent.sleep(0.1) or ready, busy) as house:
        ring(switch, house)
        gevent.sleep(0.4)
        assert house.port
        house.port.stop(0)
        assert len(house.records) == 1
        gevent.sleep(1)
    assert [(record.ended_by, record.hangup_cause) for record in house.records] == [("fault", "CONNECTION_LOST")]


def test_an_observer_that_fails_harms_no_call(switch: SimulatedSwitch) -> None:
    def watch(call_id: str, event: object, commands: object) -> None:
        raise ValueError

    with serving(menu(), watch=watch) as house:
        call = ring(switch, house)
        call.press("1", after=0.3)
        assert call.wait_ended(3)
        assert house.record().ended_by == "flow"


def test_an_action_whose_driver_fails_is_an_error_at_once(switch: SimulatedSwitch) -> None:
    def perform(command: RunAction, arrived: CallArrived, language: str) -> Outcome:
        raise ValueError

    act = node("action", action="act", timeout="30s", on={"ok": "end", "timeout": "end", "error": "wrong"})
    with serving(script(act=act, wrong=node("play", play="wrong", next="end")), perform) as house:
        assert ring(switch, house).wait_ended(3)
        assert [visit.node for visit in house.record().path] == ["act", "wrong", "end"]


def test_a_record_that_cannot_be_kept_leaves_nothing_behind(switch: SimulatedSwitch) -> None:
    with serving(menu()) as house:
        house.records = None  # type: ignore[assignment]
        call = ring(switch, house)
        call.hang_up(after=0.2)
        assert call.wait_ended(3)
        gevent.sleep(0.2)
        assert house.port
        assert house.port.calls == 0


def test_two_who_talk_are_not_parted_by_the_controllers_death(switch: SimulatedSwitch) -> None:
    on = dict.fromkeys(("answered", "busy", "no_answer", "failed"), "main")
    flow = script(
        desk=node("transfer", transfer="desk", on=on),
        main=node("menu", menu={"1": {"next": "end"}}, prompt="main", give_up="agent"),
    )
    with serving(flow, desk="user/1001") as house:
        assert house.port
        call = switch.call("127.0.0.1", house.port.port, "13800001111", "", "4001", variables={"socket_resume": "true"})
        gevent.sleep(0.25)
        assert call.variable("socket_resume") == "false"
        gevent.sleep(0.4)
        assert call.variable("socket_resume") == "true"
        call.hang_up()
        assert house.record().path[0].way_out == "main"


def consulting() -> Script:
    on = {"open": "bill", "closed": "agent", "holiday": "agent", "emergency": "agent"}
    return script(main=node("hours", hours="office", on=on), bill=node("play", play="bill", next="end"))


@pytest.mark.parametrize(("state", "next_node"), [("open", "bill"), ("holiday", "agent")])
def test_a_calendar_is_asked_when_the_call_comes_to_it(
    switch: SimulatedSwitch, state: CalendarState, next_node: str
) -> None:
    asked = []

    def hours(calendar: str) -> CalendarState:
        asked.append(calendar)
        return state

    with serving(consulting(), hours=hours) as house:
        assert ring(switch, house).wait_ended(3)
        record = house.record()
    assert [(visit.node, visit.outcome) for visit in record.path][:2] == [("main", state), (next_node, "next")]
    assert (asked, record.faults) == (["office"], ())


def test_a_calendar_that_fails_is_closed(switch: SimulatedSwitch, caplog: pytest.LogCaptureFixture) -> None:
    def hours(calendar: str) -> CalendarState:
        raise OSError("the disk is gone")

    with serving(consulting(), hours=hours) as house:
        assert ring(switch, house).wait_ended(3)
        assert house.record().path[0].outcome == "closed"
    assert "calendar 'office' could not be read" in caplog.text


FAILED = dict.fromkeys(("busy", "no_answer", "failed"), "main")


def test_a_message_is_recorded_reviewed_and_kept(switch: SimulatedSwitch, tmp_path: Path) -> None:
    with serving(message(review="yes"), recordings=tmp_path / "recorded") as house:
        call = ring(switch, house)
        call.speak(1.5, after=0.7)
        call.press("#", after=2.3)
        call.press("3", after=2.6)
        call.press("1", after=4.8)
        assert call.wait_ended(8)
        record = house.record()
    assert ([visit.node for visit in record.path], record.faults) == (["message", "end"], ())
    (recorded,) = record.recordings
    path = tmp_path / "recorded" / f"{recorded.name}.wav"
    with wave.open(str(path)) as file:
        samples = file.readframes(file.getnframes())
        assert file.getnframes() / 8000 == pytest.approx(recorded.seconds, abs=0.05)
    assert samples.count(b"\0\0") < len(samples) / 4, "the caller's voice"
    assert [heard.path for heard in call.heard if heard.path == str(path)], "it was played back"


def test_a_message_of_nothing_leaves_no_file(switch: SimulatedSwitch, tmp_path: Path) -> None:
    with serving(message(silence="1s"), recordings=tmp_path) as house:
        assert ring(switch, house).wait_ended(4)
        record = house.record()
    assert (record.path[0].outcome, record.recordings, list(tmp_path.rglob("*.wav"))) == ("empty", (), [])


def test_who_hangs_up_while_speaking_leaves_a_file(switch: SimulatedSwitch, tmp_path: Path) -> None:
    with serving(message(), recordings=tmp_path) as house:
        call = ring(switch, house)
        call.speak(9)
        call.hang_up(after=2.2)
        assert call.wait_ended(4)
        (recorded,) = house.record().recordings
    with wave.open(str(tmp_path / f"{recorded.name}.wav")) as file:
        assert file.getnframes() / 8000 == pytest.approx(recorded.seconds, abs=0.2)


@pytest.mark.parametrize("folder", ["", "taken"])
def test_where_nothing_can_be_recorded_the_call_goes_on(switch: SimulatedSwitch, tmp_path: Path, folder: str) -> None:
    (tmp_path / "taken").write_text("a file where the folder should be")
    with serving(message(), recordings=tmp_path / folder if folder else None) as house:
        assert ring(switch, house).wait_ended(4)
        assert house.record().path[0].outcome == "error"


def message(**fields: object) -> Script:
    on = {"next": "end", "empty": "end", "error": "end"}
    return script(message=node("record", record="ask", on=on, **fields))


def test_the_far_end_alone_hears_a_whisper(switch: SimulatedSwitch) -> None:
    on = FAILED | {"answered": "main"}
    flow = script(
        desk=node("transfer", transfer="desk", whisper="caller", on=on),
        main=node("play", play="main", next="end"),
    )
    with serving(flow, desk="user/1001") as house:
        call = ring(switch, house)
        assert call.wait_ended(4)
        assert house.record().path[0].outcome == "answered"
    (handset,) = switch.rung
    assert [heard.path for heard in handset.heard] == ["tone_stream://%(100,0,440)"]
    assert len(call.heard) == 1


def test_a_caller_who_hangs_up_during_a_whisper_ends_it(switch: SimulatedSwitch) -> None:
    flow = script(
        desk=node("transfer", transfer="desk", whisper="caller", on=FAILED | {"answered": "main"}),
        main=node("play", play="main", next="end"),
    )
    with serving(flow, desk="user/1001") as house:
        call = ring(switch, house)
        call.hang_up(after=0.32)
        assert call.wait_ended(4)
        assert house.record().ended_by == "caller"
    assert switch.rung[0].wait_ended(1)


@pytest.mark.parametrize(("hangs_up", "ended_by"), [(None, "flow"), (0.3, "caller")])
def test_a_call_that_is_given_away_ends_with_whoever_leaves_first(
    switch: SimulatedSwitch, hangs_up: float | None, ended_by: str
) -> None:
    flow = script(
        desk=node("transfer", transfer="desk", mode="blind", on=FAILED),
        main=node("play", play="main", next="end"),
    )
    with serving(flow, desk="user/1001") as house:
        call = ring(switch, house)
        if hangs_up:
            call.hang_up(after=hangs_up)
        assert call.wait_ended(4)
        record = house.record()
    assert ([visit.node for visit in record.path], record.ended_by) == (["desk"], ended_by)


def test_a_call_that_nobody_takes_comes_back(switch: SimulatedSwitch) -> None:
    flow = script(
        desk=node("transfer", transfer="desk", mode="blind", on=FAILED),
        main=node("play", play="main", next="end"),
    )
    with serving(flow, desk="error/USER_BUSY") as house:
        assert ring(switch, house).wait_ended(4)
        assert house.record().path[0].outcome == "busy"


def test_a_switch_that_falls_silent_while_two_talk_is_noticed(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(outbound, "PULSE", 0.3)
    monkeypatch.setattr(outbound, "SWITCH_DEADLINE", 0.3)
    flow = script(
        desk=node("transfer", transfer="desk", on=FAILED | {"answered": "main"}),
        main=node("play", play="main", next="end"),
    )
    with serving(flow, desk="user/1002") as house:
        assert house.port
        silent = gevent.spawn(SilentSwitch(8).serve, house.port.port)
        record = house.record()
        silent.join(2)
    assert (record.ended_by, record.hangup_cause, record.path[0].node) == ("fault", "CONNECTION_LOST", "desk")
    assert record.seconds > 0.8, "the first look was answered"
