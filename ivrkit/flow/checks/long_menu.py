"""A menu that takes longer to say than callers wait for their key."""

from __future__ import annotations

from collections.abc import Iterator
from math import ceil

from ivrkit.commands import PAUSE
from ivrkit.flow.checked import CheckedFlow
from ivrkit.flow.diagnostic import Diagnostic, quoted
from ivrkit.flow.said import offered
from ivrkit.nodes.menu import Menu
from ivrkit.prompts.languages import LANGUAGES
from ivrkit.prompts.segments import Segments
from ivrkit.prompts.spoken import spoken_seconds

CHECK = "long-menu"

MOST = 20.0
"Seconds."


def long_menu(flow: CheckedFlow) -> Iterator[Diagnostic]:
    for name, node in flow.nodes.items():
        if not isinstance(node, Menu):
            continue
        lengths = {code: _seconds(flow, node, code) for code in flow.languages if code in LANGUAGES}
        longest = max(lengths, key=lambda code: lengths[code], default=None)
        if longest and lengths[longest] > MOST:
            told = f"menu {quoted(name)} takes {ceil(lengths[longest])} s to say in {longest}"
            message = f"{told}; callers wait for {MOST:.0f}: shorten it, or make a second menu"
            yield flow.warning(name, ("menu",), message, CHECK, key=True)


def _seconds(flow: CheckedFlow, node: Menu, language: str) -> float:
    duration = flow.world.duration if flow.world else None
    said = list(_said(flow, node, language))
    return sum(spoken_seconds(segments, code, duration) for segments, code in said) + PAUSE * max(len(said) - 1, 0)


def _said(flow: CheckedFlow, node: Menu, language: str) -> Iterator[tuple[Segments, str]]:
    """What a caller of a language hears, each part with the language that it is said in."""
    for name in node.prompt:
        if language in flow.speech.prompts.get(name, {}):
            yield flow.speech.prompts[name][language], language
    for offer in node.offers(flow.languages):
        words = flow.speech.prompts.get(offer.label, {})
        if all(code in words for code in offer.languages):
            prompt = offered(offer, flow.speech)
            code = language if language in prompt else next(iter(prompt))
            yield prompt[code], code
