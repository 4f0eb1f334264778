"""A flow as a whole in words: how it begins and ends, what it needs, which nodes it has."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping

from ivrkit.flow.checked import CheckedFlow
from ivrkit.flow.diagnostic import columns, listed
from ivrkit.flow.explain.node import INDENT, meaning
from ivrkit.flow.graph.text import contents
from ivrkit.flow.models import walk
from ivrkit.nodes.addresses import Url
from ivrkit.nodes.entries import ENTRY_CHECKS
from ivrkit.nodes.fields import ActionName, CalendarName, FlowName, TargetName


def overview(flow: CheckedFlow, language: str) -> Iterator[str]:
    """What a flow is made of, and each of its nodes in a line, with its words in `language`."""
    header = flow.header
    yield f"{header.flow} speaks {listed(flow.languages)}. Its calls start at {header.start}."
    if header.prompts:
        yield f"What it says stands in {flow.prompts_source.path or header.prompts}, and in the flow itself."
    if keys := [f"{key} {meaning(target)}" for key, target in header.keys.items()]:
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
    yield from _nodes(flow, language)


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
    services = dict.fromkeys(str(url.origin) for node in flow.nodes.values() for _, url in walk(node, Url))
    if services:
        yield f"It calls the web services at {listed(services)}."


def _nodes(flow: CheckedFlow, language: str) -> Iterator[str]:
    wide = max((columns(name) for name in flow.ways), default=0)
    for name in flow.ways:
        node = flow.nodes.get(name)
        kind, first = (node.kind, next(contents(flow, node, language), "")) if node else ("?", "")
        yield f"{INDENT}{name}{' ' * (wide - columns(name))}  {kind:9} {first}".rstrip()
