"""A text is compared with a number, or computed with: no call could go on from there."""

from __future__ import annotations

import re
from collections.abc import Iterator

from ivrkit.expressions import Expression, Template
from ivrkit.flow.checked import CheckedFlow
from ivrkit.flow.diagnostic import Diagnostic, quoted
from ivrkit.flow.models import walk
from ivrkit.flow.reads import Read, at
from ivrkit.flow.value_kinds import NUMBER, Kinds, kind_of, kinds_of_variables, mismatches
from ivrkit.nodes.fields import PromptName
from ivrkit.nodes.set import Set
from ivrkit.prompts.segments import Blank

CHECK = "mixed-kinds"

_HINT = 'a text stands in quotes, "5", and set gives a number in braces, "{{ 5 }}"'


def mixed_kinds(flow: CheckedFlow) -> Iterator[Diagnostic]:
    kinds = kinds_of_variables(flow)
    yield from _digits_for_numbers(flow, kinds)
    types: tuple[type[Expression | Template], ...] = (Expression, Template)
    for name, node in flow.nodes.items():
        for path, value in walk(node, types):
            for message in mismatches(value, kinds):
                yield flow.error(name, path, f"node {quoted(name)}: {message}; {_HINT}", CHECK)
        for path, prompt in walk(node, PromptName):
            for language, message in _in_prompt(flow, prompt, kinds):
                told = f"node {quoted(name)} says {quoted(prompt)}: {message}; {_HINT}"
                yield at(flow, Read(name, path, "", prompt, (language,)), told, CHECK)


def _digits_for_numbers(flow: CheckedFlow, kinds: Kinds) -> Iterator[Diagnostic]:
    """`set: {n: 0}` of what another node counts with."""
    sets = {name: node.set for name, node in flow.nodes.items() if isinstance(node, Set)}
    given = [(name, variable, template) for name, values in sets.items() for variable, template in values.items()]
    numbers = {variable for _, variable, template in given if kind_of(template, kinds) == NUMBER}
    for name, variable, template in given:
        if variable in numbers and re.fullmatch(r"-?\d+(\.\d+)?", template.source):
            told = f"node {quoted(name)} sets {quoted(variable)} to a text, and it is a number elsewhere"
            message = f'{told}; write {variable}: "{{{{ {template.source} }}}}"'
            yield flow.error(name, ("set", variable), message, CHECK)


def _in_prompt(flow: CheckedFlow, prompt: str, kinds: Kinds) -> Iterator[tuple[str, str]]:
    for language, segments in flow.speech.prompts.get(prompt, {}).items():
        for blank in segments:
            if isinstance(blank, Blank):
                yield from ((language, message) for message in mismatches(blank.expression, kinds))
