"""What the commands have in common: consoles, the application of a project, how mistakes are shown."""

from __future__ import annotations

import logging
import sys
from collections.abc import Iterable
from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn
from rich.table import Table
from rich.text import Text

from ivrkit.app import App
from ivrkit.app import find_config as find_config  # commands take what they need from here
from ivrkit.app import load_app as load_app
from ivrkit.flow import Diagnostic
from ivrkit.prompts.sounds import Sound
from ivrkit.tts import BuildReport, build

# Nothing that is printed is taken for markup: names of files and words of prompts may have brackets in them.
out = Console(highlight=False, markup=False, emoji=False, soft_wrap=True)
err = Console(highlight=False, markup=False, emoji=False, soft_wrap=True, stderr=True)

MISTAKE = 2
"Exit code when something that a person wrote or typed is wrong."
WIDEST = 1000
"Columns of a table that goes into a file or another program."

ConfigOption = Annotated[
    Path | None,
    typer.Option("--config", help="The configuration. By default the nearest ivrkit.yaml above the flow, or here."),
]


def show(diagnostics: Iterable[Diagnostic], console: Console) -> None:
    """Print mistakes as authors read them, errors in red, warnings in yellow."""
    for diagnostic in diagnostics:
        style = "red" if diagnostic.severity == "error" else "yellow"
        head, *source = str(diagnostic).split("\n")
        place, _, message = head.partition(f": {diagnostic.severity}: ")
        console.print(Text.assemble((f"{place}: ", "bold"), (f"{diagnostic.severity}: ", f"bold {style}"), message))
        for text in source:
            console.print(text, style="dim")


def show_table(table: Table) -> None:
    """Print a table that fits the terminal; whole lines where there is none."""
    console = Console(width=None if out.is_terminal else WIDEST, highlight=False, markup=False, emoji=False)
    with console.capture() as printed:
        console.print(table)
    write_line("\n".join(line.rstrip() for line in printed.get().splitlines()))


def write_line(text: str) -> None:
    """Write a line for programs to read, as it is."""
    out.file.write(f"{text}\n")
    out.file.flush()


def printable(text: str) -> str:
    """Text without what could move a terminal's cursor or turn the direction of a line."""
    return "".join(char if char.isprintable() else "\ufffd" for char in text)


def number(count: int, name: str) -> str:
    """`1 error`, `2 errors`."""
    return f"{count} {name}" if count == 1 else f"{count} {name}s"


class _OneLine(logging.Formatter):
    """What went wrong, without the traceback that only a serving ivrkit's log keeps."""

    def format(self, record: logging.LogRecord) -> str:
        return printable(f"{record.levelname.lower()}: {record.getMessage()}")


def log_to_terminal() -> None:
    """Show warnings and errors of the library to the person at the terminal."""
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(_OneLine())
    logging.basicConfig(level=logging.WARNING, handlers=[handler])


def build_sounds(app: App, sounds: list[Sound]) -> BuildReport:
    """Build with a progress bar."""
    columns = (TextColumn("building prompts"), BarColumn(), MofNCompleteColumn())
    with Progress(*columns, console=err, transient=True, disable=not err.is_terminal) as progress:
        task = progress.add_task("", total=len(sounds))
        return build(
            sounds, app.sounds, progress=lambda done, total: progress.update(task, completed=done, total=total)
        )
