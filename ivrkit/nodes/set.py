"""set: gives variables their values."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import ClassVar

from ivrkit.nodes.fields import NODE_CONFIG, Name, NodeName, Text, tells_values
from ivrkit.script import CallView, Goto, Node, Run, Told


@dataclass(frozen=True, slots=True, kw_only=True)
class Set(Node):
    """Gives variables their values, from top to bottom: a later one sees the earlier ones."""

    __pydantic_config__ = NODE_CONFIG
    kind: ClassVar[str] = "set"
    waits: ClassVar[bool] = False
    silent: ClassVar[bool] = True
    example: ClassVar[str] = '{set: {account: "{{ customer.account }}"}, next: bill}'

    set: Mapping[Name, Text]
    "Names and values, from top to bottom."
    next: NodeName
    "The node that follows."

    def tells(self, languages: tuple[str, ...]) -> Iterator[Told]:
        yield Told(f"It sets {tells_values(self.set)}.", fields=("set",))

    def run(self, call: CallView) -> Run:
        for name, template in self.set.items():
            call.save(name, template.evaluate(call.scope))
        return Goto(self.next)
        yield  # a node is a generator, also one that never waits
