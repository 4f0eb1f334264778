"""`ivrkit check` and `ivrkit compile`: what flow authors run after each change."""

from __future__ import annotations

from enum import StrEnum
from pathlib import Path
from typing import Annotated

import typer

from ivrkit.cli.common import MISTAKE, ConfigOption, err, load_app, out, show
from ivrkit.errors import ConfigError
from ivrkit.flow import Diagnostic, as_github, as_json, dump


class Format(StrEnum):
    text = "text"
    json = "json"
    github = "github"


def check(
    flows: Annotated[list[Path] | None, typer.Argument(help="Flow files; all of the configuration by default.")] = None,
    form: Annotated[Format, typer.Option("--format", help="How mistakes are written.")] = Format.text,
    config: ConfigOption = None,
) -> None:
    """Tell every mistake in flows and their prompts, with its place."""
    app = load_app(config, flows[0] if flows else None)
    paths = flows or list(dict.fromkeys(app.config.numbers.values()))
    if not paths:
        raise ConfigError("name a flow file: ivrkit check flows/hotline.yaml")
    found = [fault for path in paths for fault in app.compile(path).diagnostics]
    _print(found, form, len(paths))
    if any(fault.severity == "error" for fault in found):
        raise typer.Exit(MISTAKE)


def _print(found: list[Diagnostic], form: Format, flows: int) -> None:
    if form is Format.json:
        out.file.write(as_json(found) + "\n")
    elif form is Format.github:
        out.file.write(as_github(found) + "\n" if found else "")
    else:
        show(found, out)
        err.print(_summary(found, flows))


def _summary(found: list[Diagnostic], flows: int) -> str:
    errors = sum(fault.severity == "error" for fault in found)
    warnings = len(found) - errors
    name = "1 flow" if flows == 1 else f"{flows} flows"
    if not found:
        return f"[green]{name}: no mistakes[/]"
    return f"{name}: {_number(errors, 'error')}, {_number(warnings, 'warning')}"


def _number(count: int, name: str) -> str:
    return f"{count} {name}" if count == 1 else f"{count} {name}s"


def compile_(
    flow: Annotated[Path, typer.Argument(help="The flow file.")],
    output: Annotated[Path | None, typer.Option("-o", "--output", help="Where the script goes; x.script.json.")] = None,
    config: ConfigOption = None,
) -> None:
    """Compile a flow to a script: JSON that runs as the YAML does."""
    result = load_app(config, flow).compile(flow)
    show(result.diagnostics, err)
    if result.script is None:
        raise typer.Exit(MISTAKE)
    path = output or flow.with_suffix(".script.json")
    path.write_bytes(dump(result.script))
    err.print(f"[green]{path}[/]: {len(result.script.nodes)} nodes, version {result.script.version[:12]}")
