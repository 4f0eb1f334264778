"""hours: goes where a calendar says."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import ClassVar

from ivrkit.nodes.fields import NODE_CONFIG, CalendarName, NodeName
from ivrkit.script import CallView, Consult, Goto, Node, Outcomes, Run, Told, World

STATES = ("open", "closed", "holiday", "emergency")


@dataclass(frozen=True, slots=True, kw_only=True)
class Hours(Node):
    """Goes where a calendar says: emergency, holiday, open, the first that holds, else closed."""

    __pydantic_config__ = NODE_CONFIG
    kind: ClassVar[str] = "hours"
    silent: ClassVar[bool] = True
    example: ClassVar[str] = "{hours: office, on: {open: main, closed: night, holiday: night, emergency: outage}}"

    hours: CalendarName
    "A calendar in `calendars.yaml` beside the flow."
    on: Mapping[str, NodeName]
    "A way out for each of `open`, `closed`, `holiday` and `emergency`."

    def tells(self, languages: tuple[str, ...]) -> Iterator[Told]:
        text = f"It looks at the calendar {self.hours}: emergency, holiday, open, the first that holds, else closed."
        yield Told(text, fields=("hours",))

    def run(self, call: CallView) -> Run:
        state: str = yield Consult(self.hours)
        return Goto(self.on[state], state)

    def outcomes(self, world: World | None) -> Outcomes:
        return Outcomes(self.on, STATES, STATES)
