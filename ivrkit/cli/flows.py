"""`ivrkit check` and `ivrkit compile`: what flow authors run after each change."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import UTC, date, datetime
from enum import StrEnum
from pathlib import Path
from typing import Annotated

import typer

from ivrkit.app import App, calendars_beside
from ivrkit.cli.common import MISTAKE, ConfigOption, err, find_config, load_app, number, out, show, write_line
from ivrkit.errors import ConfigError, FlowError
from ivrkit.flow import Diagnostic, as_github, as_json, as_sarif, dump, flows_below, load_source
from ivrkit.flow.calendars import CALENDARS, CalendarFile, check_calendars, read_calendars
from ivrkit.flow.library import with_run
from ivrkit.flow.lua import Fallback, as_lua
from ivrkit.script import Script


class Format(StrEnum):
    text = "text"
    json = "json"
    github = "github"
    sarif = "sarif"


_FOR_PROGRAMS = {Format.json: as_json, Format.github: as_github, Format.sarif: as_sarif}


def check(
    flows: Annotated[
        list[Path] | None,
        typer.Argument(help="Flow files, calendars.yaml, or folders with flows. By default all of the configuration."),
    ] = None,
    form: Annotated[Format, typer.Option("--format", help="How mistakes are written.")] = Format.text,
    config: ConfigOption = None,
) -> None:
    """Tell every mistake in flows and their prompts, with its place."""
    try:
        paths = with_run(_files(flows) if flows else load_app(config).flows)
        found = list(dict.fromkeys(_mistakes(paths, config)))
    except FlowError as error:
        # The configuration itself is wrong.
        paths, found = [], [fault for fault in error.diagnostics if isinstance(fault, Diagnostic)]
    else:
        if not paths:
            raise ConfigError("no number leads to a flow: name a flow file, as ivrkit check flows/hotline.yaml")
    flows_read = sum(path.name != CALENDARS for path in paths)
    what = number(flows_read, "flow") if flows_read else "calendars" if paths else "configuration"
    _print(found, form, what)
    if any(fault.severity == "error" for fault in found):
        raise typer.Exit(MISTAKE)


def _files(named: list[Path]) -> Iterator[Path]:
    for path in named:
        if not path.is_dir():
            yield path
        elif found := list(flows_below(path)):
            yield from found
        else:
            raise ConfigError(f"{path}: there is no flow in this folder; a flow is a .yaml file that begins with flow:")


def _mistakes(paths: Iterable[Path], config: Path | None) -> Iterator[Diagnostic]:
    apps: dict[Path | None, App] = {}
    calendars: dict[str, CalendarFile] = {}
    for path in paths:
        beside = read_calendars(load_source(path)) if path.name == CALENDARS else calendars_beside(path)
        calendars.setdefault(beside.source.path, beside)
        if path.name == CALENDARS:
            continue
        found = find_config(config, path)
        # Without a configuration, the flow's own folder is its project.
        if found is None or found not in apps:
            apps[found] = load_app(config, path)
        yield from apps[found].compile(path).diagnostics
    for file in calendars.values():
        yield from check_calendars(file, date.today())


def _print(found: list[Diagnostic], form: Format, what: str) -> None:
    if form is Format.text:
        show(found, out)
        err.print(_summary(found, what), style="" if found else "green")
    elif written := _FOR_PROGRAMS[form](found):
        write_line(written)


def _summary(found: list[Diagnostic], what: str) -> str:
    errors = sum(fault.severity == "error" for fault in found)
    mistakes = f"{number(errors, 'error')}, {number(len(found) - errors, 'warning')}" if found else "no mistakes"
    return f"{what}: {mistakes}"


class Target(StrEnum):
    script = "script"
    lua = "lua"


def compile_(
    flow: Annotated[Path, typer.Argument(help="The flow file.")],
    output: Annotated[
        Path | None,
        typer.Option("-o", "--output", help="What is written. By default beside the flow: x.script.json or x.lua."),
    ] = None,
    target: Annotated[
        Target, typer.Option("--target", help="script runs as the YAML does; lua runs in FreeSWITCH without ivrkit.")
    ] = Target.script,
    config: ConfigOption = None,
) -> None:
    """Compile a flow to a script: JSON that runs as the YAML does, or Lua for when no ivrkit answers."""
    app = load_app(config, flow)
    result = app.compile(flow)
    show(result.diagnostics, err)
    if result.script is None:
        raise typer.Exit(MISTAKE)
    path = output or flow.with_suffix(_ENDINGS[target])
    made = dump(result.script) if target is Target.script else _lua(app, flow, result.script)
    try:
        path.write_bytes(made)
    except OSError as error:
        raise ConfigError(f"{path} cannot be written: {error.strerror}") from None
    err.print(f"{path}: {number(len(result.script.nodes), 'node')}, version {result.script.version[:12]}")


_ENDINGS = {Target.script: ".script.json", Target.lua: ".lua"}


def _lua(app: App, flow: Path, script: Script) -> bytes:
    """The fallback of a flow; what it leaves out is told."""
    needs = Fallback(
        app.sounds.path, app.config.targets, app.calendars(flow), str(app.recordings.root), datetime.now(UTC)
    )
    text, left = as_lua(script, needs)
    for one in left:
        err.print(f"left out: {one}", markup=False, highlight=False)
    return text.encode()
