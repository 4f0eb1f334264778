"""run: another flow, with arguments and a result."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import ClassVar

from ivrkit.nodes.fields import NODE_CONFIG, FlowName, Name, NodeName, Text, tells_values
from ivrkit.script import CallView, Enter, Goto, Node, Outcome, Outcomes, Run, Told, World

ERROR = "error"


@dataclass(frozen=True, slots=True, kw_only=True)
class RunFlow(Node):
    """Runs another flow of the same folder and goes where its result says."""

    __pydantic_config__ = NODE_CONFIG
    kind: ClassVar[str] = "run"
    example: ClassVar[str] = '{run: repair, with: {number: "{{ caller.number }}"}, on: {done: thanks, error: agent}}'

    run_: FlowName
    "The other flow, as its first line names it."
    with_: Mapping[str, Text] = field(default_factory=dict)
    "Its arguments."
    save: Name | None = None
    "The name under which the values of its result are kept."
    on: Mapping[str, NodeName]
    "A way out for each of its results, and for `error`."

    def tells(self, languages: tuple[str, ...]) -> Iterator[Told]:
        arguments = f" with {tells_values(self.with_)}" if self.with_ else ""
        yield Told(f"It runs the flow {self.run_}{arguments}.", fields=("run", "with"))

    def run(self, call: CallView) -> Run:
        arguments = {name: template.evaluate(call.scope) for name, template in self.with_.items()}
        outcome: Outcome = yield Enter(self.run_, arguments)
        if self.save and outcome.name != ERROR:
            call.save(self.save, outcome.result)
        return Goto(self.on.get(outcome.name, self.on[ERROR]), outcome.name)

    def outcomes(self, world: World | None) -> Outcomes:
        facts = world.flows.get(self.run_) if world else None
        if facts is None:
            return Outcomes(self.on, (ERROR,), None)
        results = tuple(dict.fromkeys((*facts.returns, ERROR)))
        return Outcomes(self.on, results, results)
