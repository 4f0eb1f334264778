"""Two options of a menu that begin alike: callers hear late which is meant."""

from __future__ import annotations

import re
from collections.abc import Iterator

from ivrkit.flow.checked import CheckedFlow
from ivrkit.flow.diagnostic import Diagnostic, quoted
from ivrkit.nodes.menu import Menu
from ivrkit.prompts.segments import Fixed

CHECK = "similar-labels"

_OPENING = re.compile(r"^(?:(?:to|for|the|a|an)\s+)*", re.IGNORECASE)
"Words that every label may begin with."


def similar_labels(flow: CheckedFlow) -> Iterator[Diagnostic]:
    for name, node in flow.nodes.items():
        if not isinstance(node, Menu):
            continue
        told: dict[str, tuple[str, str]] = {}
        for language in flow.languages:
            for keys, label, other in _alike(_labels(flow, node, language)):
                told.setdefault(keys, (label, other))
        for keys, (label, other) in told.items():
            message = f"{quoted(label)} begins like {quoted(other)}; callers hear the difference late"
            yield flow.warning(name, ("menu", keys, "label"), message, CHECK)


def _alike(labels: list[tuple[str, str]]) -> Iterator[tuple[str, str, str]]:
    """Keys and words of each label that begins like one before it, and that one's words."""
    first: dict[str, str] = {}
    for keys, label in labels:
        beginning = _beginning(label)
        if beginning and first.setdefault(beginning, label) is not label:
            yield keys, label, first[beginning]


def _labels(flow: CheckedFlow, node: Menu, language: str) -> list[tuple[str, str]]:
    """The keys and the words of the options that are said in a language."""
    labels = []
    for offer in node.offers(flow.languages):
        segments = flow.speech.prompts.get(offer.label, {}).get(language, ()) if language in offer.languages else ()
        if segments and isinstance(segments[0], Fixed):
            labels.append((offer.keys, segments[0].text))
    return labels


def _beginning(label: str) -> str:
    """The first word, or the first two characters where words have no spaces between them."""
    rest = _OPENING.sub("", label, count=1)
    word = re.match(r"[A-Za-z'-]+", rest)
    return word[0].lower() if word else rest[:2]
