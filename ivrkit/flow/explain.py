"""A flow, or one node of it, in words: what callers hear, what each key does, and where they come from.

What is particular to a kind stands in its `tells`; what is said here comes from its fields and its ways out.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import fields
from typing import Any

from ivrkit.expressions import Expression, Template
from ivrkit.flow.checked import CheckedFlow
from ivrkit.flow.diagnostic import Diagnostic, columns, listed
from ivrkit.flow.graph.text import condition, contents
from ivrkit.flow.models import walk
from ivrkit.flow.places import Places
from ivrkit.flow.reads import given, reads
from ivrkit.flow.said import offered
from ivrkit.flow.ways import Way
from ivrkit.nodes.entries import ENTRY_CHECKS
from ivrkit.nodes.fields import ActionName, CalendarName, FlowName, Name, NodeName, PromptName, TargetName
from ivrkit.prompts.segments import Prompt, written
from ivrkit.script import Node, Told

_FAILING = frozenset({"noinput", "nomatch", "give_up", "visits"})
"Fields whose ways out are told where their failures are."
_MEANINGS = {"back": "goes back to the menu before", "repeat": "says the words again"}
_INDENT = "    "


def explain_node(
    flow: CheckedFlow, name: str, diagnostics: Iterable[Diagnostic] = (), languages: tuple[str, ...] = ()
) -> Iterator[str]:
    """What happens in a node of the flow, line by line: sentences, below them the words of prompts.

    The words are in `languages`, by default in all of the flow's.
    """
    node = flow.nodes.get(name)
    yield from _Node(flow, name, node, languages or flow.languages).lines() if node else _unread(flow, name)
    places = Places(flow.source)
    yield from (f"{found.severity}: {found.message}" for found in diagnostics if places.node_of(found) == name)


def explain_flow(flow: CheckedFlow, languages: tuple[str, ...] = ()) -> Iterator[str]:
    """The flow as a whole, and each of its nodes in a line, with the words in the first of `languages`."""
    header = flow.header
    yield f"{header.flow} speaks {listed(flow.languages)}. Its calls start at {header.start}."
    if header.prompts:
        yield f"What it says stands in {flow.prompts_source.path or header.prompts}, and in the flow itself."
    if keys := [f"{key} {_meaning(target)}" for key, target in header.keys.items()]:
        yield f"In every menu {listed(keys)}."
    if flow.give_up:
        yield f"Who has used up the tries goes to {flow.give_up}, where a node does not say otherwise."
    if header.on_hangup:
        yield f"When the caller has hung up, it goes on at {header.on_hangup}."
    yield from _contract(flow)
    yield from _world(flow)
    kinds = Counter(flow.nodes[name].kind if name in flow.nodes else "unreadable" for name in flow.ways)
    if kinds:
        yield f"Its {len(flow.ways)} nodes are {listed(f'{count} {kind}' for kind, count in kinds.most_common())}."
    yield from _overview(flow, (languages or flow.languages)[0])


# --- the flow --------------------------------------------------------------------------------------------------------


def _meaning(target: str) -> str:
    return _MEANINGS.get(target, f"leads to {target}")


def _contract(flow: CheckedFlow) -> Iterator[str]:
    """What passes between it and a flow that runs it."""
    if flow.header.arguments:
        yield f"A flow that runs it gives it {listed(flow.header.arguments)}."
    if flow.header.returns:
        results = (f"{name} with {listed(values)}" if values else name for name, values in flow.header.returns.items())
        yield f"Its result is {listed(results, 'or')}."


_WORLD: Mapping[type[str], str] = {
    ActionName: "It calls the functions {}.",
    FlowName: "It runs the flows {}.",
    CalendarName: "It goes by the calendars {}.",
    TargetName: "It transfers callers to {}.",
}


def _world(flow: CheckedFlow) -> Iterator[str]:
    """What it needs from outside its file."""
    for kind, sentence in _WORLD.items():
        names = dict.fromkeys(name for node in flow.nodes.values() for _, name in walk(node, kind))
        if own := [name for name in names if name not in ENTRY_CHECKS]:
            yield sentence.format(listed(own))


def _overview(flow: CheckedFlow, language: str) -> Iterator[str]:
    wide = max((columns(name) for name in flow.ways), default=0)
    for name in flow.ways:
        node = flow.nodes.get(name)
        kind, first = (node.kind, next(contents(flow, node, language), "")) if node else ("?", "")
        yield f"{_INDENT}{name}{' ' * (wide - columns(name))}  {kind:9} {first}".rstrip()


# --- a node ----------------------------------------------------------------------------------------------------------


def _unread(flow: CheckedFlow, name: str) -> Iterator[str]:
    yield f"{name} has mistakes, so that nobody can say what happens there."
    targets = dict.fromkeys(way.target for way in flow.ways[name])
    if targets:
        yield f"It seems to lead to {listed(targets)}."


class _Node:
    """One node being explained."""

    def __init__(self, flow: CheckedFlow, name: str, node: Node, languages: tuple[str, ...]) -> None:
        self._flow, self._name, self._node, self._languages = flow, name, node, languages
        self._offers = {offer.name: offer for offer in node.offers(flow.languages)}

    def lines(self) -> Iterator[str]:
        line = self._flow.source.keys[("nodes", self._name)].line + 1
        yield f"{self._name} is a node of the kind {self._node.kind} ({self._flow.source.path}:{line})."
        yield from self._origins()
        told = [*self._node.tells(self._flow.languages)]
        told += self._by_name({field for sentence in told for field in sentence.fields})
        for sentence in told:
            yield sentence.text + (":" if sentence.says else "")
            yield from self._words(sentence.says)
        yield from self._saving()
        yield from self._ways()
        yield from self._keys()
        yield from self._reading()
        yield from self._defaults({field for sentence in told for field in sentence.fields})

    # --- how callers come here ---

    def _origins(self) -> Iterator[str]:
        if self._name == self._flow.header.start:
            yield "Calls start here."
        if self._name == self._flow.header.on_hangup:
            yield "It begins here when the caller has hung up."
        found: dict[str, list[str]] = {}
        for source, ways in self._flow.ways.items():
            for way in ways:
                if way.target == self._name:
                    place = "every menu" if self._flow.is_everywhere(way) else source
                    found.setdefault(place, []).append(_spoken(self._flow.nodes.get(source), way))
        if sources := [_behind(source, list(dict.fromkeys(labels))) for source, labels in found.items()]:
            yield f"Callers come from {listed(sources)}."
        elif self._name not in (self._flow.header.start, self._flow.header.on_hangup):
            yield "No call comes here."

    # --- what is heard ---

    def _words(self, prompts: tuple[str, ...]) -> Iterator[str]:
        for language in self._languages:
            texts = [self._text(name, language) for name in prompts]
            if any(texts):
                yield f"{_INDENT}{language}: {' '.join(filter(None, texts))}"

    def _text(self, name: str, language: str) -> str:
        prompt = self._prompt(name)
        if not prompt:
            return f"(there is no prompt {name})"
        return written(prompt[language]) if language in prompt else ""

    def _prompt(self, name: str) -> Prompt:
        if name not in self._offers:
            return self._flow.speech.prompts.get(name, {})
        try:
            return offered(self._offers[name], self._flow.speech)
        except KeyError:
            return {}

    # --- what its kind does not tell ---

    def _by_name(self, told: Iterable[str]) -> Iterator[Told]:
        """The fields that nobody has told, by their names."""
        for one in fields(self._node):
            field, value = one.name.rstrip("_"), getattr(self._node, one.name)
            if field in (*told, "visits") or value in (one.default, {}) or not self._node.leads(field):
                continue
            if says := tuple(name for _, name in walk(value, PromptName)):
                yield Told(f"{field} says", says, (field,))
            elif not any(walk(value, (NodeName, Name))):
                yield Told(f"{field} is {_shown(value)}.", fields=(field,))

    def _saving(self) -> Iterator[str]:
        names = dict.fromkeys(name for path, name in walk(self._node, Name) if path[0] != self._node.kind)
        if names:
            yield f"What it finds is kept as {listed(names)}."

    # --- how it goes on ---

    def _ways(self) -> Iterator[str]:
        together: dict[tuple[str, str], list[str]] = {}
        for way in self._flow.ways[self._name]:
            if way.path[0] not in (*_FAILING, "keys"):
                test = condition(self._node, way.path)
                sentence = _WHEN if test else _HOW.get(str(way.path[0]), _AFTER)
                together.setdefault((sentence, way.target), []).append(test or way.label)
        for (sentence, target), labels in together.items():
            yield sentence.format(listed(labels, "or"), target)
        if self._node.visits:
            yield f"A call may come here {self._node.visits} times; then it goes to {self._flow.give_up or 'its end'}."

    def _keys(self) -> Iterator[str]:
        own = self._node.own_keys()
        if own is None:
            return
        keys = {key: target for key, target in self._flow.header.keys.items() if key not in own}
        if keys:
            told = [f"{key} {_meaning(target)}" for key, target in keys.items()]
            yield f"Of the keys of every menu, {listed(told)}."

    # --- variables and defaults ---

    def _reading(self) -> Iterator[str]:
        roots = {read.root for read in reads(self._flow) if read.node == self._name and not read.own}
        for root in sorted(roots - given(self._flow)):
            makers = [name for name, node in self._flow.nodes.items() if root in {word for _, word in walk(node, Name)}]
            yield (
                f"It reads {root}, which {listed(makers)} set{'s' if len(makers) == 1 else ''}."
                if makers
                else (f"It reads {root}, which no node sets.")
            )

    def _defaults(self, told: Iterable[str]) -> Iterator[str]:
        """Where the values come from that do not stand in the node."""
        raw, defaults = self._flow.header.nodes[self._name], self._flow.header.defaults
        values = {one.name.rstrip("_"): getattr(self._node, one.name) for one in fields(self._node)}
        absent = [name for name, value in values.items() if name in told and name not in raw and value]
        taken = [name for name in absent if name in defaults and name not in self._node.not_inherited]
        if taken:
            yield f"From the defaults of the flow: {', '.join(taken)}."
        if own := [name for name in absent if name not in taken]:
            yield f"ivrkit's own values: {', '.join(own)}."


_WHEN = "When {} holds, the call goes to {}."
_AFTER = "After {} the call goes to {}."
_HOW: Mapping[str, str] = {
    "next": "Then the call goes to {1}.",
    "menu": "Key {} leads to {}.",
    "branch": "Else the call goes to {1}.",
}
"By the field that names the way; `on:` and what other kinds have is told by its outcome."


def _spoken(node: Node | None, way: Way) -> str:
    return f"key {way.label}" if way.path[0] in ("menu", "keys") else condition(node, way.path) or way.label


def _behind(source: str, labels: list[str]) -> str:
    return source if labels == ["next"] else f"{source} ({', '.join(labels)})"


def _shown(value: Any) -> str:
    if isinstance(value, Template | Expression):
        return value.source
    if isinstance(value, Mapping):
        return ", ".join(f"{name} = {_shown(item)}" for name, item in value.items())
    return {True: "yes", False: "no"}.get(value, str(value)) if isinstance(value, bool) else str(value)
