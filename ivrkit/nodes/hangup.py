"""hangup: ends the call."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import ClassVar, Literal

from ivrkit.nodes.fields import NODE_CONFIG
from ivrkit.script import CallView, End, Node, Run, Told

# FreeSWITCH's names for the causes of ITU-T Q.850.
CAUSES = {"normal": "NORMAL_CLEARING", "busy": "USER_BUSY", "rejected": "CALL_REJECTED"}


@dataclass(frozen=True, slots=True, kw_only=True)
class Hangup(Node):
    """Ends the call; the far end hears why."""

    __pydantic_config__ = NODE_CONFIG
    kind: ClassVar[str] = "hangup"
    waits: ClassVar[bool] = False
    silent: ClassVar[bool] = True

    hangup: Literal["normal", "busy", "rejected"]
    "What the far end is told."

    def tells(self, languages: tuple[str, ...]) -> Iterator[Told]:
        yield Told(f"The call ends ({CAUSES[self.hangup]}).", fields=("hangup",))

    def run(self, call: CallView) -> Run:
        return End(CAUSES[self.hangup])
        yield  # a node is a generator, also one that never waits
