"""Which variables a node reads, and where it says so: in its own fields, and in the prompts that it says."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from ivrkit.expressions import Expression, Template
from ivrkit.flow.checked import CheckedFlow
from ivrkit.flow.diagnostic import Diagnostic, quoted
from ivrkit.flow.models import walk
from ivrkit.flow.tree import Path
from ivrkit.nodes.collect import Collect
from ivrkit.nodes.fields import Name, PromptName
from ivrkit.nodes.set import Set
from ivrkit.prompts.segments import Blank, Prompt
from ivrkit.script import Node

ALWAYS_THERE = {
    "caller": None,
    "call": frozenset({"id", "called", "started"}),
    "language": frozenset[str](),
}
"Variables that every call has, with their parts; of the caller, more may be found by `identify`."


def given(flow: CheckedFlow) -> frozenset[str]:
    """The variables that a call has when it comes to the start of this flow."""
    return frozenset((*ALWAYS_THERE, *flow.header.arguments))


@dataclass(frozen=True, slots=True)
class Read:
    """A variable that a node reads."""

    node: str
    path: Path
    "The field, from the node on."
    variable: str
    "Dotted: `bill.amount`."
    prompt: str = ""
    "The prompt that says it; empty when the field itself reads it."
    languages: tuple[str, ...] = ()
    own: bool = False
    "Whether the node itself has given it its value before."

    @property
    def root(self) -> str:
        return self.variable.partition(".")[0]

    @property
    def told(self) -> str:
        """Who reads it, for a message."""
        if self.prompt:
            return f"node {quoted(self.node)} says {quoted(self.prompt)}, which reads {quoted(self.variable)}"
        return f"node {quoted(self.node)} reads {quoted(self.variable)}"


def reads(flow: CheckedFlow) -> Iterator[Read]:
    """Everything that the nodes of a flow read."""
    for name in flow.nodes:
        yield from reads_of(flow, name)


def reads_of(flow: CheckedFlow, name: str) -> Iterator[Read]:
    """The same of one node."""
    node = flow.nodes[name]
    yield from _fields(name, node)
    for path, prompt in walk(node, PromptName):
        own = isinstance(node, Collect) and path[0] == "readback"
        for variable, languages in _variables(flow.speech.prompts.get(prompt, {})).items():
            root = variable.partition(".")[0]
            yield Read(name, path, variable, prompt, languages, own and root in _saved(node))


def at(flow: CheckedFlow, read: Read, message: str, check: str) -> Diagnostic:
    """A mistake where the variable stands, or where the prompt is named that has it."""
    if place := flow.speech.places.get(read.prompt):
        return flow.source.error((*place, *read.languages[:1]), message, check)
    return flow.error(read.node, read.path, message, check)


def _saved(node: Node) -> frozenset[str]:
    return frozenset(str(name) for _, name in walk(node, Name))


def _fields(name: str, node: Node) -> Iterator[Read]:
    before: set[str] = set()
    kinds: tuple[type[Expression | Template], ...] = (Expression, Template)
    for path, value in walk(node, kinds):
        for variable in sorted(value.names):
            yield Read(name, path, variable, own=variable.partition(".")[0] in before)
        if isinstance(node, Set):
            before.add(str(path[-1]))


def _variables(prompt: Prompt) -> dict[str, tuple[str, ...]]:
    """The variables in a prompt, and the languages in which it says them."""
    found: dict[str, tuple[str, ...]] = {}
    for language, segments in prompt.items():
        for blank in segments:
            for variable in sorted(blank.expression.names) if isinstance(blank, Blank) else ():
                if language not in found.get(variable, ()):
                    found[variable] = (*found.get(variable, ()), language)
    return found
