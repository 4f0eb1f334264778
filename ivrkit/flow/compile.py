"""Turn a checked flow tree into the Script that engine.Session runs."""

from __future__ import annotations

from bisect import bisect
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from types import MappingProxyType

from ivrkit.errors import FlowError
from ivrkit.flow.artifact import fingerprint
from ivrkit.flow.checked import CheckedFlow
from ivrkit.flow.checks import WARNINGS, check, name_of
from ivrkit.flow.diagnostic import Diagnostic
from ivrkit.flow.ignores import heed_ignores
from ivrkit.flow.reading import read_flow
from ivrkit.flow.said import SORRY, offered, said_by
from ivrkit.flow.source import Source
from ivrkit.prompts.segments import TEXT, Blank, Prompt
from ivrkit.script import Script, World

_OF_NODES = ("dead-end", "missing-field", "unhandled-outcome", "kind")
"What a node lacks: perhaps it stands in a line that could not be read."

_STRANGERS = {
    "scenario": "scenarios, which `ivrkit test` runs",
    "calendars": "calendars, which stand in calendars.yaml",
    "numbers": "the configuration, which is read with every flow",
    "prompts": "prompts, which are checked with the flow that names them",
}
"What the other files of a project have at their top."

NONE: Mapping[str, Script] = MappingProxyType({})


@dataclass(frozen=True, slots=True)
class Compiled:
    """What came of a flow: no script when there is an error among the diagnostics."""

    script: Script | None
    diagnostics: tuple[Diagnostic, ...]
    flow: CheckedFlow | None = None
    "As far as it could be read, whatever is wrong with it; None when the file could not be."

    def require(self) -> Script:
        """The script; FlowError with what is wrong when there is none."""
        if self.script is None:
            raise FlowError(self.diagnostics)
        return self.script


def compile_flow(
    source: Source,
    prompts: Source | None = None,
    world: World | None = None,
    flows: Mapping[str, Script] = NONE,
) -> Compiled:
    """The script of a flow, and everything that is wrong with it.

    Without a `world` it is not checked that what it names outside its file exists. `flows` are those that it runs, and
    that these run.
    """
    if not source.tree:
        return Compiled(None, source.faults)
    prompt_faults = prompts.faults if prompts else ()
    if stranger := _stranger(source):
        return Compiled(None, (stranger,))
    flow, diagnostics = read_flow(source, prompts, world)
    certain = _certain([*diagnostics, *check(flow)], {*source.faults, *prompt_faults}, source)
    told = heed_ignores(certain, filter(None, (source, prompts)), [*map(name_of, WARNINGS)])
    diagnostics = _in_order(told, source.path)
    if any(diagnostic.severity == "error" for diagnostic in diagnostics):
        return Compiled(None, tuple(diagnostics), flow)
    return Compiled(_script(flow, flows), tuple(diagnostics), flow)


def _stranger(source: Source) -> Diagnostic | None:
    """A project's file of another kind, which somebody took for a flow."""
    if source.tree.keys() & {"nodes", "start"}:
        return None
    found = next(((name, what) for name, what in _STRANGERS.items() if name in source.tree), None)
    return source.error((found[0],), f"this is no flow but {found[1]}", "missing-field", key=True) if found else None


def _certain(diagnostics: list[Diagnostic], faults: set[Diagnostic], source: Source) -> list[Diagnostic]:
    """Without what is only wrong because its line, or a line of its node, could not be read as it was meant."""
    misread = {(fault.path, fault.line) for fault in faults}
    begin = sorted(span.line + 1 for path, span in source.keys.items() if path[0] == "nodes" and len(path) == 2)
    nodes = {bisect(begin, fault.line) for fault in faults if fault.path == source.path}

    def follows(found: Diagnostic) -> bool:
        in_node = found.path == source.path and found.check in _OF_NODES and bisect(begin, found.line) in nodes
        return in_node or (found.path, found.line) in misread

    return [found for found in diagnostics if found in faults or not follows(found)]


def _in_order(diagnostics: Iterable[Diagnostic], first: str) -> list[Diagnostic]:
    """By file, the flow itself first, and place; each once."""
    return sorted(dict.fromkeys(diagnostics), key=lambda found: (found.path != first, found.line, found.column))


def _script(flow: CheckedFlow, flows: Mapping[str, Script]) -> Script:
    prompts = _prompts(flow)
    script = Script(
        flow=flow.header.flow,
        version="",
        languages=tuple(map(str, flow.languages)),
        start=flow.header.start,
        give_up=flow.give_up,
        keys=flow.header.keys,
        on_hangup=flow.header.on_hangup,
        arguments={str(name): kind for name, kind in flow.header.arguments.items()},
        nodes=flow.nodes,
        prompts=prompts,
        lists={name: flow.catalog.lists[name] for name in sorted(set(_lists_in(prompts)))},
        flows=flows,
    )
    return replace(script, version=fingerprint(script))


def _prompts(flow: CheckedFlow) -> dict[str, Prompt]:
    """The prompts that this flow can say, in its languages."""
    made = {
        offer.name: offered(offer, flow.speech) for node in flow.nodes.values() for offer in node.offers(flow.languages)
    }
    named = {name for node in flow.nodes.values() for name in said_by(node, flow.languages)} | {SORRY}
    written = {name: flow.speech.prompts[name] for name in named if name not in made}
    return made | {name: {code: prompt[code] for code in flow.languages} for name, prompt in written.items()}


def _lists_in(prompts: dict[str, Prompt]) -> Iterator[str]:
    for prompt in prompts.values():
        for segments in prompt.values():
            for blank in segments:
                if isinstance(blank, Blank) and blank.way == TEXT:
                    yield blank.arguments[0]
