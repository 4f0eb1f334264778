"""A flow or prompt file as it was written: its text, its tree, and where everything in it stands.

Whatever the bytes are, there is a Source; what is wrong with them is in its `faults`.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path as File
from typing import Any

from ivrkit.flow.diagnostic import MOST, Diagnostic, Severity
from ivrkit.flow.faults import Fault
from ivrkit.flow.tree import Path, Span, Tree, read_tree, read_trees

LARGEST = 500_000
"Bytes of a file."

# The line ends and the characters of YAML 1.1, section 4.1.
_LINE_END = re.compile("\r\n|[\r\n\x85\u2028\u2029]")
_NOT_TEXT = re.compile("[^\t\n\r\x20-\x7e\x85\xa0-\ud7ff\ue000-\ufefe\uff00-\ufffd\U00010000-\U0010ffff]")


@dataclass(frozen=True, slots=True)
class Source:
    """One file. `tree` is made of dicts, lists and texts and is empty when the file could not be read."""

    path: str
    lines: tuple[str, ...] = ()
    tree: Mapping[str, Any] = field(default_factory=dict)
    keys: Mapping[Path, Span] = field(default_factory=dict)
    values: Mapping[Path, Span] = field(default_factory=dict)
    faults: tuple[Diagnostic, ...] = ()
    instructions: Mapping[int, int] = field(default_factory=dict)
    "Line and column, from 0, of each comment that is meant for ivrkit."

    def error(self, path: Path, message: str, check: str, *, key: bool = False) -> Diagnostic:
        """A mistake at a value, or at its key; at what is around it when there is no such place."""
        return self._at(self._span(path, key), "error", message, check)

    def warning(self, path: Path, message: str, check: str, *, key: bool = False) -> Diagnostic:
        """The same for what works, though not well."""
        return self._at(self._span(path, key), "warning", message, check)

    def note(self, line: int, column: int, width: int, message: str, check: str) -> Diagnostic:
        """A warning at a place that is no value, in a comment; all from 0."""
        return self._at(Span(line, column, width), "warning", message, check)

    def value(self, path: Path) -> Any:
        """The part of the tree at `path`; KeyError when there is none."""
        found: Any = self.tree
        for part in path:
            if isinstance(found, Mapping) and part in found:
                found = found[str(part)]
            elif isinstance(found, list) and isinstance(part, int) and part < len(found):
                found = found[part]
            else:
                raise KeyError(path)
        return found

    def quoted(self, path: Path) -> bool:
        """Whether the text at `path` stands in quotes, or in lines of its own behind | or >."""
        span = self.values[path]
        return self.lines[span.line][span.column : span.column + 1] in ("'", '"', "|", ">")

    def deepest(self, path: Path) -> Path:
        """As much of `path` as the file has, leaving out parts that it does not have."""
        found: Path = ()
        for part in path:
            if (*found, part) in self.values:
                found = (*found, part)
        return found

    def _span(self, path: Path, key: bool) -> Span:
        for place in (path[:length] for length in range(len(path), 0, -1)):
            span, name = self.values.get(place), self.keys.get(place)
            if span and span.width and not key and isinstance(self.value(place), str):
                return span
            if name:
                return name
            if span:
                return span
        return Span(0, 0, 1)

    def _at(self, span: Span, severity: Severity, message: str, check: str) -> Diagnostic:
        line = self.lines[span.line] if span.line < len(self.lines) else ""
        return Diagnostic(self.path, span.line + 1, span.column + 1, severity, message, check, line, max(span.width, 1))


def load_source(path: str | File) -> Source:
    """Read a file. A file that cannot be read is a Source with that fault."""
    data = _data(path)
    return data if isinstance(data, Source) else parse_source(str(path), data)


def load_documents(path: str | File) -> tuple[Source, ...]:
    """Read a file of several documents, between lines of ---: a Source for each, at least one."""
    data = _data(path)
    return (data,) if isinstance(data, Source) else parse_documents(str(path), data)


def parse_source(path: str, data: bytes) -> Source:
    """A Source from what stands in its file."""
    return _parsed(path, data, lambda text, lines: [read_tree(text, lines)])[0]


def parse_documents(path: str, data: bytes) -> tuple[Source, ...]:
    """A Source for each document that stands in a file; one where nothing does."""
    return _parsed(path, data, _documents)


def _documents(text: str, lines: tuple[str, ...]) -> list[Tree]:
    return [tree for tree in read_trees(text, lines) if tree.root or tree.faults] or [Tree()]


def _parsed(path: str, data: bytes, read: Callable[[str, tuple[str, ...]], list[Tree]]) -> tuple[Source, ...]:
    if len(data) > LARGEST:
        return (_broken(path, f"this file is larger than {LARGEST:,} bytes; a flow is smaller: split it", "too-large"),)
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = len(_LINE_END.split(data[: error.start].decode("utf-8-sig", "replace")))
        return (_broken(path, f"line {line} is not UTF-8 text; save the file as UTF-8", "encoding"),)
    lines = tuple(_LINE_END.split(text))
    if strange := _NOT_TEXT.search(text):
        return (_unreadable(path, lines, _strange(text, strange.start())),)
    return tuple(_source(path, lines, tree) for tree in read(text, lines))


def _source(path: str, lines: tuple[str, ...], tree: Tree) -> Source:
    root = tree.root if isinstance(tree.root, dict) else {}
    faults = list(tree.faults)
    if not faults and not root:
        faults.append(_no_mapping(tree.root))
    return Source(path, lines, root, tree.keys, tree.values, _diagnostics(path, lines, faults), tree.instructions)


def _data(path: str | File) -> bytes | Source:
    try:
        with File(path).open("rb") as file:
            return file.read(LARGEST + 1)
    except IsADirectoryError:
        return _broken(str(path), "this is a directory; name a file", "no-file")
    except FileNotFoundError:
        return _broken(str(path), "there is no such file", "no-file")
    except (OSError, ValueError) as error:
        reason = error.strerror if isinstance(error, OSError) and error.strerror else "its name cannot be used"
        return _broken(str(path), f"this file cannot be read: {reason}", "no-file")


def _no_mapping(root: Any) -> Fault:
    if root in (None, "", {}):
        return Fault(0, 0, 1, 'there is nothing in this file; it begins with a line such as "flow: hotline"', "empty")
    return Fault(0, 0, 1, 'this file is not made of lines such as "name: value"', "not-a-mapping")


def _strange(text: str, at: int) -> Fault:
    before = _LINE_END.split(text[:at])
    named = f"U+{ord(text[at]):04X}"
    message = f"a character ({named}) that no text has stands here; is this a text file?"
    return Fault(len(before) - 1, len(before[-1]), 1, message, "binary")


def _broken(path: str, message: str, check: str) -> Source:
    return Source(path, faults=(Diagnostic(path, 0, 1, "error", message, check),))


def _unreadable(path: str, lines: tuple[str, ...], fault: Fault) -> Source:
    return Source(path, lines, faults=_diagnostics(path, lines, [fault]))


def _diagnostics(path: str, lines: tuple[str, ...], faults: list[Fault]) -> tuple[Diagnostic, ...]:
    in_order = sorted(faults, key=lambda fault: (fault.line, fault.column))
    return tuple(_diagnostic(path, lines, fault) for fault in in_order[:MOST])


def _diagnostic(path: str, lines: tuple[str, ...], fault: Fault) -> Diagnostic:
    line = lines[fault.line] if fault.line < len(lines) else ""
    column = min(fault.column, len(line)) + 1
    return Diagnostic(path, fault.line + 1, column, "error", fault.message, fault.check, line, max(fault.width, 1))
