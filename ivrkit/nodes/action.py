"""action: runs a user's function and goes where its outcome says."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import ClassVar

from ivrkit.nodes.fields import (
    NODE_CONFIG,
    ActionName,
    Name,
    NodeName,
    PromptName,
    Seconds,
    Text,
    tells_values,
    tells_waiting,
)
from ivrkit.script import Act, CallView, Goto, Line, Node, Outcome, Outcomes, Run, Told, World

TIMEOUT, ERROR = "timeout", "error"


@dataclass(frozen=True, slots=True, kw_only=True)
class Action(Node):
    """Runs a function with arguments and a deadline; callers hear `hold` when it takes longer than half a second."""

    __pydantic_config__ = NODE_CONFIG
    kind: ClassVar[str] = "action"
    silent: ClassVar[bool] = True
    example: ClassVar[str] = (
        '{action: find_bill, with: {account: "{{ account }}"}, on: {ok: bill, timeout: agent, error: agent}}'
    )

    action: ActionName
    "The name of the function."
    with_: Mapping[str, Text] = field(default_factory=dict)
    "Its arguments: values in braces, or texts."
    timeout: Seconds = 5.0
    "How long it may take."
    hold: PromptName | None = None
    "A prompt that is said when it takes longer than half a second."
    save: Name | None = None
    "The name under which what it found is kept: `bill`, then `bill.amount`."
    on: Mapping[str, NodeName]
    "A way out for each outcome, and for `timeout` and `error`."

    def tells(self, languages: tuple[str, ...]) -> Iterator[Told]:
        arguments = f" with {tells_values(self.with_)}" if self.with_ else ""
        yield Told(f"It runs the function {self.action}{arguments}.", fields=("action", "with"))
        yield from tells_waiting(self.timeout, self.hold)

    def run(self, call: CallView) -> Run:
        arguments = {name: template.evaluate(call.scope) for name, template in self.with_.items()}
        hold = Line(self.hold) if self.hold else None
        outcome: Outcome = yield Act(self.action, arguments, self.timeout, hold)
        if self.save and outcome.name not in (TIMEOUT, ERROR):
            call.save(self.save, outcome.result)
        return Goto(self.on.get(outcome.name, self.on[ERROR]), outcome.name)

    def outcomes(self, world: World | None) -> Outcomes:
        facts = world.actions.get(self.action) if world else None
        if facts is None:
            return Outcomes(self.on, (TIMEOUT, ERROR), None)
        names = (*facts.outcomes, TIMEOUT, ERROR)
        return Outcomes(self.on, names, names)
