"""What stands in the boxes of a picture: the words that are heard, or what is done, cut to fit."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import fields, is_dataclass

from ivrkit.expressions import Expression, Template
from ivrkit.flow.checked import CheckedFlow
from ivrkit.flow.diagnostic import Diagnostic, columns
from ivrkit.flow.models import walk
from ivrkit.flow.said import offered
from ivrkit.flow.tree import Path
from ivrkit.nodes.fields import PromptName
from ivrkit.prompts.segments import Blank, Segments, parts
from ivrkit.script import Node, Offer

WIDEST = 40
"Columns of a line; a full-width character is two."
MOST_LINES = 8

NOT_FIRST = frozenset({"short", "noinput", "nomatch", "hold", "readback", "whisper", "label"})
"Fields whose prompts are not what a caller hears first."

_BREAKS = re.compile(r"(?<= )|(?<=[\u3001-\u9fff\uff00-\uffef])(?![，。；！？、）”?!,.\"'])")

_ALONE = re.compile(r"\{\{ *((?:(?!\{\{|\}\}).)*?) *\}\}")

_CONTROL = re.compile("[\x00-\x1f\x7f-\x9f\ud800-\udfff\ufffe\uffff]")
"What XML cannot hold, or nobody can see."


def contents(flow: CheckedFlow, node: Node, language: str) -> Iterator[str]:
    """The lines of a node's box."""
    found = [*filter(None, _heard(flow, node, language))] or [*_done(node)]
    yield from (shortened(line) for line in found[:MOST_LINES])
    if len(found) > MOST_LINES:
        yield "…"


def words(segments: Segments) -> str:
    """A prompt as it reads; a value is the name of its variable in brackets: 您的户号是‹account›。"""
    return "".join(f"‹{part.expression.source}›" if isinstance(part, Blank) else part for part in parts(segments))


def condition(node: Node | None, path: Path) -> str:
    """The condition that stands beside a way out; empty when there is none."""
    tests = walk(node, Expression) if path[:-1] else ()
    return next((test.source for place, test in tests if place[:-1] == path[:-1]), "")


def shortened(text: str, widest: int = WIDEST) -> str:
    """As much of a text as fits into so many columns, on one line."""
    text = " ".join(text.split())
    if columns(text) <= widest:
        return text
    # No more characters than that are worth counting, however long the prompt.
    text = text[: 2 * widest]
    while columns(text) >= widest:
        text = text[:-1]
    return f"{text}…"


def clean(text: str) -> str:
    """A text on one line, without what no picture can hold."""
    return _CONTROL.sub("\ufffd", " ".join(text.split()))


def messages(problem: Diagnostic) -> Iterator[str]:
    """A mistake in the lines of a box."""
    return wrapped(f"{problem.severity}: {problem.message}")


def wrapped(text: str, widest: int = WIDEST) -> Iterator[str]:
    """A text in lines of so many columns, broken between words, and between Chinese characters."""
    line = ""
    for piece in _BREAKS.split(" ".join(text.split())):
        if line.strip() and columns(line + piece.rstrip()) > widest:
            yield line.strip()
            line = ""
        line += piece
    yield line.strip()


def _heard(flow: CheckedFlow, node: Node, language: str) -> Iterator[str]:
    for path, name in walk(node, PromptName):
        if NOT_FIRST.isdisjoint(map(str, (path[0], path[-1]))):
            prompt = flow.speech.prompts.get(name, {})
            yield words(prompt[language]) if language in prompt else f"[{name}]"
    for offer in node.offers(flow.languages):
        yield _offered(flow, offer, language)


def _offered(flow: CheckedFlow, offer: Offer, language: str) -> str:
    try:
        prompt = offered(offer, flow.speech)
    except KeyError:
        return f"{offer.keys} [{offer.label}]"
    return words(prompt.get(language) or prompt[offer.languages[0]])


def _done(node: Node) -> Iterator[str]:
    # A node's own `run` runs it; the field of that name is `run_`.
    value = getattr(node, f"{node.kind}_", None) or getattr(node, node.kind, None)
    if isinstance(value, str):
        yield value
    elif isinstance(value, Mapping):
        yield from (f"{name} = {_written(item)}" for name, item in value.items())
    elif is_dataclass(value):
        texts = {one.name: getattr(getattr(value, one.name), "source", "") for one in fields(value)}
        yield from (f"{name} {_ALONE.sub(_named, text)}" for name, text in texts.items() if text)


def _named(value: re.Match[str]) -> str:
    return f"‹{value[1]}›"


def _written(value: object) -> str:
    """A value alone without its braces."""
    if not isinstance(value, Template):
        return str(value)
    alone = _ALONE.fullmatch(value.source)
    return alone[1] if alone else value.source
