"""return: ends a flow with a result."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import ClassVar

from ivrkit.nodes.fields import NODE_CONFIG, ResultName, Text, tells_values
from ivrkit.script import CallView, Node, Run, Told
from ivrkit.script import Return as Result


@dataclass(frozen=True, slots=True, kw_only=True)
class Return(Node):
    """Ends this flow with a result; the call ends when no other flow has run it."""

    __pydantic_config__ = NODE_CONFIG
    kind: ClassVar[str] = "return"
    waits: ClassVar[bool] = False
    silent: ClassVar[bool] = True
    example: ClassVar[str] = '{return: done, values: {ticket: "{{ ticket.number }}"}}'

    return_: ResultName
    "One of the results under `returns:`, or `error`."
    values: Mapping[str, Text] = field(default_factory=dict)
    "What the flow that ran this one gets with it: all that `returns:` lists for this result."

    def tells(self, languages: tuple[str, ...]) -> Iterator[Told]:
        values = f", with {tells_values(self.values)}" if self.values else ""
        yield Told(f"The flow ends with the result {self.return_}{values}.", fields=("return", "values"))
        yield Told("The call ends with it when no other flow has run this one.")

    def run(self, call: CallView) -> Run:
        return Result(self.return_, {name: template.evaluate(call.scope) for name, template in self.values.items()})
        yield  # a node is a generator, also one that never waits
