"""A prompt that takes longer to say than callers listen."""

from __future__ import annotations

from collections.abc import Iterator
from math import ceil

from ivrkit.flow.checked import CheckedFlow
from ivrkit.flow.diagnostic import Diagnostic, quoted
from ivrkit.prompts.spoken import spoken_seconds

CHECK = "long-prompt"

MOST = 10.0
"Seconds."


def long_prompt(flow: CheckedFlow) -> Iterator[Diagnostic]:
    """All prompts of the file are looked at, also those that only other flows say: each flow warns of the same."""
    duration = flow.world.duration if flow.world else None
    for name in (*flow.catalog.prompts, *flow.speech.places):
        for language, segments in flow.speech.prompts[name].items():
            seconds = spoken_seconds(segments, language, duration)
            if seconds > MOST:
                told = f"the prompt {quoted(name)} takes {ceil(seconds)} s to say"
                message = f"{told}; callers listen for {MOST:.0f}: shorten it, or cut it in two"
                yield _at(flow, name, language, message)


def _at(flow: CheckedFlow, name: str, language: str, message: str) -> Diagnostic:
    if place := flow.speech.places.get(name):
        return flow.source.warning((*place, language), message, CHECK)
    return flow.prompts_source.warning((name, language), message, CHECK)
