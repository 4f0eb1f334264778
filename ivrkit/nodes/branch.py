"""branch: conditions from top to bottom, the first that holds decides."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import ClassVar

from ivrkit.nodes.fields import NODE_CONFIG, NodeName, Test
from ivrkit.script import CallView, Goto, Node, Run, Told


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """`{when: bill.amount > 0, next: owes}`, or `{else: paid}` as the last one."""

    __pydantic_config__ = NODE_CONFIG
    example: ClassVar[str] = "{when: bill.amount > 0, next: tell_bill}"

    when: Test | None = None
    "A condition, without braces."
    next: NodeName | None = None
    "Where the call goes when it holds."
    else_: NodeName | None = None
    "In the last row, alone: where the call goes when none did."

    def __post_init__(self) -> None:
        if not ((self.when and self.next and not self.else_) or (self.else_ and not self.when and not self.next)):
            raise ValueError("a row is {when: condition, next: node} or {else: node}")


@dataclass(frozen=True, slots=True, kw_only=True)
class Branch(Node):
    """Goes where the first condition that holds says."""

    __pydantic_config__ = NODE_CONFIG
    kind: ClassVar[str] = "branch"
    waits: ClassVar[bool] = False
    silent: ClassVar[bool] = True
    example: ClassVar[str] = "{branch: [{when: bill.amount > 0, next: tell_bill}, {else: nothing_due}]}"

    branch: tuple[Row, ...]
    "The rows, looked at from top to bottom."

    def __post_init__(self) -> None:
        if not self.branch or not self.branch[-1].else_ or any(row.else_ for row in self.branch[:-1]):
            raise ValueError("the last row, and only the last, must be {else: node}")

    def tells(self, languages: tuple[str, ...]) -> Iterator[Told]:
        yield Told("The caller hears nothing of it.", fields=("branch",))

    def run(self, call: CallView) -> Run:
        for number, row in enumerate(self.branch, 1):
            if row.when and row.next and row.when.evaluate(call.scope):
                return Goto(row.next, str(number))
        return Goto(self.branch[-1].else_ or "", "else")
        yield  # a node is a generator, also one that never waits
