"""What a script that someone else wrote may lack: nodes, prompts, lists and languages that it names."""

from __future__ import annotations

from collections.abc import Iterator

from ivrkit.flow.models import BACK_AND_REPEAT, walk
from ivrkit.flow.said import SORRY, said_by
from ivrkit.nodes.fields import FlowName, LanguageCode, NodeName
from ivrkit.nodes.language import ASK
from ivrkit.prompts.languages import LANGUAGES
from ivrkit.prompts.segments import TEXT, Blank
from ivrkit.script import Script


def gaps(script: Script) -> Iterator[str]:
    """What the script names and does not hold, each in a few words."""
    yield from _gaps_of_one(script)
    yield from _missing_flows(script)


def _gaps_of_one(script: Script) -> Iterator[str]:
    yield from _missing_languages(script)
    yield from _missing_nodes(script)
    yield from _missing_prompts(script)
    yield from _missing_lists(script)


def _missing_languages(script: Script) -> Iterator[str]:
    for code in script.languages:
        if code not in LANGUAGES:
            yield f'ivrkit does not speak "{code}"'
    for name, node in script.nodes.items():
        for _, code in walk(node, LanguageCode):
            if code not in (*script.languages, ASK):
                yield f'node "{name}" changes to "{code}", which is none of its languages'


def _missing_nodes(script: Script) -> Iterator[str]:
    named = [("its start", script.start), ("its give_up", script.give_up or script.start)]
    named += [("its on_hangup", script.on_hangup or script.start)]
    named += [(f'the key "{key}"', node) for key, node in script.keys.items() if node not in BACK_AND_REPEAT]
    for name, node in script.nodes.items():
        named += [(f'node "{name}"', target) for _, target in walk(node, NodeName) if target]
    for who, target in named:
        if target not in script.nodes:
            yield f'{who} goes to "{target}", which is not in it'


def _missing_prompts(script: Script) -> Iterator[str]:
    said = {SORRY: "every call"}
    for name, node in script.nodes.items():
        said |= dict.fromkeys(said_by(node, script.languages), f'node "{name}"')
    for prompt, who in said.items():
        if not script.prompts.get(prompt):
            yield f'{who} says "{prompt}", which is not in it'
        elif "@" not in prompt and not set(script.languages) <= script.prompts[prompt].keys():
            yield f'the prompt "{prompt}" is not in all of its languages'


def _missing_flows(script: Script) -> Iterator[str]:
    for part in (script, *script.flows.values()):
        for name, node in part.nodes.items():
            for _, flow in walk(node, FlowName):
                if flow not in script.flows:
                    yield f'node "{name}" runs "{flow}", which is not in it'
    for name, part in script.flows.items():
        yield from (f'in its flow "{name}" {gap}' for gap in _gaps_of_one(part))


def _missing_lists(script: Script) -> Iterator[str]:
    for name, prompt in script.prompts.items():
        for segments in prompt.values():
            for blank in segments:
                if isinstance(blank, Blank) and blank.way == TEXT and blank.arguments[0] not in script.lists:
                    yield f'the prompt "{name}" needs the list "{blank.arguments[0]}", which is not in it'
