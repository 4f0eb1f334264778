"""Turn a checked flow tree into the Script that engine.Session runs."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from pathlib import Path as File

from ivrkit.errors import FlowError
from ivrkit.flow.artifact import fingerprint
from ivrkit.flow.checked import CheckedFlow
from ivrkit.flow.checks import WARNINGS, check, name_of
from ivrkit.flow.diagnostic import Diagnostic
from ivrkit.flow.head import prompts_name
from ivrkit.flow.ignores import heed_ignores
from ivrkit.flow.models import World
from ivrkit.flow.reading import read_flow
from ivrkit.flow.said import SORRY, offers, said_by
from ivrkit.flow.source import Source, load_source
from ivrkit.prompts.segments import TEXT, Blank, Prompt
from ivrkit.script import Script


@dataclass(frozen=True, slots=True)
class Compiled:
    """What came of a flow: no script when there is an error among the diagnostics."""

    script: Script | None
    diagnostics: tuple[Diagnostic, ...]

    def require(self) -> Script:
        """The script; FlowError with what is wrong when there is none."""
        if self.script is None:
            raise FlowError(self.diagnostics)
        return self.script


def compile_flow(source: Source, prompts: Source | None = None, world: World | None = None) -> Compiled:
    """The script of a flow, and everything that is wrong with it.

    Without a `world` it is not checked that its actions and transfer targets exist.
    """
    if not source.tree:
        return Compiled(None, source.faults)
    prompt_faults = prompts.faults if prompts else ()
    flow, diagnostics = read_flow(source, prompts, world)
    certain = _certain([*diagnostics, *check(flow)], {*source.faults, *prompt_faults})
    told = heed_ignores(certain, filter(None, (source, prompts)), [*map(name_of, WARNINGS)])
    diagnostics = _in_order(told, source.path)
    if any(diagnostic.severity == "error" for diagnostic in diagnostics):
        return Compiled(None, tuple(diagnostics))
    return Compiled(_script(flow), tuple(diagnostics))


def compile_file(path: str | File, prompts_folder: str | File | None = None, world: World | None = None) -> Compiled:
    """The same for a file. Its prompts are in `prompts_folder`, which stands beside the flow's folder by default."""
    source = load_source(path)
    folder = File(path).parent.parent / "prompts" if prompts_folder is None else File(prompts_folder)
    name = prompts_name(source)
    return compile_flow(source, load_source(folder / f"{name}.yaml") if name else None, world)


def _certain(diagnostics: list[Diagnostic], faults: set[Diagnostic]) -> list[Diagnostic]:
    """Without what is only wrong because its line could not be read as it was meant."""
    misread = {(fault.path, fault.line) for fault in faults}
    return [found for found in diagnostics if found in faults or (found.path, found.line) not in misread]


def _in_order(diagnostics: Iterable[Diagnostic], first: str) -> list[Diagnostic]:
    """By file, the flow itself first, and place; each once."""
    return sorted(dict.fromkeys(diagnostics), key=lambda found: (found.path != first, found.line, found.column))


def _script(flow: CheckedFlow) -> Script:
    prompts = _prompts(flow)
    script = Script(
        flow=flow.header.flow,
        version="",
        languages=tuple(map(str, flow.languages)),
        start=flow.header.start,
        give_up=flow.give_up,
        keys=flow.header.keys,
        nodes=flow.nodes,
        prompts=prompts,
        lists={name: flow.catalog.lists[name] for name in sorted(set(_lists_in(prompts)))},
    )
    return replace(script, version=fingerprint(script))


def _prompts(flow: CheckedFlow) -> dict[str, Prompt]:
    """The prompts that this flow can say, in its languages."""
    made = {
        offer.name: offer.prompt(flow.speech) for node in flow.nodes.values() for offer in offers(node, flow.languages)
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
