"""A source to a CheckedFlow: the head, then node by node, every field against its type, all mistakes at once."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from functools import cache
from typing import Any

from pydantic import ValidationError

from ivrkit.flow.checked import CheckedFlow
from ivrkit.flow.diagnostic import Diagnostic, listed, quoted
from ivrkit.flow.models import Header, World, adapter
from ivrkit.flow.said import Speech, read_speech
from ivrkit.flow.sentences import LATER, Mistake, field_names, kinds_with, mistakes, not_yet
from ivrkit.flow.source import Source
from ivrkit.flow.ways import ways_out, ways_out_of_broken
from ivrkit.flow.words import Words
from ivrkit.nodes import NODE_KINDS
from ivrkit.nodes.fields import LanguageCode, NodeName
from ivrkit.prompts.catalog import Catalog, read_catalog
from ivrkit.prompts.languages import LANGUAGES
from ivrkit.prompts.problems import did_you_mean
from ivrkit.script import Node

_NAME = re.compile(r"[^\W\d_][\w-]*")
_NOT_DEFAULT = ("visits", *NODE_KINDS)


@dataclass(slots=True)
class _Reading:
    """What has been found so far."""

    source: Source
    diagnostics: list[Diagnostic] = field(default_factory=list)

    def error(self, path: tuple[str | int, ...], message: str, check: str, *, key: bool = False) -> None:
        self.diagnostics.append(self.source.error(path, message, check, key=key))


def read_flow(source: Source, prompts: Source | None, world: World | None) -> tuple[CheckedFlow, list[Diagnostic]]:
    """The flow in `source`, with the prompts in `prompts`, and what is wrong with either."""
    reading = _Reading(source, list(source.faults))
    header = _header(reading)
    catalog = _catalog(prompts, reading)
    words = Words(source, catalog.prompts)
    defaults = _defaults(header, reading)
    nodes = {name: _node(name, raw, defaults, words, reading) for name, raw in header.nodes.items()}
    speech, faults = read_speech(source, header, catalog, words.used)
    reading.diagnostics += faults
    return _flow(reading, header, catalog, prompts, nodes, speech, world), _once(reading.diagnostics)


def prompts_name(source: Source) -> str | None:
    """The name of the prompt file that a flow asks for."""
    name = source.tree.get("prompts")
    return name if isinstance(name, str) and _NAME.fullmatch(name) else None


def _flow(
    reading: _Reading,
    header: Header,
    catalog: Catalog,
    prompts: Source | None,
    nodes: Mapping[str, Node | None],
    speech: Speech,
    world: World | None,
) -> CheckedFlow:
    default = header.defaults.get("give_up")
    give_up = NodeName(default) if isinstance(default, str) and default else None
    ways = {
        name: ways_out(node, header.keys, give_up) if node else ways_out_of_broken(header.nodes[name], header)
        for name, node in nodes.items()
    }
    return CheckedFlow(
        source=reading.source,
        header=header,
        give_up=give_up,
        nodes={name: node for name, node in nodes.items() if node},
        broken=frozenset(name for name, node in nodes.items() if not node),
        catalog=catalog,
        prompts_source=prompts or Source(""),
        speech=speech,
        ways=ways,
        world=world,
    )


# --- the head --------------------------------------------------------------------------------------------------------


def _header(reading: _Reading) -> Header:
    tree = dict(reading.source.tree)
    try:
        header: Header = adapter(Header).validate_python(tree)
    except ValidationError as error:
        found = mistakes(error, "the flow", Header)
        for mistake in found if tree else ():
            _tell(mistake, (), reading)
        wrong = {mistake.path[0] for mistake in found if mistake.path}
        header = _mended(tree, wrong)
    for name, part in (("flow", header.flow), ("prompts", header.prompts)):
        if part and not _NAME.fullmatch(part):
            reading.error((name,), f"{quoted(part)} cannot be a name; {_NAME_RULE}", "bad-name")
    return header


_NAME_RULE = "use letters, digits, _ and -, and begin with a letter"


def _mended(tree: Mapping[str, Any], wrong: set[str | int]) -> Header:
    """The head without what is wrong in it, so that the rest of the file can be checked."""
    kept = {name: value for name, value in tree.items() if name not in wrong}
    nodes = kept.get("nodes")
    missing: dict[str, Any] = {
        "flow": "flow",
        "languages": list(LANGUAGES),
        "start": next(iter(nodes or {}), "-"),
        "nodes": {},
    }
    try:
        header: Header = adapter(Header).validate_python(missing | kept)
    except ValidationError:
        header = Header(flow="flow", languages=tuple(map(LanguageCode, LANGUAGES)), start=NodeName("-"), nodes={})
    return header


def _defaults(header: Header, reading: _Reading) -> Mapping[str, Any]:
    """The defaults that some kind of node has."""
    kept = {}
    for name, value in header.defaults.items():
        if name in _NOT_DEFAULT:
            message = f"{quoted(name)} belongs to one node and cannot be a default"
            reading.error(("defaults", name), message, "unknown-field", key=True)
        elif kinds_with(name):
            kept[name] = value
        else:
            near = did_you_mean(name, _default_names())
            reading.error(("defaults", name), f"no node has a field {quoted(name)}{near}", "unknown-field", key=True)
    return kept


@cache
def _default_names() -> tuple[str, ...]:
    names = {name for kind in NODE_KINDS.values() for name in field_names(kind)}
    return tuple(sorted(names - set(_NOT_DEFAULT)))


def _catalog(prompts: Source | None, reading: _Reading) -> Catalog:
    if prompts is None:
        if name := prompts_name(reading.source):
            reading.error(("prompts",), f"there is no prompt file {quoted(name)}", "no-file")
        return Catalog("")
    reading.diagnostics += prompts.faults
    if not prompts.tree:
        return Catalog("")
    catalog, problems = read_catalog(prompts.tree)
    reading.diagnostics += [prompts.error(problem.path, problem.message, problem.check) for problem in problems]
    return catalog


# --- nodes -----------------------------------------------------------------------------------------------------------


def _node(name: str, raw: Any, defaults: Mapping[str, Any], words: Words, reading: _Reading) -> Node | None:
    place = ("nodes", name)
    if not _NAME.fullmatch(name):
        reading.error(place, f"{quoted(name)} cannot name a node; {_NAME_RULE}", "bad-name", key=True)
    if not isinstance(raw, Mapping) or not raw:
        reading.error(place, f"node {quoted(name)} has nothing in it; say what it does: play: …, menu: …", "kind")
        return None
    kind = _kind(name, raw, reading)
    if kind is None:
        return None
    model = NODE_KINDS[kind]
    if not raw[kind]:
        reading.error((*place, kind), f"{quoted(kind)} is empty", "wrong-value")
        return None
    inherited = {field: value for field, value in defaults.items() if field in field_names(model)}
    try:
        node: Node = adapter(model).validate_python(inherited | dict(raw), context={"words": words.name})
    except ValidationError as error:
        for mistake in mistakes(error, f"node {quoted(name)}", model):
            _tell(mistake, ("defaults",) if _from_defaults(mistake, raw, inherited) else place, reading, kind)
        return None
    return node


def _from_defaults(mistake: Mistake, raw: Mapping[str, Any], inherited: Mapping[str, Any]) -> bool:
    field = mistake.path[0] if mistake.path else None
    return field in inherited and field not in raw


def _tell(mistake: Mistake, place: tuple[str | int, ...], reading: _Reading, kind: str = "") -> None:
    path = reading.source.deepest((*place, *mistake.path))
    if path == place and kind and not mistake.key:
        path = (*place, kind)
    reading.error(path, mistake.message, mistake.check, key=mistake.key or path[-1:] == (kind,))


def _kind(name: str, raw: Mapping[str, Any], reading: _Reading) -> str | None:
    """The keyword of a node; None, and a message, when it has none or several."""
    kinds = [word for word in raw if word in NODE_KINDS]
    if len(kinds) == 1:
        return kinds[0]
    if kinds:
        shown = listed(map(quoted, kinds))
        message = f"node {quoted(name)} has {len(kinds)} keywords, {shown}; make a node of each"
        reading.error(("nodes", name, kinds[1]), message, "kind", key=True)
        return None
    for word, message in _misspelt(name, raw):
        reading.error(("nodes", name, word), message, "kind", key=True)
        return None
    message = f"node {quoted(name)} does not say what it does; it needs one of {listed(NODE_KINDS, 'or')}"
    reading.error(("nodes", name), message, "kind", key=True)
    return None


def _misspelt(name: str, raw: Mapping[str, Any]) -> Iterator[tuple[str, str]]:
    for word in raw:
        if word in LATER:
            yield word, not_yet(word)
    for word in raw:
        near = did_you_mean(word, NODE_KINDS)
        if near and word not in _default_names():
            yield word, f"node {quoted(name)}: there is no keyword {quoted(word)}{near}"


def _once(diagnostics: list[Diagnostic]) -> list[Diagnostic]:
    """A mistake under `defaults` is found in every node that takes it from there."""
    return list(dict.fromkeys(diagnostics))
