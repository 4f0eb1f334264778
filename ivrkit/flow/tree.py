"""YAML's events to a plain tree of dicts, lists and texts, with the place of every key and every value.

Only what a flow needs of YAML is taken: every scalar stays the text that was written (YAML 1.1 would turn 17:30 into
1050 and 010 into 8); tags, anchors, aliases and second documents are mistakes with messages of their own.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass, field
from itertools import islice
from typing import Any

import yaml

from ivrkit.flow.diagnostic import quoted
from ivrkit.flow.faults import Fault
from ivrkit.flow.suspects import CURLY, suspect, swallowed
from ivrkit.flow.yaml_faults import IN_QUOTES, REFUSED, braces, cut_by_comment, explain, unquoted_key
from ivrkit.prompts.languages import LANGUAGES

Path = tuple[str | int, ...]
"Keys and list indexes from the top of the file to a value."

_Place = tuple[int, int]
"Line and column, from 0."

DEEPEST = 32
"Mappings and lists inside each other."

# libyaml reads 2,000 lines in a tenth of the time; pyyaml is built without it on some machines,
# and then refuses a ? before a brace: {en: Right?}.
LOADER: Any = getattr(yaml, "CSafeLoader", yaml.SafeLoader)


@dataclass(frozen=True, slots=True)
class Span:
    """Where a key or a value begins, from 0, and how many characters of that line it takes."""

    line: int
    column: int
    width: int


@dataclass(slots=True)
class Tree:
    """What was read: the faults too, of which any makes the file wrong."""

    root: Any = None
    keys: dict[Path, Span] = field(default_factory=dict)
    values: dict[Path, Span] = field(default_factory=dict)
    faults: dict[Fault, None] = field(default_factory=dict)
    instructions: dict[int, int] = field(default_factory=dict)
    "Line and column of each comment that is meant for ivrkit."


_TIME = re.compile(r"\d+[:：]\d")
_INSTRUCTION = re.compile(r"(?<!\S)#\s*ivrkit\s*[:：]")
"A comment that is meant for ivrkit; the full-width colon too, so that it can be told."


class _TooDeep(Exception):
    """The file goes deeper than any flow."""


def read_tree(text: str, lines: tuple[str, ...]) -> Tree:
    """The tree of `text`, which is one document. `root` is None when the parser could not finish."""
    return _trees(text, lines, several=False)[0]


def read_trees(text: str, lines: tuple[str, ...]) -> list[Tree]:
    """The same for a text of several documents: a tree for each. Where the parser stops, the last has its fault."""
    return _trees(text, lines, several=True)


def _trees(text: str, lines: tuple[str, ...], several: bool) -> list[Tree]:
    # The parser may point behind a last line that has no end.
    lines = (*lines, "")
    reader = _Reader(text, lines, several)
    try:
        reader.read()
        reader.find_instructions()
    except yaml.MarkedYAMLError as error:
        reader.tree.root = None
        for fault in explain(error, lines, reader.opened):
            reader.fault(fault)
    except _TooDeep:
        reader.tree.root = None
    reader.look_for_hidden_keys()
    return reader.trees


class _Reader:
    """Reads one file. Its depth is bounded, so recursion is safe."""

    def __init__(self, text: str, lines: tuple[str, ...], several: bool) -> None:
        self.trees = [Tree()]
        self._several, self._lines = several, lines
        self._events: Iterator[Any] = self._parsed(text)
        self._in_scalar: set[int] = set()
        "Lines inside texts of several lines, where nothing is a comment."
        self._texts: defaultdict[int, list[tuple[_Place, _Place]]] = defaultdict(list)
        "For each line, where the texts on it begin and end that may have a # inside."
        self._brackets: list[_Place] = []

    @property
    def tree(self) -> Tree:
        """The document that is read now."""
        return self.trees[-1]

    @property
    def opened(self) -> _Place | None:
        """Line and column of the innermost bracket that is open."""
        return self._brackets[-1] if self._brackets else None

    def fault(self, fault: Fault) -> None:
        self.tree.faults[fault] = None

    def read(self) -> None:
        for event in self._events:
            if isinstance(event, yaml.DocumentStartEvent):
                if self.tree.root is not None and not self._several:
                    self._wrong(event, 'a second document begins here; a file holds one: take the "---" away')
                    break
                if self.tree.root is not None:
                    self.trees.append(Tree())
                self._root(next(self._events))

    def find_instructions(self) -> None:
        for number, line in enumerate(self._lines):
            for found in _INSTRUCTION.finditer(line) if "ivrkit" in line else ():
                if not any(start <= (number, found.start()) < end for start, end in self._texts.get(number, ())):
                    self.tree.instructions.setdefault(number, found.start())

    def look_for_hidden_keys(self) -> None:
        for number, line in enumerate(self._lines):
            commented = line.lstrip().startswith("#") and number not in self._in_scalar
            if commented and (fault := unquoted_key(line, number)):
                self.fault(fault)

    def _parsed(self, text: str) -> Iterator[Any]:
        for event in yaml.parse(text, Loader=LOADER):
            if isinstance(event, yaml.ScalarEvent) and event.style:
                self._keep_place(event)
            yield event

    def _keep_place(self, event: Any) -> None:
        start, end = event.start_mark, event.end_mark
        for number in range(start.line, end.line + 1):
            self._texts[number].append(((start.line, start.column), (end.line, end.column)))

    def _root(self, event: Any) -> None:
        self.tree.root = self._value(event, ())
        if isinstance(self.tree.root, str):
            self._look_for_colon(event, self.tree.root)

    def _value(self, event: Any, path: Path) -> Any:
        self._refuse(event)
        self.tree.values[path] = span = self._span(event)
        if isinstance(event, yaml.ScalarEvent):
            self._look_for_comment(event, path, span)
            return event.value
        if isinstance(event, yaml.AliasEvent):
            return ""
        if len(path) >= DEEPEST:
            self._wrong(event, f"this is nested deeper than {DEEPEST} levels", "too-deep")
            raise _TooDeep
        return self._collection(event, path)

    def _collection(self, event: Any, path: Path) -> Any:
        if event.flow_style:
            self._brackets.append((event.start_mark.line, event.start_mark.column))
        read = self._mapping(path) if isinstance(event, yaml.MappingStartEvent) else self._sequence(path)
        if event.flow_style:
            self._brackets.pop()
        return read

    def _sequence(self, path: Path) -> list[Any]:
        items: list[Any] = []
        while not isinstance(event := next(self._events), yaml.SequenceEndEvent):
            items.append(self._value(event, (*path, len(items))))
        return items

    def _mapping(self, path: Path) -> dict[str, Any]:
        pairs: dict[str, Any] = {}
        while not isinstance(event := next(self._events), yaml.MappingEndEvent):
            key = self._key(event, path)
            span = self._span(event)
            if key in pairs:
                first = self.tree.keys[(*path, key)].line + 1
                self._wrong(event, f"{quoted(key)} stands twice here, first in line {first}", "duplicate-key")
                self._value(next(self._events), (*path, key, 0))
                continue
            self.tree.keys[(*path, key)] = span
            pairs[key] = self._value(next(self._events), (*path, key))
            if not pairs[key]:
                self._look_for_colon(event, key)
                self._look_for_comma(event, path, pairs)
        return pairs

    def _key(self, event: Any, path: Path) -> str:
        self._refuse(event)
        if isinstance(event, yaml.ScalarEvent):
            return str(event.value)
        if not isinstance(event, yaml.AliasEvent):
            self._odd_key(event)
            self._value(event, (*path, "", 0))
        return ""

    def _odd_key(self, event: Any) -> None:
        line, column = event.start_mark.line, event.start_mark.column
        text = self._lines[line]
        if column and text[column - 1 : column + 1] == "{{":
            self.fault(braces(text, line, column - 1))
        else:
            self._wrong(event, "a list or a mapping cannot be a name; look for a colon or a quote that is missing")

    def _refuse(self, event: Any) -> None:
        if isinstance(event, yaml.AliasEvent):
            self._wrong(event, REFUSED["alias"], "alias")
        elif event.anchor is not None:
            self._wrong(event, REFUSED["anchor"], "alias")
        elif event.tag is not None:
            self._wrong(event, REFUSED["tag"], "tag")

    def _look_for_comment(self, event: Any, path: Path, span: Span) -> None:
        if event.end_mark.line > span.line:
            self._look_through(event, path)
            self._in_scalar.update(range(span.line + 1, event.end_mark.line + bool(event.end_mark.column)))
        elif path and path[-1] in LANGUAGES and not event.style:
            rest = self._lines[span.line][event.end_mark.column :]
            if rest.startswith(" #") and rest.strip(" #"):
                self.fault(cut_by_comment(span.line, event.end_mark.column + 1))

    def _look_through(self, event: Any, path: Path) -> None:
        """Lines that YAML takes for more of the same text, such as `next:bye` below `play: welcome`."""
        start, end = event.start_mark, event.end_mark
        first = " " * start.column + self._lines[start.line][start.column :]
        for number in range(start.line, end.line + bool(end.column)) if not event.style else ():
            line = first if number == start.line else self._lines[number]
            is_words = path and path[-1] in LANGUAGES and not line.lstrip().startswith(tuple(LANGUAGES))
            if not is_words and (fault := swallowed(line, number)):
                self.fault(fault)

    def _look_for_colon(self, event: Any, key: str) -> None:
        if isinstance(event, yaml.ScalarEvent) and not event.style and re.search("[:：]", key):
            span = self._span(event)
            first = not self._lines[span.line][: span.column].strip()
            if first and (meant := suspect(self._lines[span.line], span.line)):
                self.fault(meant)
                return
            if not first and _TIME.match(key):
                self._wrong(event, f'"," cuts the words that stand before it; {IN_QUOTES}', "cut-words")
                return
            name = re.split("[:：]", key)[0]
            self._wrong(event, f'behind a name stand ":" and a space: {quoted(name + ": …")}', "colon")

    def _look_for_comma(self, event: Any, path: Path, pairs: dict[str, Any]) -> None:
        """`{en: Once more, please}`: to YAML the second half is a name with nothing behind it."""
        last = list(islice(reversed(pairs), 2))
        name, before = last[0], last[-1]
        same_line = self.tree.keys[(*path, before)].line == event.start_mark.line
        if before in LANGUAGES and name not in LANGUAGES and same_line:
            message = f'"," cuts the words that stand before it; {IN_QUOTES}'
            quote = str(pairs[before])[:1]
            if quote and quote in CURLY:
                message = f'"," cuts these words, for {quote} is no quote to YAML; {IN_QUOTES}'
            self._wrong(event, message, "cut-words")

    def _wrong(self, event: Any, message: str, check: str = "yaml") -> None:
        span = self._span(event)
        self.fault(Fault(span.line, span.column, span.width, message, check))

    def _span(self, event: Any) -> Span:
        start, end = event.start_mark, event.end_mark
        stop = end.column if end.line == start.line else len(self._lines[start.line])
        return Span(start.line, start.column, max(stop - start.column, 0))
