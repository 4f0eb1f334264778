"""What YAML's parser stumbles over, in words for people who never heard of a token.

The parser names a place and a few words of its own; the characters at that place tell what the author meant.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from itertools import islice

import yaml

from ivrkit.flow.faults import Fault
from ivrkit.flow.suspects import CURLY, suspects_above
from ivrkit.prompts.languages import LANGUAGES

REFUSED = {
    "alias": "a word cannot begin with * unless it stands in quotes; there are no aliases",
    "anchor": "a word cannot begin with & unless it stands in quotes; there are no anchors",
    "tag": "a word cannot begin with ! unless it stands in quotes; there are no tags",
}
IN_QUOTES = 'put all of them in quotes, "…"'

_UNQUOTED_KEY = re.compile(r"""(?:^\s*|[{,]\s*)([*#])\s*:(?=\s|$)""")
_COMMENT = re.compile(r"(?<=\S) #(?! *$)")
_LONGEST_LINE = 1000
"Characters of a line in which quotes are matched, which takes long when one of many is missing."
_QUOTED = re.compile(r'"(?:[^"\\]|\\.)*"|\'(?:[^\']|\'\')*\'')


@dataclass(frozen=True, slots=True)
class _Stumble:
    """Where the parser gave up, and what it says about it."""

    said: str
    lines: tuple[str, ...]
    line: int
    column: int
    began: yaml.Mark | None
    "Where what it was reading began."
    opened: tuple[int, int] | None
    "Line and column of the innermost bracket that is open."

    @property
    def text(self) -> str:
        return self.lines[self.line]

    def here(self, message: str, check: str) -> Fault:
        return Fault(self.line, self.column, 1, message, check)


def explain(error: yaml.MarkedYAMLError, lines: tuple[str, ...], opened: tuple[int, int] | None) -> list[Fault]:
    """What the lines look like where the parser gave up, else the first explanation that fits what it says."""
    at = error.problem_mark or error.context_mark
    line, column = (at.line, at.column) if at else (0, 0)
    said = f"{error.context or ''} {error.problem or ''}"
    # The place may be the end of the file, a line behind the last.
    stumble = _Stumble(said, (*lines, ""), line, column, error.context_mark, opened)
    message = "this cannot be read; look for a quote, a bracket or a colon that is missing here"
    found = _first(_CERTAIN, stumble) or list(suspects_above(stumble.lines, line)) or _first(_LIKELY, stumble)
    return found or [stumble.here(message, "yaml")]


def _first(explanations: tuple[_Explanation, ...], stumble: _Stumble) -> list[Fault]:
    found = filter(None, (explanation(stumble) for explanation in explanations))
    return list(islice(found, 1))


def unquoted_key(text: str, number: int) -> Fault | None:
    """`*: back` and `#: repeat`: YAML takes the first for an alias and the second for a comment."""
    found = _UNQUOTED_KEY.search(text) and _UNQUOTED_KEY.search(_without_quoted(text[:_LONGEST_LINE]))
    if not found:
        return None
    message = f'the key {found[1]} must stand in quotes, "{found[1]}":'
    return Fault(number, found.start(1), 1, message, "unquoted-key")


def cut_by_comment(line: int, column: int) -> Fault:
    """A ` #` behind words: what follows is a comment and not said."""
    message = (
        f'" #" begins a comment and cuts the words; if # belongs to them, {IN_QUOTES}, else write two spaces before it'
    )
    return Fault(line, column, 1, message, "cut-words")


def braces(text: str, line: int, column: int) -> Fault:
    """`{{ … }}` that stands without quotes: the first brace opens a mapping."""
    end = text.find("}}", column)
    width = end + 2 - column if end > 0 else 2
    shown = text[column : column + width] if end > 0 else "{{ … }}"
    return Fault(
        line, column, width, f"{shown} must stand in quotes{_with_words(shown, text[:column])}", "unquoted-braces"
    )


def _with_words(shown: str, before: str) -> str:
    """What goes into the quotes: the braces alone, or also the words of the same text around them."""
    words = re.split(r"[{,\[]\s*|:\s+|(?:^|\s)- ", before)[-1].strip()
    if not words:
        return f': "{shown}"'
    curly = f", for {words[0]} is no quote to YAML" if words[0] in CURLY else ""
    return f' with all the words around it, "…{shown}…"{curly}'


def _without_quoted(text: str) -> str:
    return _QUOTED.sub(lambda found: "_" * len(found[0]), text)


def _key(stumble: _Stumble) -> Fault | None:
    numbers = range(stumble.opened[0] if stumble.opened else stumble.line, stumble.line + 1)
    faults = (unquoted_key(stumble.lines[number], number) for number in numbers)
    return next(filter(None, faults), None)


def _tab(stumble: _Stumble) -> Fault | None:
    indent = len(stumble.text) - len(stumble.text.lstrip())
    tab = stumble.text.find("\t", 0, indent)
    if tab < 0 and stumble.text[stumble.column : stumble.column + 1] != "\t":
        return None
    return Fault(stumble.line, tab if tab >= 0 else stumble.column, 1, "a tab stands here; indent with spaces", "tab")


def _alias(stumble: _Stumble) -> Fault | None:
    """`*您好`: what follows the star is no name for YAML."""
    found = re.search("alias|anchor", stumble.said)
    if not found or stumble.began is None:
        return None
    return Fault(stumble.began.line, stumble.began.column, 1, REFUSED[found[0]], "alias")


def _quote(stumble: _Stumble) -> Fault | None:
    if "quoted scalar" not in stumble.said or stumble.began is None:
        return None
    if "end of stream" not in stumble.said and "document" not in stumble.said:
        return stumble.here('a "\\" in double quotes begins an escape; write "\\\\" or use single quotes', "quotes")
    return Fault(stumble.began.line, stumble.began.column, 1, "the quote that opens here is never closed", "quotes")


def _braces(stumble: _Stumble) -> Fault | None:
    start = _without_quoted(stumble.text).find("{{")
    return None if start < 0 else braces(stumble.text, stumble.line, start)


def _colon(stumble: _Stumble) -> Fault | None:
    """`zh: 请按: 一`: the second colon of a line that is followed by a space."""
    pair = re.split("[{,]", _without_quoted(stumble.text[: stumble.column]))[-1]
    if stumble.text[stumble.column : stumble.column + 1] != ":" or not re.search(r":\s", pair):
        return None
    return _second_name(stumble, pair) or stumble.here(
        f'": " cuts the words that stand before it; {IN_QUOTES}', "cut-words"
    )


def _second_name(stumble: _Stumble, pair: str) -> Fault | None:
    """`on: ok: bye`, `{play: welcome next: bye}`, `{zh: 您好 en: Hello}`: behind a value stands another name."""
    found = re.fullmatch(r"\s*(?:- +)*([\w*#]+):\s+(?:(.*?)\s*([;；，、]\s*|(?<=\s)))?([A-Za-z_]\w*)\s*", pair)
    if not found or (found[1] in LANGUAGES) > (found[4] in LANGUAGES):
        return None
    _, value, sign, name = found.groups()
    start = stumble.column - len(pair) + found.start(4)
    if stumble.opened and sign:
        at = stumble.column - len(pair) + found.start(3)
        return Fault(stumble.line, at, 1, f'type a plain comma, ",", before "{name}:"', "bracket")
    if stumble.opened and value:
        return Fault(stumble.line, start, len(name), f'a comma is missing before "{name}:"', "bracket")
    message = f'"{name}: …" stands in braces, {{{name}: …}}, or on a line of its own'
    return Fault(stumble.line, start, len(name), message, "indentation")


def _behind_quote(stumble: _Stumble) -> Fault | None:
    before, behind = stumble.text[: stumble.column].rstrip(), stumble.text[stumble.column : stumble.column + 1]
    if not re.search("block|flow", stumble.said) or before[-1:] not in ('"', "'") or behind in tuple(":,}]"):
        return None
    message = "words stand behind a closing quote; put all of them inside the quotes, of another kind than theirs"
    return stumble.here(message, "quotes")


def _comment(stumble: _Stumble) -> Fault | None:
    """A ` #` inside brackets hides the closing one."""
    if stumble.opened is None:
        return None
    for number in range(stumble.opened[0], stumble.line + 1):
        found = _COMMENT.search(_without_quoted(stumble.lines[number]))
        if found:
            return cut_by_comment(number, found.start() + 1)
    return None


def _bracket(stumble: _Stumble) -> Fault | None:
    if stumble.opened is None:
        return None
    line, column = stumble.opened
    opening = stumble.lines[line][column : column + 1]
    closing = "}" if opening == "{" else "]"
    message = f'"{opening}" opens here and no "{closing}" closes it in time; look for a comma, a quote or a "{closing}"'
    return Fault(line, column, 1, message, "bracket")


def _comma(stumble: _Stumble) -> Fault | None:
    """`{label: {…} next: bye}`"""
    before = stumble.text[: stumble.column].rstrip()
    if stumble.opened is None or before[-1:] not in ("}", "]") or not before:
        return None
    return stumble.here("a comma is missing before this", "bracket")


def _too_many(stumble: _Stumble) -> Fault | None:
    """`{label: {…}}, next: bye}`"""
    char = stumble.text[stumble.column : stumble.column + 1]
    if stumble.opened or char not in tuple(",}]"):
        return None
    return stumble.here(f'"{char}" stands outside of all brackets; one before it is closed too early', "bracket")


def _dash(stumble: _Stumble) -> Fault | None:
    """`{when: …, next: …}` on several lines."""
    if stumble.text.lstrip()[:1] != "{" or stumble.opened:
        return None
    return stumble.here('in a list, each line begins with "- "', "dash")


def _letter(stumble: _Stumble) -> Fault | None:
    if "cannot start any token" not in stumble.said:
        return None
    char = stumble.text[stumble.column : stumble.column + 1]
    if stumble.text.startswith("```"):
        return stumble.here("a line of ``` is no part of a flow; take it away", "yaml")
    return stumble.here(f'words cannot begin with {char} unless they stand in quotes: "{char}…"', "quotes")


def _indent(stumble: _Stumble) -> Fault | None:
    if not re.search("block|simple key|mapping values", stumble.said):
        return None
    message = 'this line does not fit those above it; check its indentation, its colon ("name: value") and its quotes'
    return stumble.here(message, "indentation")


_Explanation = Callable[[_Stumble], Fault | None]
_CERTAIN: tuple[_Explanation, ...] = (_key, _tab, _alias, _quote, _braces)
_LIKELY: tuple[_Explanation, ...] = (
    _colon,
    _behind_quote,
    _comment,
    _letter,
    _comma,
    _too_many,
    _bracket,
    _dash,
    _indent,
)
