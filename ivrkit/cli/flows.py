"""`ivrkit check` and `ivrkit compile`: what flow authors run after each change."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from enum import StrEnum
from pathlib import Path
from typing import Annotated

import typer

from ivrkit.app import App
from ivrkit.cli.common import MISTAKE, ConfigOption, err, find_config, load_app, number, out, show, write_line
from ivrkit.errors import ConfigError, FlowError
from ivrkit.flow import Diagnostic, as_github, as_json, as_sarif, dump, flows_below


class Format(StrEnum):
    text = "text"
    json = "json"
    github = "github"
    sarif = "sarif"


_FOR_PROGRAMS = {Format.json: as_json, Format.github: as_github, Format.sarif: as_sarif}


def check(
    flows: Annotated[
        list[Path] | None,
        typer.Argument(help="Flow files, or folders with flows. By default all of the configuration."),
    ] = None,
    form: Annotated[Format, typer.Option("--format", help="How mistakes are written.")] = Format.text,
    config: ConfigOption = None,
) -> None:
    """Tell every mistake in flows and their prompts, with its place."""
    try:
        paths = list(dict.fromkeys(_files(flows))) if flows else load_app(config).flows
        found = list(dict.fromkeys(_mistakes(paths, config)))
    except FlowError as error:
        # The configuration itself is wrong.
        paths, found = (), [fault for fault in error.diagnostics if isinstance(fault, Diagnostic)]
    else:
        if not paths:
            raise ConfigError("no number leads to a flow: name a flow file, as ivrkit check flows/hotline.yaml")
    _print(found, form, len(paths))
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
    for path in paths:
        found = find_config(config, path)
        # Without a configuration, the flow's own folder is its project.
        if found is None or found not in apps:
            apps[found] = load_app(config, path)
        yield from apps[found].compile(path).diagnostics


def _print(found: list[Diagnostic], form: Format, flows: int) -> None:
    if form is Format.text:
        show(found, out)
        err.print(_summary(found, flows), style="" if found else "green")
    elif written := _FOR_PROGRAMS[form](found):
        write_line(written)


def _summary(found: list[Diagnostic], flows: int) -> str:
    errors = sum(fault.severity == "error" for fault in found)
    mistakes = f"{number(errors, 'error')}, {number(len(found) - errors, 'warning')}" if found else "no mistakes"
    return f"{number(flows, 'flow') if flows else 'configuration'}: {mistakes}"


def compile_(
    flow: Annotated[Path, typer.Argument(help="The flow file.")],
    output: Annotated[
        Path | None, typer.Option("-o", "--output", help="The script. By default beside the flow, as x.script.json.")
    ] = None,
    config: ConfigOption = None,
) -> None:
    """Compile a flow to a script: JSON that runs as the YAML does."""
    result = load_app(config, flow).compile(flow)
    show(result.diagnostics, err)
    if result.script is None:
        raise typer.Exit(MISTAKE)
    path = output or flow.with_suffix(".script.json")
    try:
        path.write_bytes(dump(result.script))
    except OSError as error:
        raise ConfigError(f"{path} cannot be written: {error.strerror}") from None
    err.print(f"{path}: {number(len(result.script.nodes), 'node')}, version {result.script.version[:12]}")
