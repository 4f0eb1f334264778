"""What the world answers in one scenario: as it is written there, and a complaint where nothing is."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from datetime import datetime, timedelta
from math import inf
from typing import Any, cast

from ivrkit.commands import SendRequest
from ivrkit.events import CalendarState
from ivrkit.flow.scenarios import Answer, Scenario
from ivrkit.script import Outcome
from ivrkit.switch.world import Delayed, FarEnd, World
from ivrkit.testing.observed import Observed

Hours = Callable[[str, datetime], CalendarState]
"What the project's calendars say at a moment."
RINGS = 2.0
"Seconds that a transfer target rings before it answers or fails, where nothing else is written."
CAUSES = {"busy": "USER_BUSY", "no_answer": "NO_ANSWER", "failed": "DESTINATION_OUT_OF_ORDER"}


class Answers:
    """The world of one call, made of what its scenario says."""

    def __init__(self, scenario: Scenario, observed: Observed, hours: Hours | None = None) -> None:
        self.complaints: list[str] = []
        "What was asked and is not written, each with the line to add."
        self._written, self._observed = scenario.written, observed
        self._at, self._hours = scenario.caller.at, hours
        self._given: Counter[tuple[str, str]] = Counter()

    def world(self) -> World:
        """The same for a call in virtual time."""
        return World(
            perform=self.perform, fetch=self.fetch, hours=self.hours, far_ends=_FarEnds(self), records=self.records
        )

    def perform(self, name: str, arguments: Mapping[str, Any]) -> Outcome:
        """What an action answers."""
        return _outcome(self._next("actions", name, "ok"))

    def fetch(self, request: SendRequest) -> Outcome:
        """What a request answers, which the present node sends."""
        return _outcome(self._next("requests", self._observed.node, "ok"))

    def hours(self, calendar: str) -> CalendarState:
        """The state of a calendar: as written, else by its own hours when the scenario says when the call comes."""
        if calendar not in self._written.calendars and self._at and self._hours:
            return self._hours(calendar, self._at + timedelta(seconds=self._observed.seconds))
        answer = self._next("calendars", calendar, "open")
        return cast(CalendarState, answer.outcome) if answer else "closed"

    def records(self) -> bool:
        """Whether the present node can record; it can where nothing is written."""
        node = self._observed.node
        answer = self._next("recordings", node, "ok") if node in self._written.recordings else None
        return answer is None or answer.outcome != "error"

    def far_end(self, target: str) -> FarEnd | None:
        """Who answers at a transfer target; None when nobody has written it."""
        answer = self._next("transfers", target, "answered")
        return far_end(answer) if answer else None

    def _next(self, part: str, name: str, example: str) -> Answer | None:
        answers = getattr(self._written, part).get(name, ())
        if not answers:
            self.complaints.append(
                f"{_ASKED[part]} {name!r}".replace("'", '"') + f": add {part}: {{{name}: {example}}}"
            )
            return None
        number = self._given[part, name]
        self._given[part, name] += 1
        answer: Answer = answers[min(number, len(answers) - 1)]
        return answer


class _FarEnds(Mapping[str, FarEnd]):
    """The transfer targets as a VirtualCall looks them up, each time for one call."""

    def __init__(self, answers: Answers) -> None:
        self._answers = answers

    def __getitem__(self, target: str) -> FarEnd:
        end = self._answers.far_end(target)
        if end is None:
            raise KeyError(target)
        return end

    def __iter__(self) -> Iterator[str]:
        return iter(())

    def __len__(self) -> int:
        return 0


def far_end(answer: Answer) -> FarEnd:
    """The far end that a written answer describes."""
    rings = answer.takes or RINGS
    if answer.outcome == "no_answer":
        return FarEnd(inf, fails=CAUSES["no_answer"])
    return FarEnd(rings, talks=answer.talks, fails=CAUSES.get(answer.outcome, ""))


def _outcome(answer: Answer | None) -> Outcome:
    return Delayed(answer.outcome, answer.result, answer.takes) if answer else Outcome("error")


_ASKED = {
    "actions": "the flow calls the action",
    "requests": "a request is sent by node",
    "transfers": "the call is transferred to",
    "calendars": "the flow asks the calendar",
}
