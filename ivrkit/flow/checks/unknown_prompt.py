"""A prompt is named that is neither in the prompt file nor one of ivrkit's own, or it lacks a language of the flow."""

from __future__ import annotations

from collections.abc import Iterator

from ivrkit.flow.checked import CheckedFlow
from ivrkit.flow.diagnostic import Diagnostic, listed, quoted
from ivrkit.flow.models import walk
from ivrkit.nodes.fields import PromptName
from ivrkit.prompts.languages import LANGUAGES
from ivrkit.prompts.problems import did_you_mean

CHECK = "unknown-prompt"


def unknown_prompt(flow: CheckedFlow) -> Iterator[Diagnostic]:
    if flow.header.prompts and not flow.catalog.name:
        return  # the prompt file could not be read, which is told already
    for name, node in flow.nodes.items():
        said_in = {offer.label: offer.languages for offer in node.offers(flow.languages)}
        for path, prompt in walk(node, PromptName):
            if prompt not in flow.speech.prompts:
                yield flow.error(name, path, _message(flow, flow.owner(name, path), prompt), CHECK)
            elif prompt not in flow.speech.places and not _told_in_file(flow, prompt):
                needed = said_in.get(prompt, flow.languages) if path[-1] == "label" else flow.languages
                missing = [code for code in needed if code in LANGUAGES and code not in flow.speech.prompts[prompt]]
                if missing:
                    message = f"the prompt {quoted(prompt)} has no words in {listed(missing)}, a language of this flow"
                    yield flow.error(name, path, message, "missing-language")


def _told_in_file(flow: CheckedFlow, prompt: str) -> bool:
    """Whether it has no words at all, or the file has lines that could not be read as they were meant."""
    return prompt in flow.catalog.prompts and (not flow.catalog.prompts[prompt] or bool(flow.prompts_source.faults))


def _message(flow: CheckedFlow, owner: str, prompt: str) -> str:
    near = did_you_mean(prompt, flow.speech.prompts)
    if not flow.header.prompts:
        why = near or "; name one with prompts:, or write the words here: {zh: …, en: …}"
        return f"{owner} says {quoted(prompt)}, but the flow has no prompt file{why}"
    where = f"prompts/{flow.header.prompts}.yaml"
    return f"{owner} says {quoted(prompt)}, which is not in {where}{near or '; add it there or write its words here'}"
