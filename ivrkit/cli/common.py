"""What the commands have in common: consoles, the application of this folder, how mistakes are shown."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn
from rich.text import Text

from ivrkit.app import App
from ivrkit.config import DEFAULT_FILE, Config
from ivrkit.errors import ConfigError
from ivrkit.flow import Diagnostic
from ivrkit.prompts.sounds import Sound
from ivrkit.tts import BuildReport, build

out = Console(highlight=False)
err = Console(stderr=True, highlight=False)

MISTAKE = 2
"Exit code when something that a person wrote or typed is wrong."

ConfigOption = Annotated[
    Path | None,
    typer.Option("--config", help="The configuration; ivrkit.yaml in this folder, or above the flow, by default."),
]


def load_app(config: Path | None, flow: Path | None = None) -> App:
    """The application of the configuration that was named, or found beside or above `flow`; else one without any."""
    if config:
        return App(config)
    places = [Path.cwd(), *(Path(flow).absolute().parents if flow else ())]
    found = next((place / DEFAULT_FILE for place in places if (place / DEFAULT_FILE).is_file()), None)
    if found:
        return App(found)
    if flow is None:
        raise ConfigError(f"there is no {DEFAULT_FILE} in this folder: go to your project, or name one with --config")
    return App(Config(folder=flow.absolute().parent.parent))


def show(diagnostics: Iterable[Diagnostic], console: Console) -> None:
    """Print mistakes as authors read them, errors in red, warnings in yellow."""
    for diagnostic in diagnostics:
        style = "red" if diagnostic.severity == "error" else "yellow"
        head, *source = str(diagnostic).split("\n")
        place, _, message = head.partition(f": {diagnostic.severity}: ")
        line = Text.assemble((f"{place}: ", "bold"), (f"{diagnostic.severity}: ", f"bold {style}"), message)
        console.print(line, soft_wrap=True)
        for text in source:
            console.print(Text(text, style="dim"), soft_wrap=True, no_wrap=True, crop=False)


def build_sounds(app: App, sounds: list[Sound]) -> BuildReport:
    """Build with a progress bar."""
    columns = (TextColumn("building prompts"), BarColumn(), MofNCompleteColumn())
    with Progress(*columns, console=err, transient=True) as progress:
        task = progress.add_task("", total=len(sounds))
        return build(
            sounds, app.sounds, progress=lambda done, total: progress.update(task, completed=done, total=total)
        )
