"""One node in words. What is particular to its kind stands in its `tells`; the rest comes from its fields and ways."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import fields
from typing import Any

from ivrkit.expressions import Expression, Template
from ivrkit.flow.checked import CheckedFlow
from ivrkit.flow.diagnostic import listed
from ivrkit.flow.documented import summary
from ivrkit.flow.explain.paths import Paths
from ivrkit.flow.graph.text import condition
from ivrkit.flow.models import walk
from ivrkit.flow.reads import given, reads_of
from ivrkit.flow.said import offered
from ivrkit.nodes.fields import Name, NodeName, PromptName
from ivrkit.prompts.segments import Prompt, written
from ivrkit.script import Node, Told

_FAILING = frozenset({"noinput", "nomatch", "give_up", "visits"})
"Fields whose ways out are told where their failures are."
_MEANINGS = {"back": "goes back to the menu before", "repeat": "says the words again"}
INDENT = "    "


def explained(flow: CheckedFlow, name: str, languages: tuple[str, ...], paths: Paths) -> Iterator[str]:
    """The lines of a node; the words of its prompts in `languages`."""
    node = flow.nodes.get(name)
    return _Node(flow, name, node, languages, paths).lines() if node else _unread(flow, name)


def meaning(target: str) -> str:
    """What a key of every menu does."""
    return _MEANINGS.get(target, f"leads to {target}")


def _unread(flow: CheckedFlow, name: str) -> Iterator[str]:
    yield f"{name} has mistakes, so that nobody can say what happens there."
    targets = dict.fromkeys(way.target for way in flow.ways[name])
    if targets:
        yield f"It seems to lead to {listed(targets)}."


class _Node:
    """One node being explained."""

    def __init__(self, flow: CheckedFlow, name: str, node: Node, languages: tuple[str, ...], paths: Paths) -> None:
        self._flow, self._name, self._node, self._languages, self._paths = flow, name, node, languages, paths
        self._offers = {offer.name: offer for offer in node.offers(flow.languages)}

    def lines(self) -> Iterator[str]:
        line = self._flow.source.keys[("nodes", self._name)].line + 1
        place = f"{self._flow.source.path}:{line}"
        yield f"{self._name} is a node of the kind {self._node.kind} ({place}). {summary(type(self._node))}".rstrip()
        yield from self._origins()
        told = self._told()
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
        if sources := self._paths.to(self._name):
            yield f"Callers come from {sources}."
        elif self._name not in (self._flow.header.start, self._flow.header.on_hangup):
            yield "No call comes here."

    # --- what is heard ---

    def _words(self, prompts: tuple[str, ...]) -> Iterator[str]:
        for language in self._languages:
            texts = [self._text(name, language) for name in prompts]
            if any(texts):
                yield f"{INDENT}{language}: {' '.join(filter(None, texts))}"

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

    def _told(self) -> list[Told]:
        """What its kind tells, and before that the fields that nobody tells."""
        told = [*self._node.tells(self._flow.languages)]
        return [*self._by_name({field for sentence in told for field in sentence.fields}), *told]

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
            told = [f"{key} {meaning(target)}" for key, target in keys.items()]
            yield f"Of the keys of every menu, {listed(told)}."

    # --- variables and defaults ---

    def _reading(self) -> Iterator[str]:
        roots = {read.root for read in reads_of(self._flow, self._name) if not read.own}
        for root in sorted(roots - given(self._flow)):
            yield f"It reads {root}, which {self._paths.makers(root) or 'no node sets'}."

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


def _shown(value: Any) -> str:
    if isinstance(value, Template | Expression):
        return value.source
    if isinstance(value, Mapping):
        return ", ".join(f"{name} = {_shown(item)}" for name, item in value.items())
    return {True: "yes", False: "no"}.get(value, str(value)) if isinstance(value, bool) else str(value)
