"""Run a scenario on a line: step by step, until one does not go as it is written."""

from __future__ import annotations

import unicodedata
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from ivrkit.commands import CallRecord, Visit
from ivrkit.expressions import Secret
from ivrkit.flow import Diagnostic
from ivrkit.flow.diagnostic import safe
from ivrkit.flow.models import walk
from ivrkit.flow.scenarios import (
    Called,
    Ends,
    HangsUp,
    Hears,
    HearsText,
    Presses,
    Saved,
    Scenario,
    Speaks,
    Step,
    Waits,
)
from ivrkit.flow.scenarios.names import nodes_of
from ivrkit.nodes.fields import PromptName
from ivrkit.script import Node, Script
from ivrkit.testing.answers import Hours
from ivrkit.testing.lines import Line, VirtualLine
from ivrkit.testing.observed import Said

KEY_GAP = 0.2
"Seconds between the keys of one step."
_REACTIONS = ("noinput", "nomatch", "hold", "whisper", "readback", "short_readback")
"Fields of a node that are not the words it begins with."
_MOST_SHOWN = 60


@dataclass(frozen=True, slots=True)
class Failure:
    """Where a call did not go as it is written. `str()` is what authors read."""

    diagnostic: Diagnostic
    way: str
    "The nodes that the call passed, with the keys and outcomes that led from one to the next."
    faults: tuple[str, ...] = ()
    "What went wrong in the flow itself until the call ended."

    def __str__(self) -> str:
        lines = [str(self.diagnostic), *([f"      | the way: {self.way}"] if self.way else [])]
        return "\n".join([*lines, *(f"      | a fault: {safe(fault)}" for fault in self.faults)])


@dataclass(frozen=True, slots=True)
class Result:
    """What came of a scenario."""

    scenario: Scenario
    record: CallRecord | None
    failure: Failure | None = None


class _Otherwise(Exception):
    """The call goes another way; its text says what happens instead."""


Rings = Callable[[Script, Scenario, Hours | None], Line]
"Begins a call on a switch."


def run_scenario(scenario: Scenario, script: Script, hours: Hours | None = None, line: Rings = VirtualLine) -> Result:
    """Run one scenario to its end, and the call with it."""
    begun = line(script, scenario, hours)
    try:
        conversation = _Conversation(scenario, script, begun)
        failure = conversation.hold()
        record = conversation.end()
    finally:
        begun.close()
    if record and record.faults:
        failure = replace(failure, faults=record.faults) if failure else conversation.fault(record)
    return Result(scenario, record, failure)


class _Conversation:
    """One call on its way through the steps of a scenario."""

    def __init__(self, scenario: Scenario, script: Script, line: Line) -> None:
        self._scenario, self._line = scenario, line
        self._observed, self._nodes = line.observed, nodes_of(script)
        self._seen = self._named = 0
        "How many playbacks were heard, and how many parts of the last of them."
        self._as_node = False
        "Whether the last of them was named by its node."
        self._unheard = 0
        "How many playbacks need not be named, up to here."
        self._acted = line.now

    def hold(self) -> Failure | None:
        """Go through the steps; the first that fails."""
        for step in self._scenario.steps:
            try:
                _STEPS[type(step)](self, step)
                self._check_world()
            except _Otherwise as otherwise:
                return self._failure(step.path, str(otherwise))
        return None

    def end(self) -> CallRecord | None:
        """Hang up, if the call goes on; its record."""
        if not self._observed.over:
            self._line.hang_up()
        while not self._observed.over and self._line.pass_on():
            pass
        return self._observed.record

    def fault(self, record: CallRecord) -> Failure | None:
        """Something went wrong in the flow itself: a failure, unless the scenario wants it."""
        if any(isinstance(step, Ends) and step.by == "fault" for step in self._scenario.steps):
            return None
        return Failure(self._diagnostic(("scenario",), "the call had a fault"), way(record.path), record.faults)

    # --- the steps ---

    def hears(self, step: Hears) -> None:
        said, part = self._find(lambda said: self._place_of(step.name, said), f'"{step.name}"')
        self._let_begin(said, part)

    def hears_text(self, step: HearsText) -> None:
        wanted = plain(step.text)
        said, part = self._find(lambda said: self._place_of_text(wanted, said), f'"{step.text}"')
        self._let_begin(said, part)

    def presses(self, step: Presses) -> None:
        all_named = self._seen == len(self._observed.said)
        for number, key in enumerate(step.keys):
            if number:
                self._line.advance(self._line.now + KEY_GAP)
                # What begins between the keys of one entry is cut off by the next: hardly anybody has heard it.
                self._unheard = len(self._observed.said) if all_named else self._unheard
            self._check_caller("press a key")
            self._line.press(key)
        self._acted = self._line.now

    def waits(self, step: Waits) -> None:
        self._check_caller("wait")
        self._line.advance(max(self._until_quiet(), self._acted) + step.seconds)
        self._acted = self._line.now

    def speaks(self, step: Speaks) -> None:
        self._until_quiet()
        self._check_caller("speak")
        self._line.advance(max(self._line.now, self._observed.beeps_until))
        self._line.speak(step.seconds)
        self._acted = self._line.now

    def hangs_up(self, step: HangsUp) -> None:
        self._check_caller("hang up")
        self._line.hang_up()

    def called(self, step: Called) -> None:
        self._until(lambda: all(self._was_called(name, given) for name, given in step.actions.items()))
        for name, arguments in step.actions.items():
            calls = [given for called, given in self._observed.called if called == name]
            if not calls:
                raise _Otherwise(f'the action "{name}" should have been called, and was not')
            if not self._was_called(name, arguments):
                raise _Otherwise(f'the action "{name}" was called with {_shown(calls[-1])}')

    def saved(self, step: Saved) -> None:
        self._until(lambda: all(_same(self._saved(name), value) for name, value in step.values.items()))
        for name, value in step.values.items():
            if not _same(found := self._saved(name), value):
                raise _Otherwise(f'"{name}" should be {_shown(value)}, but is {_shown(found)}')

    def ends(self, step: Ends) -> None:
        self._seen = max(self._seen, self._unheard)
        if said := self._next():
            raise _Otherwise(f"the call should end, but the caller hears {_words(said, 0)}")
        record = self._observed.record
        if record is None:
            raise _Otherwise(f'the call should end, but waits at node "{self._observed.node}"')
        if step.at and step.at != self._observed.ended_at:
            raise _Otherwise(f'the call should end at node "{step.at}", but ends at "{self._observed.ended_at}"')
        if step.by and step.by != record.ended_by:
            raise _Otherwise(f"the call should end by {step.by}, but ends by {record.ended_by}")

    def _was_called(self, name: str, arguments: Mapping[str, Any]) -> bool:
        return any(called == name and _holds(given, arguments) for called, given in self._observed.called)

    def _saved(self, name: str) -> Any:
        found: Any = self._observed.variables
        for word in name.split("."):
            found = found.get(word) if isinstance(found, Mapping) else None
        return found

    def _until(self, true: Callable[[], bool]) -> None:
        """Time passes until it is true, the next prompt begins, or nothing more happens."""
        while not true() and self._seen == len(self._observed.said) and not self._observed.over:
            if not self._line.pass_on():
                return

    # --- what is heard ---

    def _find(self, place: Callable[[Said], tuple[int, int] | None], wanted: str) -> tuple[Said, int]:
        """What is heard now from the part on that was not named yet, else what is heard next."""
        if self._seen and (found := place(self._observed.said[self._seen - 1])):
            return self._name(found)
        while said := self._next():
            self._seen, self._named, self._as_node = self._seen + 1, 0, False
            if found := place(said):
                return self._name(found)
            if self._seen > self._unheard:
                raise _Otherwise(f'the caller should hear {wanted}, but hears {_words(said, 0)} at node "{said.node}"')
        raise _Otherwise(f"the caller should hear {wanted}, but {self._quiet()}")

    def _name(self, found: tuple[int, int]) -> tuple[Said, int]:
        begins, self._named = found
        return self._observed.said[self._seen - 1], begins

    def _place_of(self, name: str, said: Said) -> tuple[int, int] | None:
        """The part of a playback where a prompt, or the words of a node, begin, and the one behind."""
        if (
            name == said.node
            and not self._named
            and not self._as_node
            and said.parts[0].prompt in own_words(self._nodes[name])
        ):
            self._as_node = True
            return 0, int(name == said.parts[0].prompt)
        places = (number for number, part in enumerate(said.parts) if number >= self._named and part.prompt == name)
        return next(((number, number + 1) for number in places), None)

    def _place_of_text(self, wanted: str, said: Said) -> tuple[int, int] | None:
        texts = [plain(part.text) for part in said.parts]
        # From the part that was named last: its words may be looked at too.
        first = max(self._named - 1, 0)
        for end in range(first + 1, len(texts) + 1):
            if wanted in "".join(texts[first:end]):
                return end - 1, end
        return None

    def _next(self) -> Said | None:
        """Time passes until the next prompt begins, or nothing more will."""
        self._until(lambda: False)
        self._check_world()
        return self._observed.said[self._seen] if self._seen < len(self._observed.said) else None

    def _let_begin(self, said: Said, part: int) -> None:
        begins = said.at + sum(map(self._line.seconds_of, said.parts[:part]))
        self._line.advance(max(begins, self._line.now))
        self._acted = self._line.now if part else self._acted

    def _until_quiet(self) -> float:
        """Time passes until what is heard now is over; when that was."""
        if not self._observed.said:
            return self._line.now
        said = self._observed.said[-1]
        while said.over is None and not self._observed.over and self._line.pass_on():
            pass
        return self._line.now if said.over is None else said.over

    def _quiet(self) -> str:
        return "the call has ended" if self._observed.over else f'there is silence at node "{self._observed.node}"'

    # --- what goes wrong ---

    def _check_caller(self, what: str) -> None:
        if self._observed.over:
            raise _Otherwise(f"the caller should {what}, but the call has ended")

    def _check_world(self) -> None:
        if self._line.answers.complaints:
            raise _Otherwise(self._line.answers.complaints[0])

    def _failure(self, path: tuple[str | int, ...], message: str) -> Failure:
        record = self._observed.record
        if record is not None:
            return Failure(self._diagnostic(path, message), way(record.path))
        return Failure(self._diagnostic(path, message), way(self._observed.path, self._observed.node))

    def _diagnostic(self, path: tuple[str | int, ...], message: str) -> Diagnostic:
        return self._scenario.source.error(path, f'"{self._scenario.name}": {message}', "scenario")


_STEPS: dict[type[Step], Callable[[_Conversation, Any], None]] = {
    Hears: _Conversation.hears,
    HearsText: _Conversation.hears_text,
    Presses: _Conversation.presses,
    Waits: _Conversation.waits,
    Speaks: _Conversation.speaks,
    HangsUp: _Conversation.hangs_up,
    Called: _Conversation.called,
    Saved: _Conversation.saved,
    Ends: _Conversation.ends,
}


def own_words(node: Node) -> frozenset[str]:
    """The prompts that a node begins with: not what it says to silence, wrong keys, or while an action runs."""
    named = {str(name) for path, name in walk(node, PromptName) if path[0] not in _REACTIONS}
    offered = {offer.name for offer in node.offers(("zh", "en"))}
    return frozenset(named | offered)


def plain(text: str) -> str:
    """Words without punctuation, spaces and capitals, as they are compared."""
    return "".join(char for char in unicodedata.normalize("NFKC", text) if char.isalnum()).casefold()


def way(path: Sequence[Visit], node: str = "") -> str:
    """The nodes of a call: `welcome → main —2→ account`."""
    words = []
    for number, visit in enumerate(path):
        last = not node and number == len(path) - 1
        label = visit.keys or (visit.outcome if visit.outcome != "next" else "")
        words.append(visit.node if last else f"{visit.node} —{label}→" if label else f"{visit.node} →")
    return " ".join([*words, node] if node else words)


def _words(said: Said, part: int) -> str:
    text = "".join(one.text for one in said.parts[part:])
    shown = text if len(text) <= _MOST_SHOWN else f"{text[:_MOST_SHOWN]}…"
    return f'"{said.parts[part].prompt}" ({shown})'


def _holds(given: Mapping[str, Any], wanted: Mapping[str, Any]) -> bool:
    return all(_same(given.get(name), value) for name, value in wanted.items())


def _same(found: Any, wanted: Any) -> bool:
    if isinstance(found, Secret):
        return found == Secret(str(wanted))
    if isinstance(found, Mapping) and isinstance(wanted, Mapping):
        return _holds(found, wanted)
    return bool(found == wanted)


def _shown(value: Any) -> str:
    if isinstance(value, Mapping):
        return (
            "{" + ", ".join(f"{name}: {_shown(inner)}" for name, inner in value.items()) + "}" if value else "nothing"
        )
    if isinstance(value, str):
        return f'"{value}"'
    return "nothing" if value is None else str(value)
