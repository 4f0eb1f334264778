"""set: gives variables their values."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import ClassVar

from ivrkit.nodes.fields import NODE_CONFIG, Name, NodeName, Text
from ivrkit.script import CallView, Goto, Node, Run


@dataclass(frozen=True, slots=True, kw_only=True)
class Set(Node):
    """Gives variables their values, from top to bottom: a later one sees the earlier ones."""

    __pydantic_config__ = NODE_CONFIG
    kind: ClassVar[str] = "set"
    waits: ClassVar[bool] = False
    silent: ClassVar[bool] = True
    example: ClassVar[str] = '{set: {account: "{{ customer.account }}"}, next: bill}'

    set: Mapping[Name, Text]
    next: NodeName

    def run(self, call: CallView) -> Run:
        for name, template in self.set.items():
            call.save(name, template.evaluate(call.scope))
        return Goto(self.next)
        yield  # a node is a generator, also one that never waits
