"""record: a message of the caller, which may be listened to and recorded again before it is kept."""

from __future__ import annotations

from collections.abc import Collection, Generator, Iterator, Mapping
from dataclasses import dataclass
from typing import Any, ClassVar

from ivrkit.nodes.asking import Asking, Failures, choose
from ivrkit.nodes.fields import NODE_CONFIG, EndKey, Flag, Name, NodeName, Prompts, Seconds, lines
from ivrkit.script import LEAST_SAID, CallView, Goto, Line, Outcomes, Recorded, Run, Say, Step, Told, Way, World
from ivrkit.script import Record as Take

NEXT, EMPTY, ERROR = WAYS = ("next", "empty", "error")
KEEP, AGAIN, LISTEN = REVIEW = ("1", "2", "3")
"""Keys of the review: what most callers want comes first, and one and two mean what they mean in a readback."""
KEYS = "ivrkit.review_keys"
NOWHERE = NodeName("")


@dataclass(frozen=True, slots=True, kw_only=True)
class Record(Asking):
    """Records what the caller says behind a tone; with `review` the caller may keep it, listen, or record again."""

    __pydantic_config__ = NODE_CONFIG
    kind: ClassVar[str] = "record"
    not_inherited: ClassVar[frozenset[str]] = frozenset({"visits", "give_up"})

    example: ClassVar[str] = "{record: message.ask, save: message, on: {next: thanks, empty: bye, error: bye}}"

    record: Prompts
    "What is said before the tone."
    short: Prompts = ()
    "The same when it is recorded again; without it `record` is said again."
    limit: Seconds = 60.0
    "The longest recording."
    silence: Seconds = 5.0
    "Silence that ends it."
    end_key: EndKey = "#"
    "Ends it, and is not heard in it; `none` for no such key."
    beep: Flag = True
    "Whether a tone says when to begin."
    review: Flag = False
    "Whether the caller is asked what becomes of it: one keeps it, two records again, three plays it."
    save: Name | None = None
    "The name under which its `name` and `seconds` are kept."
    give_up: NodeName = NOWHERE
    "Where a caller goes who does not answer the review; the recording is kept. Without it the call goes on by `next`."
    on: Mapping[str, NodeName]
    "Ways out: next, empty (nothing was said), error (nothing could be recorded)."

    def __post_init__(self) -> None:
        if min(self.limit, self.silence) < 1:
            raise ValueError("limit: and silence: are 1s or longer: shorter is no time to say anything")
        if not self.give_up and NEXT in self.on:
            object.__setattr__(self, "give_up", self.on[NEXT])

    @property
    def asks(self) -> bool:
        return self.review

    def own_keys(self) -> Collection[str] | None:
        return REVIEW if self.review else None

    def phrases(self) -> Iterator[str]:
        if self.review:
            yield KEYS

    def outcomes(self, world: World | None) -> Outcomes:
        return Outcomes(self.on, WAYS, WAYS)

    def leads(self, field: str) -> bool:
        return self.review or field == "on"

    def saves(self, way: str) -> bool:
        return way not in (EMPTY, ERROR)

    def tells(self, languages: tuple[str, ...]) -> Iterator[Told]:
        yield Told("Keys typed ahead are forgotten. The caller hears", self.record, ("record",))
        tone = "behind a tone" if self.beep else "at once"
        key = f", the key {self.end_key}" if self.end_key else ""
        ends = f"{self.silence:g} s of silence{key} or {self.limit:g} s in all end it"
        yield Told(f"What is said is recorded {tone}: {ends}.", fields=("beep", "silence", "end_key", "limit"))
        if self.review:
            yield Told("Then 1 keeps it, 2 records again, 3 plays it. The caller hears", (KEYS,), ("review",))
            yield from self.tells_asking()
        if self.short:
            yield Told("Recording again, the caller hears", self.short, ("short",))

    def run(self, call: CallView) -> Run:
        taken = yield from self._take(call, self.record)
        if isinstance(taken, str):
            return Goto(self.on[taken], taken)
        self._keep(call, taken)
        failures = Failures(self)
        while self.review:
            answer = yield from self._asked(call, taken, failures)
            if not isinstance(answer, str):
                return answer
            if answer == KEEP:
                break
            again = yield from self._take(call, self.short or self.record)
            if not isinstance(again, str):
                call.forget_recording(taken.name)
                taken = again
                self._keep(call, taken)
        return Goto(self.on[NEXT], NEXT)

    def _take(self, call: CallView, prompt: Prompts) -> Generator[Step, Any, Recorded | str]:
        """One recording; the way out where there is none."""
        call.forget_keys()
        yield Say(lines(prompt), self.barge_in)
        taken: Recorded = yield Take(self.limit, self.silence, self.end_key, self.beep)
        if taken.ended_by == "error":
            call.forget_recording(taken.name)
            return ERROR
        if self._said(taken) < LEAST_SAID:
            call.forget_recording(taken.name)
            return EMPTY
        return taken

    def _asked(self, call: CallView, taken: Recorded, failures: Failures) -> Generator[Step, Any, str | Way]:
        """What the caller wants to become of it: one of the keys of the review but LISTEN, or a way out."""
        question = (Line(KEYS),)
        while True:
            answer = yield from choose(self, call, question, question, REVIEW, failures)
            if answer != LISTEN:
                return answer
            yield Say((taken,))

    def _said(self, taken: Recorded) -> float:
        return taken.seconds - (self.silence if taken.ended_by == "silence" else 0.0)

    def _keep(self, call: CallView, taken: Recorded) -> None:
        if self.save:
            call.save(self.save, {"name": taken.name, "seconds": round(self._said(taken))})
