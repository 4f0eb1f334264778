"""Cut what an author wrote into segments: constants become words, blanks are checked, every fault is told at once."""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping
from typing import NamedTuple

from ivrkit.errors import ExpressionError, SayError
from ivrkit.expressions import Filter, Piece, template_pieces
from ivrkit.prompts.language import Language
from ivrkit.prompts.languages import LANGUAGES
from ivrkit.prompts.problems import Fault, did_you_mean
from ivrkit.prompts.segments import TEXT, Blank, Segments, assemble, audible

LONGEST_TEXT = 2000

# espeak reads digits wrongly in both languages, and nobody can tell from "95105" how it is to be said.
_DIGITS = re.compile(r"[0-9]+(?:[.,:-][0-9]+)*|\d+")

_BRACES = re.compile("[{}｛｝]+")


class Cut(NamedTuple):
    """A text cut into segments; those are only complete where there are no faults."""

    segments: Segments
    faults: tuple[Fault, ...]


class _Terms(NamedTuple):
    language: Language
    constants: Mapping[str, str]
    lists: Collection[str]


def cut(text: str, sound: str, constants: Mapping[str, str] | None = None, lists: Collection[str] = ()) -> Cut:
    """The template `text` as segments whose sounds are named after `sound`, such as `zh/water/bill_due`.

    `constants` are the catalogue's variables in this language, `lists` the names of its closed lists.
    """
    if len(text) > LONGEST_TEXT:
        return Cut((), (Fault(f"this text is longer than {LONGEST_TEXT:,} characters: cut it in two", "bad-template"),))
    try:
        pieces = template_pieces(re.sub(r"\s+", " ", text))
    except ExpressionError as error:
        return Cut((), (Fault(str(error), "bad-template"),))
    terms = _Terms(LANGUAGES[sound.split("/", 1)[0]], constants or {}, lists)
    read = [_words(piece) if isinstance(piece, str) else _blank(piece, terms) for piece in pieces]
    parts = [part for part in read if not isinstance(part, Fault)]
    faults = [part for part in read if isinstance(part, Fault)]
    if not faults and not any(isinstance(part, Blank) or audible(part) for part in parts):
        faults = [Fault("there are no words in this text", "bad-template")]
    return Cut(assemble(parts, sound), tuple(faults))


def _words(text: str) -> str | Fault:
    unprintable = next((char for char in text if not char.isprintable() and not char.isspace()), None)
    if unprintable:
        return Fault(
            f"this text has a character that nobody can see, U+{ord(unprintable):04X}: delete it", "bad-template"
        )
    if brace := _BRACES.search(text):
        return Fault(
            f'"{brace.group()}" would be spoken: a value stands in two plain braces, {{{{ order | digits }}}}',
            "bad-template",
        )
    digits = _DIGITS.search(text)
    if not digits and not any(char.isdigit() for char in text):
        return text
    run = digits.group() if digits else next(char for char in text if char.isdigit())
    hint = (
        f', or say how: {{{{ "{run}" | digits }}}} or {{{{ {run} | number }}}}'
        if run.isascii() and run.isdigit()
        else ""
    )
    return Fault(f'digits cannot be spoken as they stand: write "{run}" in words{hint}', "digits-in-text")


def _blank(piece: Piece, terms: _Terms) -> str | Blank | Fault:
    source = piece.expression.source
    if not piece.filters:
        return _words(terms.constants[source]) if source in terms.constants else _unsaid(source, terms)
    if len(piece.filters) > 1:
        return Fault(f'"{source}" has more than one way of saying: keep one', "wrong-arguments")
    way = piece.filters[0]
    fault = _way_fault(way, terms)
    if fault:
        return fault
    blank = Blank(piece.expression, way.name, way.arguments)
    is_constant = way.name != TEXT and piece.expression.names <= terms.constants.keys()
    return _folded(blank, terms) if is_constant else blank


def _unsaid(source: str, terms: _Terms) -> Fault:
    near = did_you_mean(source, terms.constants)
    return Fault(
        f'it is not written how "{source}" is to be said{near}'
        if near
        else f'it is not written how "{source}" is to be said: {{{{ {source} | number }}}}, | money, | digits …',
        "no-way-of-saying",
    )


def _way_fault(way: Filter, terms: _Terms) -> Fault | None:
    if way.name == TEXT:
        return _list_fault(way.arguments, terms.lists)
    if way.name not in terms.language.ways:
        ways = [*terms.language.ways, TEXT]
        near = did_you_mean(way.name, ways) or f": there are {', '.join(ways)}"
        return Fault(f'"{way.name}" is not a way of saying{near}', "unknown-way")
    message = terms.language.ways[way.name].fault(way.name, way.arguments)
    return Fault(message, "wrong-arguments") if message else None


def _list_fault(arguments: tuple[str, ...], lists: Collection[str]) -> Fault | None:
    if len(arguments) != 1:
        return Fault('"text" needs the name of a list in brackets: | text("customer_class")', "wrong-arguments")
    if arguments[0] not in lists:
        near = did_you_mean(arguments[0], lists) or ": write it under lists:"
        return Fault(f'there is no list "{arguments[0]}"{near}', "unknown-list")
    return None


def _folded(blank: Blank, terms: _Terms) -> str | Fault:
    """A blank that is the same in every call, as the words it always gives."""
    try:
        value = blank.expression.evaluate(terms.constants)
        return terms.language.join(terms.language.ways[blank.way].say(value, *blank.arguments))
    except (ExpressionError, SayError) as error:
        return Fault(f"{blank} cannot be said: {error}", "unsayable")
