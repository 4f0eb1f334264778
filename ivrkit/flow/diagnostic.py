"""A mistake of a flow author as a value: what is wrong, what to do, and the place in the file, ready to print."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from itertools import accumulate
from typing import Literal
from unicodedata import category, east_asian_width

Severity = Literal["error", "warning"]

MOST = 200
"Mistakes of one sort that are told: so many have one cause."
MOST_COLUMNS = 160
"Columns of a source line that are shown."
_SHOWN_BEFORE = 60
_LONGEST_NAME = 60

# What could move a terminal's cursor or turn the direction of the text.
_UNSAFE = re.compile("[\x00-\x08\x0a-\x1f\x7f-\x9f\u2028-\u202e\u2066-\u2069\ud800-\udfff]")


@dataclass(frozen=True, slots=True)
class Diagnostic:
    """One mistake. `str()` is what authors read."""

    path: str
    line: int
    "From 1; 0 when it is about the file as a whole."
    column: int
    "In characters, from 1."
    severity: Severity
    message: str
    check: str
    "Name of the check that found it, such as `unknown-node`."
    source: str = ""
    "The line, without its end."
    width: int = 1
    "Characters that are meant."

    def __str__(self) -> str:
        place = f"{self.path}:{self.line}:{self.column}" if self.line else self.path
        head = f"{safe(place)}: {self.severity}: {safe(self.message)} [{self.check}]"
        if not self.source.strip():
            return head
        line, before, width = _window(self.source, self.column - 1, self.width)
        line = safe(line)
        return (
            f"{head}\n{self.line:>5} | {line}\n      | {_padding(line[:before])}{_marks(line[before : before + width])}"
        )


def columns(text: str) -> int:
    """How many columns of a terminal a text takes: two for a full-width character, none for a combining one."""
    return sum(map(_columns, text))


def safe(text: str) -> str:
    """Text without what could move a terminal's cursor or turn the direction of a line."""
    return _UNSAFE.sub("\ufffd", text)


def quoted(name: object) -> str:
    """An author's word in a message, cut when it is very long."""
    text = " ".join(str(name).split("\n")).strip()
    return f'"{text if len(text) <= _LONGEST_NAME else text[: _LONGEST_NAME - 1] + "…"}"'


def listed(names: Iterable[str], word: str = "and") -> str:
    """`a, b and c`."""
    *first, last = names
    return f"{', '.join(first)} {word} {last}" if first else last


def _columns(char: str) -> int:
    if category(char) in ("Mn", "Me", "Cf"):
        return 0
    return 2 if east_asian_width(char) in "WF" else 1


def _window(line: str, before: int, width: int) -> tuple[str, int, int]:
    """The part of a line that is shown, and what is meant in it."""
    line = line.rstrip()
    # A character takes a column at least, unless it is combining; lines may be a million long.
    if len(line) <= 2 * MOST_COLUMNS and columns(line) <= MOST_COLUMNS:
        return line, before, width
    start = max(0, before - _SHOWN_BEFORE)
    head = "…" if start else ""
    ends = list(accumulate(map(_columns, line[start : start + MOST_COLUMNS])))
    shown = line[start : start + sum(end <= MOST_COLUMNS for end in ends)]
    return head + shown + "…", before - start + len(head), width


def _padding(text: str) -> str:
    return "".join(char if char == "\t" else " " * _columns(char) for char in text)


def _marks(text: str) -> str:
    return "^" + "~" * (columns(text) - 1)
