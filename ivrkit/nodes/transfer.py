"""transfer: rings a target of the configuration and connects the caller with it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import ClassVar, Literal

from ivrkit.nodes.fields import NODE_CONFIG, NodeName, PromptName, Seconds, TargetName
from ivrkit.script import CallView, Connect, End, Goto, Line, Node, Outcomes, Run, Told, World

ANSWERED = "answered"
FAILURES = ("busy", "no_answer", "failed")
NORMAL = "NORMAL_CLEARING"


@dataclass(frozen=True, slots=True, kw_only=True)
class Transfer(Node):
    """Rings a target that `ivrkit.yaml` names; a target without a number there is `failed`."""

    __pydantic_config__ = NODE_CONFIG
    kind: ClassVar[str] = "transfer"
    person: ClassVar[bool] = True
    example: ClassVar[str] = "{transfer: person, on: {answered: bye, busy: nobody, no_answer: nobody, failed: nobody}}"

    transfer: TargetName
    "The name of a target in `ivrkit.yaml`."
    ring: Seconds = 25.0
    "How long it may ring."
    mode: Literal["blind", "answered"] = "answered"
    "answered: the call goes on here when the far end has hung up. blind: it is given away, and ends with the far end."
    whisper: PromptName | None = None
    "What the far end alone hears when it answers, before the caller is there."
    on: Mapping[str, NodeName]
    "Ways out: answered (when the two have spoken), busy, no_answer, failed."

    def __post_init__(self) -> None:
        if self.mode == "blind" and self.whisper:
            raise ValueError("only mode: answered can whisper: the call is given away before the far end answers")

    def tells(self, languages: tuple[str, ...]) -> Iterator[Told]:
        yield Told(f"It rings the target {self.transfer} for {self.ring:g} s at most.", fields=("transfer", "ring"))
        if self.mode == "blind":
            yield Told("The caller hears it ring, and when it is answered the call ends with it.", fields=("mode",))
            return
        if self.whisper:
            yield Told("Who answers there hears this first, and the caller does not", (self.whisper,), ("whisper",))
        text = "Who answers there is connected with the caller; when they have spoken, the outcome is answered."
        yield Told(text, fields=("mode",))

    def run(self, call: CallView) -> Run:
        whisper = Line(self.whisper) if self.whisper else None
        outcome: str = yield Connect(self.transfer, self.ring, self.mode == "blind", whisper)
        if outcome == ANSWERED and self.mode == "blind":
            return End(NORMAL)
        return Goto(self.on[outcome], outcome)

    def outcomes(self, world: World | None) -> Outcomes:
        names = FAILURES if self.mode == "blind" else (ANSWERED, *FAILURES)
        return Outcomes(self.on, names, names)
