"""The session: limits, faults, hang-ups, records."""

from __future__ import annotations

from dataclasses import replace

import pytest

from ivrkit.commands import CancelAction, CancelTimer, Command, HangUp, WriteRecord
from ivrkit.events import Event, HungUp, KeyPressed, TimerFired
from ivrkit.expressions import Expression
from ivrkit.prompts.segments import Blank
from ivrkit.script import Outcome
from ivrkit.switch.virtual import VirtualCall
from ivrkit.switch.world import World
from ivrkit.testing import Playbook, script_of
from ivrkit.testing.playbook import AnyPrompts
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
