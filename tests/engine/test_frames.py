"""Flows that run each other: arguments in, results out, keys, and what happens when one cannot go on."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

import pytest

from ivrkit.commands import CallRecord, WriteRecord
from ivrkit.engine import Session
from ivrkit.events import CallArrived, HungUp
from ivrkit.expressions import Secret
from ivrkit.script import Node, Outcome, Script
from ivrkit.switch.world import FarEnd, World
from ivrkit.testing import Playbook, script_of
from tests.nodes.scenes import node, script


def part(nodes: dict[str, Node], flow: str = "part", **head: Any) -> Script:
    """A flow for others to run."""
    return script_of(nodes, flow=flow, **head)


def running(part: Script, fields: dict[str, Any] | None = None, **nodes: Node) -> Script:
    """A flow that runs `part` at once, and plays the name of its result."""
    run = node("run", run=part.flow, on={"done": "done", "error": "failed"}, save="found", **(fields or {}))
    says = {name: node("play", play=name, next="end") for name in ("done", "failed")}
    whole = replace(script(**({"outer": run} | says | nodes)), flows={part.flow: part})
    return replace(whole, flow="whole")


def way(record: CallRecord) -> list[tuple[str, str]]:
    return [(visit.node, visit.outcome) for visit in record.path]


ASK = node("collect", collect="ask", digits="2", save="x", next="done", give_up="lost")
DONE = node("return", **{"return": "done", "values": {"x": "{{ x }}{{ n }}"}})
DONE_PLAIN = node("return", **{"return": "done"})
LOST = node("return", **{"return": "error"})
FINE = Outcome("ok")


def test_a_flow_gets_arguments_and_gives_its_result_back() -> None:
    inner = part({"ask": ASK, "done": DONE, "lost": LOST}, arguments={"n": "text"})
    tell = node("branch", branch=[{"when": "found.x == '427'", "next": "end"}, {"else": "failed"}])
    whole = running(inner, {"with": {"n": "7"}}, done=tell)
    record = Playbook(whole).hears("ask").presses("42").ends()
    assert way(record) == [
        ("outer", "run"),
        ("part/ask", "next"),
        ("part/done", "done"),
        ("outer", "done"),
        ("done", "1"),
        ("end", ""),
    ]
    assert [visit.way_out for visit in record.path][:3] == ["part/ask", "part/done", "outer"]


def test_variables_of_one_flow_are_not_those_of_another() -> None:
    reads = node("branch", branch=[{"when": "secret_of_outer == 1", "next": "done"}, {"else": "done"}])
    inner = part({"reads": reads, "done": DONE_PLAIN})
    before = node("set", set={"secret_of_outer": "{{ 1 }}"}, next="outer")
    whole = replace(running(inner, before=before), start="before")
    record = Playbook(whole).hears("failed").ends()
    assert record.faults == ('node "part/reads": the variable "secret_of_outer" has no value yet',)


def test_a_language_chosen_in_a_flow_stays() -> None:
    inner = part({"en": node("language", language="zh", next="done"), "done": DONE_PLAIN})
    tell = node("branch", branch=[{"when": "language == 'zh'", "next": "end"}, {"else": "failed"}])
    assert way(Playbook(running(inner, done=tell)).ends())[-2] == ("done", "1")


def test_zero_leaves_a_flow_that_was_run_and_its_own_keys_are_its_own() -> None:
    menu = node("menu", menu={"1": {"next": "done"}}, prompt="which", give_up="done")
    inner = part({"menu": menu, "done": DONE_PLAIN}, keys={"#": "repeat"})
    book = Playbook(running(inner)).hears("which").presses("#").hears("which").presses("*").hears("ivrkit.nomatch")
    record = book.hears("which").presses("0").hears("agent").ends()
    assert ("part/menu", "0") in way(record)
    assert ("outer", "0") in way(record)


def test_zero_leaves_all_flows_that_only_inherit_it() -> None:
    menu = node("menu", menu={"1": {"next": "done"}}, prompt="which", give_up="done")
    inner = part({"menu": menu, "done": DONE_PLAIN}, flow="inner")
    run = node("run", run="inner", on={"done": "end", "error": "end"})
    middle = part({"run": run, "end": DONE_PLAIN}, flow="middle")
    whole = replace(running(middle), flows={"inner": inner, "middle": middle})
    record = Playbook(whole).hears("which").presses("0").hears("agent").ends()
    assert [visit.node for visit in record.path][-4:] == ["middle/run", "outer", "agent", "end"]


def test_back_goes_no_further_than_the_flow_that_is_run() -> None:
    menu = node("menu", menu={"1": {"next": "done"}}, prompt="which", give_up="done")
    inner = part({"menu": menu, "done": DONE_PLAIN}, keys={"*": "back"})
    Playbook(running(inner)).hears("which").presses("*").hears("which").presses("1").hears("done").ends()


def test_a_flow_that_cannot_go_on_is_an_error_of_the_node_that_runs_it() -> None:
    broken = part({"reads": node("branch", branch=[{"when": "nothing > 1", "next": "reads"}, {"else": "reads"}])})
    record = Playbook(running(broken)).hears("failed").ends()
    assert ("part/reads", "error") in way(record)
    assert ("outer", "error") in way(record)


def test_a_flow_that_cannot_go_on_goes_to_its_own_give_up_first() -> None:
    nodes = {
        "reads": node("branch", branch=[{"when": "nothing > 1", "next": "reads"}, {"else": "reads"}]),
        "sorry": node("play", play="sorry", next="done"),
        "done": DONE_PLAIN,
    }
    Playbook(running(part(nodes, give_up="sorry"))).hears("sorry").hears("done").ends()


@pytest.mark.parametrize(
    ("kind", "value"), [("number", "{{ caller.number }}x"), ("flag", "7"), ("secret", "1"), ("text", "{{ call }}")]
)
def test_an_argument_that_does_not_fit_is_an_error_and_no_secret_is_told(kind: str, value: str) -> None:
    inner = part({"done": DONE_PLAIN}, arguments={"n": kind})
    record = Playbook(running(inner, {"with": {"n": value}})).hears("failed").ends()
    assert record.faults[0].startswith(f'node "outer": the argument "n" has to be a {kind}')


def test_a_secret_stays_one_on_its_way_into_a_flow() -> None:
    got: list[Any] = []

    def keep(name: str, arguments: Any) -> Any:
        got.append(arguments["card"])
        raise AssertionError

    card = node("collect", collect="card", digits="4", secret="yes", save="card", next="outer", give_up="end")
    act = node("action", action="keep", **{"with": {"card": "{{ n }}"}}, on=dict.fromkeys(("timeout", "error"), "end"))
    inner = part({"act": act, "end": DONE_PLAIN}, arguments={"n": "secret"})
    whole = replace(running(inner, {"with": {"n": "{{ card }}"}}, card=card), start="card")
    with pytest.raises(AssertionError):
        Playbook(whole, world=World(keep)).hears("card").presses("1234").waits(1)
    assert got == [Secret("1234")]


def test_a_flow_may_run_itself_and_comes_to_an_end() -> None:
    nodes = {
        "left": node("branch", branch=[{"when": "n > 0", "next": "say"}, {"else": "done"}]),
        "say": node("play", play="tick", next="again"),
        "again": node("run", run="part", **{"with": {"n": "{{ n - 1 }}"}}, on={"done": "done", "error": "lost"}),
        "done": DONE_PLAIN,
        "lost": LOST,
    }
    whole = running(part(nodes, arguments={"n": "number"}), {"with": {"n": "3"}})
    Playbook(whole).hears("tick").hears("tick").hears("tick").hears("done").ends()


def test_flows_inside_each_other_have_a_bound() -> None:
    nodes = {"again": node("run", run="part", on={"done": "end", "error": "end"}), "end": LOST}
    record = Playbook(running(part(nodes))).hears("failed").ends()
    assert record.faults == (f'node "{"part/again"}": more than 20 flows run inside each other',)


def test_the_step_limit_counts_all_flows_and_goes_to_the_first_one_s_give_up() -> None:
    nodes = {"a": node("set", set={"n": "1"}, next="b"), "b": node("set", set={"n": "2"}, next="a")}
    whole = replace(running(part(nodes, give_up="a")), give_up="agent")
    record = Playbook(whole).hears("agent").ends()
    assert record.faults == ("more than 1000 nodes in one call",)


def test_visits_are_counted_for_the_call_also_in_flows_that_are_run_again() -> None:
    say = node("play", play="say", next="done", visits="2")
    inner = part({"say": say, "done": DONE_PLAIN})
    whole = running(inner, done=node("play", play="again", next="outer"))
    book = Playbook(whole).hears("say").hears("again").hears("say").hears("again")
    assert ("part/say", "error") in way(book.hears("failed").ends())


def test_a_flow_that_is_called_ends_the_call_when_it_returns() -> None:
    record = Playbook(part({"say": node("play", play="say", next="done"), "done": DONE_PLAIN})).hears("say").ends()
    assert record.ended_by == "flow"


ON = {"ok": "end", "timeout": "end", "error": "end"}


def noting(**fields: Any) -> Script:
    """A flow that notes a hang-up."""
    note = node("action", action="note", on=ON, **fields)
    return replace(script(ask=node("play", play="ask", next="end"), note=note), on_hangup="note")


def test_when_the_caller_has_gone_the_flow_may_note_it() -> None:
    noted: list[str] = []

    def note(name: str, arguments: Any) -> Any:
        noted.append(name)
        return FINE

    record = Playbook(noting(), world=World(note, takes=2.0)).hears("ask").waits(0.01).hangs_up().ends()
    assert noted == ["note"]
    assert way(record) == [("ask", ""), ("note", "ok"), ("end", "")]
    assert record.seconds == pytest.approx(0.01)
    assert record.ended_by == "caller"


def test_what_follows_a_hang_up_has_five_seconds_together() -> None:
    world = World(lambda name, arguments: FINE, takes=9.0)
    book = Playbook(noting(timeout="20s", hold="wait"), world=world).hears("ask").hangs_up()
    record = book.waits(5.1).ends()
    assert record.faults == ("on_hangup took longer than 5 s",)
    assert way(record) == [("ask", ""), ("note", "")]


def test_nothing_is_said_to_a_caller_who_has_gone() -> None:
    faulty = replace(noting(), give_up="ask", on_hangup="ask")
    record = Playbook(faulty).hears("ask").hangs_up().ends()
    assert record.faults == ('on_hangup leads to "ask", which needs a caller',)


def test_a_hang_up_inside_a_flow_that_is_run_is_noted_by_the_first() -> None:
    inner = part({"ask": ASK, "done": DONE_PLAIN, "lost": LOST})
    note = node("set", set={"n": "{{ known }}"}, next="end")
    known = node("set", set={"known": "1"}, next="outer")
    whole = replace(running(inner, note=note, known=known), start="known", on_hangup="note")
    record = Playbook(whole).hears("ask").hangs_up().ends()
    assert [visit.node for visit in record.path] == ["known", "outer", "part/ask", "outer", "note", "end"]
    assert record.faults == ()


def test_a_flow_that_hangs_up_itself_notes_it_too() -> None:
    record = Playbook(noting(), world=World(lambda name, arguments: FINE)).hears("ask").ends()
    assert way(record) == [("ask", "next"), ("end", ""), ("note", "ok"), ("end", "")]
    assert record.ended_by == "flow"


def test_a_call_through_every_way_of_a_transfer_says_how_it_went() -> None:
    desk = node("transfer", transfer="desk", on=dict.fromkeys(("answered", "busy", "no_answer", "failed"), "end"))
    world = World(far_ends={"desk": FarEnd(rings=2.0, talks=5.0)})
    assert way(Playbook(script(desk=desk), world=world).ends())[0] == ("desk", "answered")


def test_a_caller_who_went_before_an_answer_leaves_nothing_to_note() -> None:
    session = Session(noting(), CallArrived(0.0, "call", "1", "", "4001", datetime(2026, 1, 1, tzinfo=UTC)))
    session.begin()
    (written,) = session.receive(HungUp(0.1, "ORIGINATOR_CANCEL"))
    assert isinstance(written, WriteRecord)
    assert written.record.path == ()
