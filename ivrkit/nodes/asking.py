"""What all nodes that ask have in common: their fields, the failures they count, and the keys of every menu."""

from __future__ import annotations

from collections.abc import Collection, Generator, Iterator
from dataclasses import dataclass
from typing import Any

from ivrkit.nodes.fields import Count, Flag, NodeName, PromptName, Reaction, Reactions, Seconds, tells_barge_in
from ivrkit.script import Ask, CallView, Choices, Entry, Goto, Heard, Line, Node, Recorded, Say, Step, Told, Way

NOINPUT: Reactions = (Reaction(prompt=PromptName("ivrkit.noinput")),)
NOMATCH: Reactions = (Reaction(prompt=PromptName("ivrkit.nomatch")),)


@dataclass(frozen=True, slots=True, kw_only=True)
class Asking(Node):
    """A node that waits for keys."""

    noinput: Reactions = NOINPUT
    "What is said, or where the call goes, when nothing is pressed: one entry for each time."
    nomatch: Reactions = NOMATCH
    "The same for keys that are no answer."
    tries: Count = 3
    "Failed answers a visit; silence and wrong keys are counted apart."
    give_up: NodeName
    "Where a caller goes who used them up."
    first_digit: Seconds = 5.0
    "Silence before the first key, counted from the prompt's end."
    between_digits: Seconds = 3.0
    "Silence after which an entry is over. Where one key is an answer, nothing waits for more."
    barge_in: Flag = True
    "Whether a key stops the prompt."

    @property
    def asks(self) -> bool:
        return True

    def ask(self, lines: tuple[Line | Recorded, ...], entry: Entry, secret: bool = False) -> Ask:
        return Ask(lines, entry, self.first_digit, self.between_digits, self.barge_in, secret)

    def tells(self, languages: tuple[str, ...]) -> Iterator[Told]:
        yield from self.tells_asking()

    def tells_asking(self) -> Iterator[Told]:
        """What every question says of itself, behind its own words."""
        yield tells_barge_in(self.barge_in)
        waits = (
            f"When the words end, it waits {self.first_digit:g} s for a key, then {self.between_digits:g} s for more."
        )
        yield Told(waits, fields=("first_digit", "between_digits"))
        yield from _tells_reactions("Who presses nothing", "noinput", self.noinput)
        yield from _tells_reactions("Who presses what is no answer", "nomatch", self.nomatch)
        again = "Then it is asked again. " if self.tries > 1 else ""
        times = f"{self.tries} times" if self.tries > 1 else "once"
        yield Told(f"{again}Who fails {times} in the same way goes to {self.give_up}.", fields=("tries", "give_up"))


def _tells_reactions(who: str, field: str, reactions: Reactions) -> Iterator[Told]:
    for time, reaction in enumerate(reactions, 1):
        later = " and later" if time == len(reactions) else ""
        when = f"{who} (time {time}{later})" if len(reactions) > 1 else who
        if reaction.next:
            yield Told(f"{when} goes to {reaction.next}.", fields=(field,))
        elif reaction.prompt:
            yield Told(f"{when} hears", (reaction.prompt,), (field,))


class Failures:
    """The failed answers of one visit."""

    def __init__(self, node: Asking) -> None:
        self._node = node
        self._counts = {"noinput": 0, "nomatch": 0}
        self._reactions: dict[str, Reactions] = {"noinput": node.noinput, "nomatch": node.nomatch}

    def in_plain_words(self) -> Failures:
        """The same counts with ivrkit's own words, for a question that the node's words are not about."""
        plain = Failures(self._node)
        plain._counts, plain._reactions = self._counts, {"noinput": NOINPUT, "nomatch": NOMATCH}
        return plain

    def react(self, heard: Heard) -> Generator[Step, Any, Goto | None]:
        """Say what follows this failure; the way out, when it was the last or the flow names one."""
        kind = "nomatch" if heard.value else "noinput"
        way = self.count(kind)
        reaction = self._reaction(kind)
        if reaction.next:
            return Goto(reaction.next, kind)
        if reaction.prompt:
            yield Say((Line(reaction.prompt),), self._node.barge_in)
        return way

    def count(self, kind: str) -> Goto | None:
        """Count a failure without a word: give_up when it was the last."""
        self._counts[kind] += 1
        return Goto(self._node.give_up, "give_up") if self._counts[kind] >= self._node.tries else None

    def _reaction(self, kind: str) -> Reaction:
        reactions = self._reactions[kind]
        return reactions[min(self._counts[kind], len(reactions)) - 1]


def choose(
    node: Asking,
    call: CallView,
    full: tuple[Line | Recorded, ...],
    again: tuple[Line | Recorded, ...],
    keys: Collection[str],
    failures: Failures,
) -> Generator[Step, Any, str | Way]:
    """The one of `keys` that the caller presses, or the way on when it is a key of every menu or the tries are over.

    `full` is what is said first and on repeat, `again` what is said after a failure.
    """
    everywhere = {key: way for key, way in call.keys_everywhere.items() if key not in keys}
    entry = Choices(frozenset(keys) | frozenset(everywhere))
    lines = full
    while True:
        heard: Heard = yield node.ask(lines, entry)
        if heard.complete and heard.value in keys:
            return heard.value
        if heard.complete and (way := everywhere[heard.value]):
            return way
        lines = full if heard.complete else again
        if not heard.complete and (failed := (yield from failures.react(heard))):
            return failed
