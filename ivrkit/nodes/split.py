"""split: sends shares of the callers different ways, the same caller always the same way."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from hashlib import sha256
from itertools import accumulate
from typing import ClassVar

from ivrkit.nodes.fields import NODE_CONFIG, Count, NodeName
from ivrkit.script import CallView, Goto, Node, Outcomes, Run, Told, World


@dataclass(frozen=True, slots=True, kw_only=True)
class Split(Node):
    """Sends shares of the callers different ways; the arm stands in the call's record."""

    __pydantic_config__ = NODE_CONFIG
    kind: ClassVar[str] = "split"
    waits: ClassVar[bool] = False
    silent: ClassVar[bool] = True
    example: ClassVar[str] = "{split: {new: 20, old: 80}, on: {new: new_menu, old: main}}"

    split: Mapping[str, Count]
    "The arms with their shares, whole numbers: of `{a: 1, b: 3}`, `b` gets three callers in four."
    on: Mapping[str, NodeName]
    "A way out for each arm."

    def tells(self, languages: tuple[str, ...]) -> Iterator[Told]:
        whole = sum(self.split.values())
        shares = ", ".join(f"{arm} {100 * share / whole:.3g} %" for arm, share in self.split.items())
        yield Told(f"Shares of the callers go different ways: {shares}.", fields=("split",))
        yield Told("The same number always goes the same way.")

    def run(self, call: CallView) -> Run:
        arm = self._arm(f"{call.script.flow}/{call.node}", call)
        return Goto(self.on[arm], arm)
        yield  # a node is a generator, also one that never waits

    def outcomes(self, world: World | None) -> Outcomes:
        return Outcomes(self.on, tuple(self.split), tuple(self.split))

    def _arm(self, node: str, call: CallView) -> str:
        # Callers who hide their number are told apart by their calls: else all of them would be in one arm.
        caller = call.scope["caller"]["number"] or call.scope["call"]["id"]
        digest = sha256(f"{node} {caller}".encode(errors="replace")).digest()
        place = int.from_bytes(digest[:8]) % sum(self.split.values())
        return next(arm for arm, end in zip(self.split, accumulate(self.split.values()), strict=True) if place < end)
