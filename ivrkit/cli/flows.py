"""`ivrkit check` and `ivrkit compile`: what flow authors run after each change."""

from __future__ import annotations

from collections.abc import Iterator
from enum import StrEnum
from pathlib import Path
from typing import Annotated

import typer

from ivrkit.cli.common import MISTAKE, ConfigOption, err, load_app, number, out, show, write_line
from ivrkit.errors import ConfigError, FlowError
from ivrkit.flow import Diagnostic, as_github, as_json, dump


class Format(StrEnum):
    text = "text"
    json = "json"
    github = "github"


def check(
    flows: Annotated[list[Path] | None, typer.Argument(help="Flow files. By default all of the configuration.")] = None,
    form: Annotated[Format, typer.Option("--format", help="How mistakes are written.")] = Format.text,
    config: ConfigOption = None,
) -> None:
    """Tell every mistake in flows and their prompts, with its place."""
    try:
        paths = flows or load_app(config).flows
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


def _mistakes(paths: tuple[Path, ...] | list[Path], config: Path | None) -> Iterator[Diagnostic]:
    for path in paths:
        yield from load_app(config, path).compile(path).diagnostics


def _print(found: list[Diagnostic], form: Format, flows: int) -> None:
    if form is Format.text:
        show(found, out)
        err.print(_summary(found, flows), style="" if found else "green")
    elif form is Format.json:
        write_line(as_json(found))
    elif found:
        write_line(as_github(found))


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
