"""Flow files: a flow with its prompts, and with the flows of its folder that it runs."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace
from pathlib import Path as File
from typing import Any

from ivrkit.flow.compile import Compiled, compile_flow
from ivrkit.flow.diagnostic import Diagnostic, quoted
from ivrkit.flow.findings import Findings
from ivrkit.flow.head import prompts_name, read_header
from ivrkit.flow.source import Source, load_source
from ivrkit.script import FlowFacts, Script, World

CHECK = "broken-flow"
_HEAD = 4_000
"Bytes in which the name of a flow stands."
_NAME = re.compile(r"""^flow: *["']?([^\s"'#]+)""", re.MULTILINE)


def compile_file(path: str | File, prompts_folder: str | File | None = None, world: World | None = None) -> Compiled:
    """The script of a flow file, as `compile_flow` makes it, with the flows that it runs.

    Its prompts are in `prompts_folder`, which stands beside the flow's folder by default.
    """
    return _Library(File(path).parent, prompts_folder, world).compile(load_source(path))


def flow_name(path: File) -> str | None:
    """The name of the flow in a file; None when it is no flow."""
    try:
        with path.open("rb") as file:
            found = _NAME.search(file.read(_HEAD).decode("utf-8-sig", "replace"))
    except OSError:
        return None
    return found[1] if found else None


def flow_files(folder: File) -> dict[str, File]:
    """The flows of a folder by name; the first of two with the same."""
    files: dict[str, File] = {}
    for path in sorted(folder.glob("*.yaml")):
        if name := flow_name(path):
            files.setdefault(name, path)
    return files


class _Library:
    """The flows of a folder, each read once."""

    def __init__(self, folder: File, prompts_folder: str | File | None, world: World | None) -> None:
        self._files = flow_files(folder)
        self._prompts = folder.parent / "prompts" if prompts_folder is None else File(prompts_folder)
        self._world = world
        self._sources: dict[str, Source] = {}

    def compile(self, source: Source) -> Compiled:
        run = self._run_by(source)
        parts = {name: self._compile_one(self._source(name)) for name in run}
        scripts = {name: part.script for name, part in parts.items() if part.script}
        whole = self._compile_one(source, scripts)
        broken = [*_broken(source, [name for name in run if name not in scripts])]
        if broken:
            return Compiled(None, (*whole.diagnostics, *broken), whole.flow)
        return whole

    def _compile_one(self, source: Source, flows: Mapping[str, Script] | None = None) -> Compiled:
        name = prompts_name(source)
        prompts = load_source(self._prompts / f"{name}.yaml") if name else None
        return compile_flow(source, prompts, self._world_of(source), flows or {})

    def _world_of(self, source: Source) -> World | None:
        if self._world is None:
            return None
        known = {name: FlowFacts() for name in self._files}
        facts = {name: _facts(self._source(name)) for name in runs(source) if name in known}
        return replace(self._world, flows=known | facts)

    def _run_by(self, source: Source) -> list[str]:
        """The flows that a flow runs, those that they run, and so on."""
        found: dict[str, None] = {}
        waiting = [*runs(source)]
        while waiting:
            name = waiting.pop(0)
            if name in self._files and name not in found:
                found[name] = None
                waiting += runs(self._source(name))
        return list(found)

    def _source(self, name: str) -> Source:
        if name not in self._sources:
            self._sources[name] = load_source(self._files[name])
        return self._sources[name]


def with_run(paths: Iterable[File]) -> list[File]:
    """Flow files, each followed by those that it runs, all once."""
    found: dict[File, None] = {}
    waiting = list(paths)[::-1]
    while waiting:
        path = waiting.pop()
        if path not in found:
            found[path] = None
            files = flow_files(path.parent)
            waiting += [files[name] for name in runs(load_source(path)) if name in files]
    return list(found)


def runs(source: Source) -> Iterator[str]:
    """The flows that the nodes of a file seem to run."""
    yield from (raw["run"] for _, raw in _running(source))


def _running(source: Source) -> Iterator[tuple[str, Mapping[str, Any]]]:
    nodes = source.tree.get("nodes")
    for name, raw in nodes.items() if isinstance(nodes, Mapping) else ():
        if isinstance(raw, Mapping) and isinstance(raw.get("run"), str):
            yield name, raw


def _facts(source: Source) -> FlowFacts:
    header = read_header(Findings(source))
    arguments = {str(name): kind for name, kind in header.arguments.items()}
    return FlowFacts(arguments, header.returns, header.languages)


def _broken(source: Source, names: list[str]) -> Iterator[Diagnostic]:
    """Flows that cannot be run for their own mistakes, told where they are run; elsewhere only once, at the start."""
    all_told = f"`ivrkit check {File(source.path).parent}` tells them"
    for node, raw in _running(source):
        if raw["run"] in names:
            message = f"the flow {quoted(raw['run'])} has mistakes of its own; {all_told}"
            yield source.error(("nodes", node, "run"), message, CHECK)
            names = [name for name in names if name != raw["run"]]
    for name in names:
        message = f"the flow {quoted(name)}, which is run further down, has mistakes of its own; {all_told}"
        yield source.error(("start",), message, CHECK)
