"""collect: takes digits, checks them, reads them back."""

from __future__ import annotations

import re
from collections.abc import Collection, Generator, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Annotated, Any, ClassVar

from pydantic import Field

from ivrkit.expressions import Secret
from ivrkit.nodes.asking import Asking, Failures, choose
from ivrkit.nodes.confirm import NO, YES
from ivrkit.nodes.entries import ENTRY_CHECKS
from ivrkit.nodes.fields import (
    NODE_CONFIG,
    ActionName,
    Count,
    EndKey,
    Flag,
    Name,
    NodeName,
    Pattern,
    Prompts,
    Seconds,
    lines,
)
from ivrkit.script import Act, CallView, Digits, Goto, Heard, Line, Outcome, Outcomes, Run, Step, Told, Way, World

MOST_DIGITS = 64
READBACK_KEYS = "ivrkit.readback_keys"


@dataclass(frozen=True, slots=True, kw_only=True)
class Collect(Asking):
    """Takes digits: a fixed number (`digits`), or between `min` and `max` with an end key."""

    __pydantic_config__ = NODE_CONFIG
    kind: ClassVar[str] = "collect"
    example: ClassVar[str] = "{collect: account.ask, digits: 8, save: account, next: bill}"

    collect: Prompts
    "The question: a prompt, or a list of them. Let it say how many digits, or which key ends them."
    short: Prompts = ()
    "The question when it is asked again; without it `collect` is said again."
    digits: Count | None = None
    "How many digits, when it is always the same number."
    min: Count = 1
    "The fewest digits, together with `max`."
    max: Count | None = None
    "The most digits, 64 at most. Either `digits` or `max` is needed."
    end_key: EndKey = "#"
    "The key that ends the entry and is never part of it; `none` when there is no such key."
    pattern: Pattern | None = None
    "A regular expression that the whole entry must match, as [1-5]."
    check: Annotated[ActionName | None, Field(examples=[*ENTRY_CHECKS])] = None
    "`luhn`, `date`, `phone`, or an action that gets the entry as `value` and answers `ok`."
    check_timeout: Seconds = 5.0
    "How long that action may take."
    secret: Flag = False
    "Yes for card numbers and the like: ivrkit writes them nowhere."
    readback: Prompts = ()
    "Said with the entry in it; then key 1 takes it, and key 2 asks again, which is a failed try."
    save: Name
    "The name under which the digits are kept."
    next: NodeName
    "The node that follows."
    on: Mapping[str, NodeName] = field(default_factory=dict)
    "Ways out for entries that fail a check: `luhn`, `date`, `phone`, `pattern`, or an outcome of the action."

    def __post_init__(self) -> None:
        if (self.digits is None) == (self.max is None):
            raise ValueError("say how many digits: either digits: 8, or min: and max:")
        if not 1 <= self.least <= self.most <= MOST_DIGITS:
            raise ValueError(f"between 1 and {MOST_DIGITS} digits can be taken, and min: not above max:")
        if self.secret and self.readback:
            raise ValueError("a secret is never said: take readback: away")

    @property
    def least(self) -> int:
        return self.min if self.digits is None else self.digits

    @property
    def most(self) -> int:
        return self.digits or self.max or MOST_DIGITS

    def own_keys(self) -> Collection[str] | None:
        return (YES, NO) if self.readback else None

    def phrases(self) -> Iterator[str]:
        if self.readback:
            yield from (READBACK_KEYS, "ivrkit.noinput", "ivrkit.nomatch")

    def outcomes(self, world: World | None) -> Outcomes:
        pattern = ("pattern",) if self.pattern else ()
        if self.check is None or self.check in ENTRY_CHECKS:
            return Outcomes(self.on, (), (*pattern, *([str(self.check)] if self.check else [])))
        facts = world.actions.get(self.check) if world else None
        failed = (*(name for name in facts.outcomes if name != "ok"), "timeout", "error") if facts else None
        return Outcomes(self.on, (), None if failed is None else (*pattern, *failed))

    def saves(self, way: str) -> bool:
        return way == "next"

    def tells(self, languages: tuple[str, ...]) -> Iterator[Told]:
        yield Told("The caller hears", self.collect, ("collect",))
        yield from self._tells_entry()
        yield from self.tells_asking()
        if self.short:
            yield Told("Asked again, the caller hears", self.short, ("short",))
        if self.readback:
            yield Told("The entry is read back. There 1 is right, 2 is wrong and costs a try, and keys of menus work.")
            yield Told("The caller hears", (*self.readback, READBACK_KEYS), ("readback",))

    def _tells_entry(self) -> Iterator[Told]:
        digits = f"{self.least}" if self.least == self.most else f"{self.least} to {self.most}"
        ends = f"{self.end_key} ends it, " if self.end_key else ""
        text = f"It takes {digits} digits; {ends}* clears it."
        yield Told(text, fields=(*(("digits",) if self.digits else ("min", "max")), "end_key"))
        if self.pattern:
            yield Told(f"An entry that does not match {self.pattern} is no answer.", fields=("pattern",))
        if self.check in ENTRY_CHECKS:
            yield Told(f"An entry that fails the check {self.check} is no answer.", fields=("check",))
        elif self.check:
            text = f"The function {self.check} checks the entry, {self.check_timeout:g} s at most: not ok is no answer."
            yield Told(text, fields=("check", "check_timeout"))
        if self.secret:
            yield Told("The entry is secret: ivrkit neither says nor writes it.", fields=("secret",))

    def run(self, call: CallView) -> Run:
        failures = Failures(self)
        question = lines(self.collect)
        if self.secret:
            call.forget_keys()
        while True:
            heard: Heard = yield self.ask(question, Digits(self.least, self.most, self.end_key), self.secret)
            way = yield from self._answered(call, heard, failures)
            if way:
                return way
            question = lines(self.short or self.collect)

    def _answered(self, call: CallView, heard: Heard, failures: Failures) -> Generator[Step, Any, Way | None]:
        if not heard.complete:
            return (yield from failures.react(heard))
        failed = yield from self._failed_check(heard.value)
        if failed is None:
            return (yield from self._accepted(call, heard.value, failures))
        call.forget_keys()
        if failed in self.on:
            return Goto(self.on[failed], failed)
        return (yield from failures.react(heard))

    def _failed_check(self, value: str) -> Generator[Step, Any, str | None]:
        if self.pattern and not re.fullmatch(self.pattern, value):
            return "pattern"
        if self.check in ENTRY_CHECKS:
            return None if ENTRY_CHECKS[self.check](value) else str(self.check)
        if self.check:
            outcome: Outcome = yield Act(self.check, {"value": self._kept(value)}, self.check_timeout)
            return None if outcome.name == "ok" else outcome.name
        return None

    def _accepted(self, call: CallView, value: str, failures: Failures) -> Generator[Step, Any, Way | None]:
        call.save(self.save, self._kept(value))
        if not self.readback:
            return Goto(self.next)
        call.forget_keys()
        question = (*lines(self.readback), Line(READBACK_KEYS))
        answer = yield from choose(self, call, question, question, (YES, NO), failures.in_plain_words())
        if answer == NO:
            return failures.count("nomatch")
        return Goto(self.next) if isinstance(answer, str) else answer

    def _kept(self, value: str) -> str | Secret:
        return Secret(value) if self.secret else value
