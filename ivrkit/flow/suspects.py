"""Lines that look right to their author and mean something else to YAML: full-width signs, spaces that are missing."""

from __future__ import annotations

import re
from collections.abc import Iterator

from ivrkit.flow.faults import Fault

_NAME = r"""(?:"[^"]*"|'[^']*'|[A-Za-z0-9_*#][A-Za-z0-9_.-]*)"""
_BEGIN = r"^[ \t]*(?:- +)*"
_ODD = "[\u00a0\u2000-\u200b\u202f\u3000]"
_LONGEST = 1000
"Characters of a line that are looked at."
CURLY = "“”‘’＂＇"
"What is no quote to YAML."
_QUOTE = f"[{CURLY}]"

_WIDE = "full-width"
_NAMES = (
    (rf"{_BEGIN}{_NAME}\s*(：)", 'this colon is full-width; type ":" and a space', _WIDE),
    (rf"{_BEGIN}({_NAME}:)(?=[^\s/])", 'behind a name stand ":" and a space: "{} …"', "colon"),
    (rf"{_BEGIN}{_NAME}\s+(=)\s", 'behind a name stand ":" and a space, not "="', "colon"),
    (rf"{_BEGIN}(-)(?=[^\s\d-])", 'behind "-" stands a space', "dash"),
)
"What makes a line look as if it began with a name, or with a part of a list."
_SIGNS = (
    (rf"^[ \t]*({_ODD}+)", "these spaces are full-width or of another odd kind; type plain ones", _WIDE),
    (rf"{_BEGIN}{_NAME}:({_ODD})", "this space is full-width or of another odd kind; type a plain one", _WIDE),
    (r"""(?:[\]}"']|\b[A-Za-z0-9_]+)\s*(，)\s*(?:$|[\w"']+\s*[:：])""", 'this comma is full-width; type ","', _WIDE),
    (rf"(?:{_BEGIN}|[:：,\[{{]\s*)([｛［【])", "this bracket is full-width; type a plain one", _WIDE),
    (r"""[\w"'\]}]\s*([｝］】])[\s,，\]}]*$""", "this bracket is full-width; type a plain one", _WIDE),
    (rf"(?:{_BEGIN}|[:,{{]\s*)({_QUOTE})[^{CURLY}]*{_QUOTE}\s*[:,：，}}]", "this is no plain quote; type '\"'", _WIDE),
)
_ROWS = tuple((re.compile(pattern), message, check) for pattern, message, check in (*_NAMES, *_SIGNS))


def suspect(text: str, number: int) -> Fault | None:
    """The first thing in a line that its author probably meant otherwise."""
    return _first(text, number, _ROWS)


def swallowed(text: str, number: int) -> Fault | None:
    """The same for a line that YAML takes for more of the words above it: words have all signs, but no names."""
    return _first(text, number, _ROWS[: len(_NAMES)])


def suspects_above(lines: tuple[str, ...], last: int) -> Iterator[Fault]:
    """The suspects in a line, and in those directly above it as long as each has one."""
    if fault := suspect(lines[last], last):
        yield fault
    for number in range(last - 1, -1, -1):
        if lines[number].strip():
            fault = suspect(lines[number], number)
            if not fault:
                break
            yield fault


def _first(text: str, number: int, rows: tuple[tuple[re.Pattern[str], str, str], ...]) -> Fault | None:
    for pattern, message, check in rows:
        if found := pattern.search(text[:_LONGEST]):
            return Fault(number, found.start(1), len(found[1]), message.format(found[1]), check)
    return None
