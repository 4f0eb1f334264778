"""The session: limits, faults, hang-ups, records."""

from __future__ import annotations

from dataclasses import replace

import pytest

from ivrkit.commands import CancelAction, CancelTimer, Command, HangUp, WriteRecord
from ivrkit.events import CallAnswered, Event, HungUp, KeyPressed, PlaybackEnded, TimerFired
from ivrkit.expressions import Expression
from ivrkit.prompts.segments import Blank
from ivrkit.script import CallView, Line, Node, Outcome, Run, Say
from ivrkit.switch.virtual import VirtualCall
from ivrkit.switch.world import World
from ivrkit.testing import Playbook, script_of
from ivrkit.testing.playbook import AnyPrompts
from tests.engine.test_properties import begun
from tests.nodes.scenes import node, scene, script

MENU = node("menu", menu={"1": {"next": "end"}}, prompt="main", give_up="agent")


def test_every_call_has_one_record_whatever_comes_after_its_end() -> None:
    book = scene(main=MENU).hears("main").waits(1).hangs_up()
    record = book.ends()
    assert (record.ended_by, record.hangup_cause, record.path[-1].node) == ("caller", "NORMAL_CLEARING", "main")
    for event in (HungUp(9.0, "x"), KeyPressed(9.0, "1"), TimerFired(9.0, "v.3")):
        assert book.call.session.receive(event) == []


@pytest.mark.parametrize("hold", [None, "wait"])
@pytest.mark.parametrize("moment", [0.0, 0.2, 0.7, 2.0])
def test_a_caller_who_leaves_takes_everything_along(moment: float, hold: str | None) -> None:
    sent: list[Command] = []
    on = {"ok": "end", "timeout": "end", "error": "end"}
    slow = node("action", action="slow", on=on, **({"hold": hold} if hold else {}))
    world = World(lambda name, arguments: Outcome("ok"), takes=3.0)
    call = VirtualCall(script(slow=slow), world=world, watch=lambda event, commands: sent.extend(commands))
    call.advance(moment)
    call.hang_up()
    assert [type(command) for command in sent if isinstance(command, CancelAction | WriteRecord)] == [
        CancelAction,
        WriteRecord,
    ]
    assert any(isinstance(command, CancelTimer) for command in sent)
    assert call.next_due() is None or call.ended


def test_a_loop_without_a_question_ends_at_the_step_limit() -> None:
    nodes = {"a": node("set", set={"n": "1"}, next="b"), "b": node("set", set={"n": "2"}, next="a")}
    record = Playbook(script_of(nodes)).ends()
    assert record.ended_by == "flow"
    assert len(record.path) == 1001
    assert record.faults == ("more than 1000 nodes in one call",)


def test_after_the_step_limit_twenty_nodes_are_left() -> None:
    nodes = {"a": node("set", set={"n": "1"}, next="b"), "b": node("set", set={"n": "2"}, next="a")}
    record = Playbook(script_of(nodes, give_up="a")).ends()
    assert record.ended_by == "fault"
    assert len(record.path) == 1021


def test_who_repeats_a_question_for_ever_is_sent_on() -> None:
    book = Playbook(replace(script(main=MENU), give_up="agent"))
    for _ in range(1000):
        book.hears("main").presses("#")
    assert book.hears("agent").ends().faults == ("more than 1000 questions in one call",)


def test_who_clears_an_entry_for_ever_has_answered_nothing() -> None:
    book = scene(ask=node("collect", collect="ask", digits="4", tries="1", give_up="agent", next="end", save="x"))
    book.hears("ask")
    for _ in range(201):
        book.presses("*").waits(4)
    book.hears("ivrkit.noinput").hears("agent")


def test_a_node_lets_a_call_in_only_so_often() -> None:
    again = node("play", play="again", next="again", visits="3")
    scripted = replace(script(again=again), give_up="agent")
    Playbook(scripted).hears("again").hears("again").hears("again").hears("agent").ends()


def test_a_flow_that_only_fails_says_sorry_and_ends() -> None:
    broken = node("branch", branch=[{"when": "nothing > 1", "next": "end"}, {"else": "end"}])
    record = Playbook(replace(script(broken=broken), give_up="broken")).hears("ivrkit.sorry").ends()
    assert record.ended_by == "fault"
    assert len(record.faults) == 4


def test_a_prompt_that_cannot_be_said_gives_up() -> None:
    blank = (Blank(Expression("bill.amount"), "money"),)
    say = node("play", play="bill.due", next="end")
    spoken = replace(script(say=say), give_up="agent", prompts=AnyPrompts({"bill.due": {"en": blank}}))
    record = Playbook(spoken).hears("agent").ends()
    assert record.faults[0].startswith('node "say": the prompt "{{ bill.amount | money }}" cannot be said')


def test_a_driver_that_fails_lets_the_caller_hear_sorry() -> None:
    sent: list[tuple[Event, list[Command]]] = []
    call = VirtualCall(script(main=MENU), watch=lambda event, commands: sent.append((event, commands)))
    commands = call.session.fail("the action's thread pool is gone")
    assert commands[-1].parts[0].prompt == "ivrkit.sorry"  # type: ignore[attr-defined]
    assert not any(isinstance(command, HangUp) for command in commands)


def test_the_same_keys_at_the_same_times_give_the_same_call() -> None:
    def told() -> list[tuple[Event, list[Command]]]:
        heard: list[tuple[Event, list[Command]]] = []
        call = VirtualCall(script(main=MENU), watch=lambda event, commands: heard.append((event, commands)))
        call.advance(1.5)
        call.press("7")
        call.run()
        return heard

    assert told() == told()


def pin() -> Node:
    return node("collect", collect="pin", digits="4", save="pin", next="after", give_up="agent", secret="yes")


AFTER = node("menu", menu={"1": {"next": "end"}}, prompt="after", give_up="agent")


def test_every_key_of_a_secret_is_hidden_also_while_it_is_asked_again() -> None:
    book = scene(pin=pin(), after=AFTER).hears("pin").presses("12#").hears("ivrkit.nomatch")
    assert book.call.session.hides(KeyPressed(book.call.now, "9"))


def test_digits_too_many_of_a_secret_answer_no_other_question() -> None:
    book = scene(pin=pin(), after=AFTER).hears("pin").presses("62221112", gap=0.1)
    record = book.hears("after").hears("ivrkit.noinput").hears("after").presses("1").ends()
    assert [visit.keys for visit in record.path if visit.node == "pin"] == ["••••"]
    assert "62" not in repr(record)


def test_the_end_key_of_an_entry_stops_later_prompts_again() -> None:
    ask = node("collect", collect="ask", digits="4", save="x", next="act", give_up="agent")
    act = node("action", action="slow", timeout="30s", on={"ok": "after", "timeout": "agent", "error": "agent"})
    world = World(lambda name, arguments: Outcome("ok"), takes=20.0)
    book = Playbook(script(ask=ask, act=act, after=AFTER), world=world).hears("ask").presses("1234").hears("after")
    begun = book.call.now
    book.waits(0.1).presses("#").hears("after")
    assert book.call.now == pytest.approx(begun + 0.1)


def test_missing_sounds_are_no_faults_of_the_script() -> None:
    session, _ = begun(script(main=MENU))
    session.receive(CallAnswered(0.0, "c.1"))
    for number in range(2, 30):
        session.receive(PlaybackEnded(1.0, f"c.{number}", heard=False))
    assert session.node == "main"


def test_between_digits_of_nothing_takes_a_menus_key_at_once_and_spoils_no_entry() -> None:
    short = {"menu": {"1": {"next": "ask"}, "2": {"next": "end"}}, "prompt": "m", "give_up": "agent"}
    ask = node("collect", collect="ask", digits="4", save="x", next="end", give_up="agent", between_digits="0s")
    book = scene(m=node("menu", between_digits="0s", **short), ask=ask).hears("m").presses("1").hears("ask")
    assert book.presses("1*2345").ends().path[1].keys == "1*2345"


def test_choosing_the_language_that_is_spoken_forgets_no_keys() -> None:
    welcome = node("play", play="welcome", barge_in="no", next="ask")
    ask = node("language", language="ask", next="after")
    record = scene(welcome=welcome, ask=ask, after=AFTER).hears("welcome").presses("11").ends()
    assert [visit.keys for visit in record.path] == ["", "1", "1", ""]


def test_a_give_up_that_lets_nobody_in_again_ends_the_call() -> None:
    once = node("play", play="once", next="once", visits="1")
    assert Playbook(replace(script(once=once), give_up="once")).hears("once").ends().ended_by == "flow"


def test_a_node_that_says_no_way_is_a_fault_of_the_script() -> None:
    class Silent(Node):
        kind = "silent"

        def run(self, call: CallView) -> Run:
            return None  # type: ignore[return-value]
            yield

    record = Playbook(replace(script(silent=Silent()), give_up="agent")).hears("agent").ends()
    assert record.faults == ('node "silent": it does not say where the call goes',)


def test_a_node_that_fails_as_its_caller_leaves_still_leaves_a_record() -> None:
    class Clumsy(Node):
        kind = "clumsy"

        def run(self, call: CallView) -> Run:
            try:
                yield Say((Line("x"),))
            finally:
                raise ValueError

    session, _ = begun(script(clumsy=Clumsy()))
    session.receive(CallAnswered(0.0, "c.1"))
    with pytest.raises(ValueError):
        session.receive(HungUp(1.0, "NORMAL_CLEARING"))
    assert isinstance(session.fail("ValueError at node clumsy")[-1], WriteRecord)
    assert session.done


def test_what_is_kept_of_a_call_is_bounded() -> None:
    ask = node("collect", collect="ask", min="1", max="60", save="x", next="end", give_up="agent")
    book = scene(ask=ask).hears("ask").presses("1*" * 100, gap=0.001)
    assert len(book.call.session._handler._entered) <= 1  # type: ignore[union-attr]
    assert len(book.hangs_up().ends().path[0].keys) == 200
