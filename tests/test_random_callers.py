"""Whatever callers do and the world answers, in every flow of the repository: the call ends, and as it should."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from decimal import Decimal
from functools import cache
from math import inf
from pathlib import Path
from random import Random
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ivrkit.app import load_app
from ivrkit.commands import CallRecord, Command, SendRequest, WriteRecord
from ivrkit.engine.call import LONGEST_FAULT, MOST_FAULTS, MOST_NOTED
from ivrkit.engine.session import LAST_STEPS, STEP_LIMIT
from ivrkit.events import CalendarState, Event
from ivrkit.flow import compile_file, flows_below
from ivrkit.prompts.segments import Blank
from ivrkit.script import Outcome, Script
from ivrkit.switch.virtual import VirtualCall
from ivrkit.switch.world import Delayed, FarEnd, World

ROOT = Path(__file__).parents[1]
ALONE = ROOT / "tests/flows_ok"
"Flows whose projects are not there: nobody knows what exists outside their files."
FLOWS = [*flows_below(ROOT / "flows"), *flows_below(ROOT / "examples"), *flows_below(ALONE)]
PATIENCE = 24 * 3600.0
"Seconds that a caller waits who only waits."
VALUES: list[Any] = [Decimal("42.50"), 3, -1, "", "2026-10", "12345674", "很好", True, {}, [], None]
STATES: list[CalendarState] = ["open", "closed", "holiday", "emergency"]
CAUSES = ["", "", "USER_BUSY", "NO_ANSWER", "SUBSCRIBER_ABSENT", "CALL_REJECTED"]

ACTS = st.lists(
    st.one_of(
        st.tuples(st.just("press"), st.text("0123456789*#A", min_size=1, max_size=9)),
        st.tuples(st.just("wait"), st.floats(0, 40)),
        st.tuples(st.just("speak"), st.floats(0, 70)),
        st.tuples(st.just("hang up"), st.none()),
    ),
    max_size=25,
)
WHO = st.sampled_from(["13800001111", "", "anonymous", "+86 138-0000-1111", "😀"])


@cache
def script_of(flow: Path) -> Script:
    if flow.is_relative_to(ALONE):
        return compile_file(flow, ALONE / "prompts").require()
    return load_app(None, flow).compile(flow).require()


class AnyWorld:
    """Answers anything, the same for the same seed."""

    def __init__(self, script: Script, seed: int) -> None:
        self._random, self._script = Random(seed), script
        self._outcomes = sorted({way for node in nodes(script) for way in getattr(node, "on", {})} | {"strange"})
        self._words = sorted(words(script))
        targets = {str(node.transfer) for node in nodes(script) if node.kind == "transfer"}
        self.world = World(self.perform, fetch=self.fetch, hours=self.hours, far_ends={t: self.end() for t in targets})

    def perform(self, action: str, arguments: Mapping[str, Any]) -> Outcome:
        return self.answer()

    def fetch(self, request: SendRequest) -> Outcome:
        return self.answer()

    def hours(self, calendar: str) -> CalendarState:
        return self._random.choice(STATES)

    def answer(self) -> Outcome:
        outcome = self._random.choice([*self._outcomes, "ok", "ok"])
        return Delayed(outcome, self.values(2), self._random.choice([0.0, 0.0, 0.7, 4.0, 30.0, inf]))

    def values(self, depth: int) -> dict[str, Any]:
        chosen = {word: self._random.choice(VALUES) for word in self._words if self._random.random() < 0.9}
        return chosen | (
            {word: self.values(depth - 1) for word in self._random.sample(self._words, 1)}
            if depth and self._words
            else {}
        )

    def end(self) -> FarEnd:
        rings = self._random.choice([0.0, 3.0, 100.0])
        return FarEnd(rings, talks=self._random.uniform(0, 600), fails=self._random.choice(CAUSES))


def nodes(script: Script) -> Iterator[Any]:
    for flow in (script, *script.flows.values()):
        yield from flow.nodes.values()


def words(script: Script) -> Iterator[str]:
    """The parts of every value that is said."""
    for flow in (script, *script.flows.values()):
        for prompt in flow.prompts.values():
            for blank in (part for segments in prompt.values() for part in segments if isinstance(part, Blank)):
                yield from (word for name in blank.expression.names for word in name.split(".")[1:])


def called(script: Script, number: str, acts: list[tuple[str, Any]], seed: int) -> tuple[CallRecord, list[float]]:
    """One call to its end; its record, and when each record was written."""
    written: list[float] = []

    def watch(event: Event, commands: list[Command]) -> None:
        written.extend(event.at for command in commands if isinstance(command, WriteRecord))

    call = VirtualCall(script, number, world=AnyWorld(script, seed).world, watch=watch)
    for what, value in acts:
        match what:
            case "press":
                call.press(value)
            case "wait":
                call.advance(call.now + value)
            case "speak":
                call.speak(value)
            case "hang up" if not call.ended:
                call.hang_up()
    call.run(call.now + PATIENCE)
    assert call.record, f"the call goes on at node {call.session.node}"
    return call.record, written


@pytest.mark.parametrize("flow", FLOWS, ids=lambda flow: str(flow.relative_to(ROOT)))
@settings(max_examples=60, deadline=None)
@given(number=WHO, acts=ACTS, seed=st.integers(0, 2**32))
def test_every_call_ends_within_its_limits_and_repeats_exactly(
    flow: Path, number: str, acts: list[tuple[str, Any]], seed: int
) -> None:
    script = script_of(flow)
    record, written = called(script, number, acts, seed)
    assert len(written) == 1
    assert record.ended_by in ("caller", "flow", "fault")
    # A node that runs a flow stands there twice: when it is left for the flow, and when the flow has come back.
    assert len(record.path) <= 2 * (STEP_LIMIT + 2 * LAST_STEPS)
    assert len(record.faults) <= MOST_FAULTS
    assert all(len(fault) <= LONGEST_FAULT for fault in record.faults)
    assert all(len(visit.keys) <= MOST_NOTED for visit in record.path)
    assert called(script, number, acts, seed) == (record, written)


def test_there_are_flows_to_call() -> None:
    assert ROOT / "flows/hotline.yaml" in FLOWS
    assert len(FLOWS) > 12
