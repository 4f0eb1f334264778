"""A file of scenarios, one YAML document each, to Scenario: every mistake of all of them at once, each at its place."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import replace
from datetime import datetime
from decimal import Decimal
from typing import Any

from pydantic import ValidationError

from ivrkit.errors import FlowError
from ivrkit.flow.diagnostic import Diagnostic, listed, quoted
from ivrkit.flow.models import adapter
from ivrkit.flow.scenarios.model import (
    NEVER,
    Answer,
    Called,
    Caller,
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
    Written,
)
from ivrkit.flow.source import Source
from ivrkit.flow.tree import Path
from ivrkit.nodes.fields import Keys, Seconds
from ivrkit.prompts.problems import did_you_mean

CHECK = "scenario"
PARTIES = ("caller", "flow", "fault")
LATER = ("queues", "payments")
"Parts of the world that belong to kinds of nodes which do not exist yet."
_NUMBER = re.compile(r"-?[0-9]+(\.[0-9]+)?")
_LONGEST_NUMBER = 30
_FLAGS = {"true": True, "false": False}
_NOTHING = (
    'there is nothing in this file; a scenario begins with a line such as "scenario: a customer hears the tariff"'
)
_BEGIN = 'begin with what is tested: "scenario: a customer hears the tariff"'


class _Wrong(Exception):
    """What cannot be used, by its path in the document; its text says what to write."""

    def __init__(self, path: Path, message: str, key: bool = False) -> None:
        super().__init__(message)
        self.path, self.key = path, key


def read_scenarios(documents: Iterable[Source]) -> tuple[Scenario, ...]:
    """The scenarios of a file. FlowError has everything that is wrong in it."""
    scenarios, faults = [], []
    for source in documents:
        scenario, found = read_scenario(source)
        faults += found
        scenarios += [scenario] if scenario else []
    if faults:
        raise FlowError(faults)
    return tuple(scenarios)


def read_scenario(source: Source) -> tuple[Scenario | None, list[Diagnostic]]:
    """The scenario of a document, and what is wrong with it."""
    if source.faults:
        return None, [replace(fault, message=_NOTHING) if fault.check == "empty" else fault for fault in source.faults]
    if "nodes" in source.tree:
        return None, [
            source.error(("nodes",), "this is a flow; name its scenarios, or none to run all", CHECK, key=True)
        ]
    reader = _Reader(source)
    read = {name: reader.field(name) for name in source.tree}
    for name, example in (("scenario", _BEGIN), ("flow", 'name the flow that is called: "flow: water-hotline"')):
        if name not in source.tree:
            reader.fault(_Wrong((), example))
    if not reader.faults and not read.get("steps"):
        reader.fault(_Wrong((), "write what happens: steps: [hears: welcome, hangs_up, ends]"))
    if reader.faults:
        return None, reader.faults
    world = Written(**{name: read[name] for name in _WORLD if name in read})
    return Scenario(read["scenario"], read["flow"], source, read.get("caller", Caller()), world, read["steps"]), []


class _Reader:
    """Reads one document field by field and keeps what is wrong."""

    def __init__(self, source: Source) -> None:
        self._source = source
        self.faults: list[Diagnostic] = []

    def fault(self, wrong: _Wrong) -> None:
        self.faults.append(self._source.error(wrong.path, str(wrong), CHECK, key=wrong.key))

    def field(self, name: str) -> Any:
        """A field of the document, read; None when it cannot be."""
        try:
            if name in LATER:
                raise _Wrong((name,), f"{name}: there are none in this version of ivrkit yet", key=True)
            read = _of(_FIELDS, name, (name,), "field of a scenario")
            return read(self, self._source.tree[name], (name,))
        except _Wrong as wrong:
            self.fault(wrong)
            return None

    # --- the fields ---

    def text(self, value: Any, path: Path) -> str:
        if not isinstance(value, str) or not value.strip():
            raise _Wrong(path, "write a text here")
        return value

    def caller(self, value: Any, path: Path) -> Caller:
        fields = dict(_pairs(value, path, '{number: "13800001111", at: "2026-11-23T10:00:00+08:00"}'))
        for name in fields:
            _of(Caller.__dataclass_fields__, name, (*path, name), "field of a caller")
        read: dict[str, Any] = {
            name: _moment(given, (*path, name)) if name == "at" else self._plain(given, (*path, name))
            for name, given in fields.items()
        }
        return Caller(**read)

    def answers(self, value: Any, path: Path) -> dict[str, tuple[Answer, ...]]:
        """Of one part of the world: a name to one answer or a list of them."""
        read: dict[str, tuple[Answer, ...]] = {}
        for name, given in _pairs(value, path, _WORLD[str(path[0])]):
            place = (*path, name)
            if isinstance(given, list) and given:
                read[name] = tuple(self._answer(one, (*place, number)) for number, one in enumerate(given))
            else:
                read[name] = (self._answer(given, place),)
        return read

    def steps(self, value: Any, path: Path) -> tuple[Step, ...]:
        if not isinstance(value, list) or not value:
            raise _Wrong(path, "write the steps as a list, each behind a - of its own: - hears: welcome")
        read = []
        for number, given in enumerate(value):
            try:
                read.append(self._step(given, (*path, number)))
            except _Wrong as wrong:
                self.fault(wrong)
        return tuple(read)

    # --- what they are made of ---

    def _answer(self, value: Any, path: Path) -> Answer:
        if isinstance(value, str) and value:
            value = {"outcome": value}
        fields = dict(_pairs(value, path, _WORLD[str(path[0])]))
        for name in fields:
            _of(_ANSWER, name, (*path, name), "field of an answer")
        if "outcome" not in fields:
            raise _Wrong(path, f"say what is answered: outcome: {_OUTCOMES[str(path[0])]}", key=True)
        outcome = self.text(fields.pop("outcome"), (*path, "outcome"))
        read = {name: _ANSWER[name](self, given, (*path, name)) for name, given in fields.items()}
        if outcome == "timeout" and "takes" not in read:
            read["takes"] = NEVER
        return Answer(outcome, **read)

    def _step(self, value: Any, path: Path) -> Step:
        if isinstance(value, str):
            value = {value: ""}
        if not isinstance(value, Mapping) or len(value) != 1:
            raise _Wrong(path, 'a step is one thing, behind a "-" of its own: - presses: "2"')
        ((word, given),) = value.items()
        place = (*path, word) if (*path, word) in self._source.values else path
        read: Step = _of(_STEPS, word, place, "step")(self, given, place)
        return read

    def values(self, value: Any, path: Path) -> dict[str, Any]:
        """Names and values; a plain number is a number, one in quotes text."""
        return {name: self.value(given, (*path, name)) for name, given in _pairs(value, path, '{account: "12345674"}')}

    def value(self, given: Any, path: Path) -> Any:
        if isinstance(given, Mapping):
            return {name: self.value(inner, (*path, name)) for name, inner in given.items()}
        if isinstance(given, list):
            return [self.value(inner, (*path, number)) for number, inner in enumerate(given)]
        if not isinstance(given, str) or self._source.quoted(path):
            return given
        if _NUMBER.fullmatch(given) and len(given) <= _LONGEST_NUMBER:
            return Decimal(given) if "." in given else int(given)
        return _FLAGS.get(given, given)

    def _plain(self, given: Any, path: Path) -> str:
        if not isinstance(given, str):
            raise _Wrong(path, "write a text here")
        return given

    # --- the steps ---

    def hears(self, given: Any, path: Path) -> Step:
        return Hears(path, self._named(given, path, "name what is heard: hears: welcome"))

    def hears_text(self, given: Any, path: Path) -> Step:
        return HearsText(path, self._named(given, path, "write the words: hears_text: 请按一"))

    def presses(self, given: Any, path: Path) -> Step:
        return Presses(path, _fitting(Keys, given, path))

    def waits(self, given: Any, path: Path) -> Step:
        return Waits(path, _fitting(Seconds, given, path))

    def speaks(self, given: Any, path: Path) -> Step:
        return Speaks(path, _fitting(Seconds, given, path))

    def hangs_up(self, given: Any, path: Path) -> Step:
        if given:
            raise _Wrong(path, "nothing stands behind hangs_up:")
        return HangsUp(path)

    def called(self, given: Any, path: Path) -> Step:
        if isinstance(given, str) and given:
            return Called(path, {given: {}})
        actions = _pairs(given, path, '{find_bill: {account: "12345674"}}')
        return Called(path, {name: self.values(value or {}, (*path, name)) for name, value in actions})

    def saved(self, given: Any, path: Path) -> Step:
        return Saved(path, self.values(given, path))

    def ends(self, given: Any, path: Path) -> Step:
        fields = dict(_pairs(given or {}, path, "{at: main, by: caller}"))
        for name in fields:
            _of({"at": 1, "by": 1}, name, (*path, name), "field of ends")
        if fields.get("by", PARTIES[0]) not in PARTIES:
            raise _Wrong((*path, "by"), f"a call ends by {listed(PARTIES, 'or')}, not {quoted(fields['by'])}")
        return Ends(path, **{name: self.text(value, (*path, name)) for name, value in fields.items()})

    def _named(self, given: Any, path: Path, example: str) -> str:
        if not isinstance(given, str) or not given.strip():
            raise _Wrong(path, example)
        return given


def _of(table: Mapping[str, Any], name: str, path: Path, what: str) -> Any:
    if name not in table:
        hint = did_you_mean(name, table) or f"; there are {listed(table)}"
        raise _Wrong(path, f"{quoted(name)} is no {what}{hint}", key=True)
    return table[name]


def _pairs(value: Any, path: Path, example: str) -> Iterator[tuple[str, Any]]:
    if not isinstance(value, Mapping):
        raise _Wrong(path, f"write names and values here, such as {example}")
    return iter(value.items())


def _fitting(kind: Any, given: Any, path: Path) -> Any:
    """A value as a field of a node would read it."""
    try:
        return adapter(kind).validate_python(given)
    except ValidationError as error:
        raise _Wrong(path, str(error.errors()[0]["msg"]).removeprefix("Value error, ")) from None


def _moment(given: Any, path: Path) -> datetime:
    example = 'write when the call comes with its zone: at: "2026-11-23T10:00:00+08:00"'
    try:
        at = datetime.fromisoformat(given)
    except (TypeError, ValueError):
        raise _Wrong(path, example) from None
    if at.tzinfo is None:
        raise _Wrong(path, example)
    return at


def _seconds(reader: _Reader, given: Any, path: Path) -> float:
    read: float = _fitting(Seconds, given, path)
    return read


_OUTCOMES = {"actions": "ok", "requests": "ok", "transfers": "answered", "recordings": "error", "calendars": "open"}
_WORLD = {
    "actions": "{find_bill: {outcome: ok, result: {amount: 42.50}}}",
    "requests": "{find_order: {outcome: ok, result: {price: 19.50}}}",
    "transfers": "{person: answered}",
    "recordings": "{message: error}",
    "calendars": "{office: closed}",
}
"The parts of the world, each with an example."
_ANSWER: dict[str, Any] = {"outcome": None, "result": _Reader.values, "takes": _seconds, "talks": _seconds}
_FIELDS: dict[str, Callable[[_Reader, Any, Path], Any]] = {
    "scenario": _Reader.text,
    "flow": _Reader.text,
    "caller": _Reader.caller,
    **dict.fromkeys(_WORLD, _Reader.answers),
    "steps": _Reader.steps,
}
_STEPS: dict[str, Callable[[_Reader, Any, Path], Step]] = {
    kind.word: getattr(_Reader, kind.word)
    for kind in (Hears, HearsText, Presses, Waits, Speaks, HangsUp, Called, Saved, Ends)
}
