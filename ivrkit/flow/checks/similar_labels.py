"""Two options of a menu that begin alike: callers hear late which is meant."""

from __future__ import annotations

import re
from collections.abc import Iterator
from itertools import combinations

from ivrkit.flow.checked import CheckedFlow
from ivrkit.flow.diagnostic import Diagnostic, quoted
from ivrkit.flow.said import offers
from ivrkit.nodes.menu import Menu
from ivrkit.prompts.segments import Fixed

CHECK = "similar-labels"

_OPENING = re.compile(r"^(?:(?:to|for|the|a|an)\s+)*", re.IGNORECASE)
"Words that every label may begin with."


def similar_labels(flow: CheckedFlow) -> Iterator[Diagnostic]:
    for name, node in flow.nodes.items():
        if not isinstance(node, Menu):
            continue
        told = set()
        for language in flow.languages:
            for (_, label), (keys, other) in combinations(_labels(flow, node, language), 2):
                if keys not in told and (begin := _beginning(label)) and begin == _beginning(other):
                    told.add(keys)
                    message = f"{quoted(other)} begins like {quoted(label)}; callers hear the difference late"
                    yield flow.warning(name, ("menu", keys, "label"), message, CHECK)


def _labels(flow: CheckedFlow, node: Menu, language: str) -> list[tuple[str, str]]:
    """The keys and the words of the options that are said in a language."""
    labels = []
    for offer in offers(node, flow.languages):
        segments = flow.speech.prompts.get(offer.label, {}).get(language, ()) if language in offer.languages else ()
        if segments and isinstance(segments[0], Fixed):
            labels.append((offer.keys, segments[0].text))
    return labels


def _beginning(label: str) -> str:
    """The first word, or the first two characters where words have no spaces between them."""
    rest = _OPENING.sub("", label, count=1)
    word = re.match(r"[A-Za-z'-]+", rest)
    return word[0].lower() if word else rest[:2]
