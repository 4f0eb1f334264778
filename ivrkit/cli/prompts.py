"""`ivrkit prompts`: build what callers hear, and list it."""

from __future__ import annotations

from typing import Annotated

import typer
from rich.table import Table
from rich.text import Text

from ivrkit.app import App, shown
from ivrkit.cli.common import ConfigOption, build_sounds, err, load_app, number, show_table
from ivrkit.errors import ConfigError
from ivrkit.prompts.sounds import Sound

app = typer.Typer(no_args_is_help=True, help="Build and list what callers hear.")


@app.command("build")
def build(config: ConfigOption = None) -> None:
    """Make every sound that the flows need. What is there already and unchanged is kept."""
    ivr = load_app(config)
    report = build_sounds(ivr, ivr.sounds_needed())
    made, kept = number(len(report.built), "sound"), len(report.kept)
    err.print(f"{made} made, {kept} kept, {report.seconds:.1f} s: {shown(ivr.sounds.root)}", style="green")


@app.command("list")
def list_(
    language: Annotated[str | None, typer.Option("--lang", help="Only this language.")] = None,
    config: ConfigOption = None,
) -> None:
    """List every sound with its words, and whether it is built."""
    ivr = load_app(config)
    sounds = sorted(ivr.sounds_needed(), key=lambda sound: sound.name)
    languages = sorted({sound.language for sound in sounds})
    if language and language not in languages:
        raise ConfigError(f'the flows do not speak "{language}": --lang is one of {", ".join(languages)}')
    table = Table("sound", "words", "seconds", box=None, pad_edge=False)
    for sound in sounds:
        if language in (None, sound.language):
            table.add_row(Text(sound.name), Text(sound.text), _seconds(ivr, sound))
    show_table(table)


def _seconds(ivr: App, sound: Sound) -> Text:
    if ivr.sounds.missing([sound.name]):
        return Text("missing", style="red")
    return Text(f"{ivr.sounds.duration(sound.name):.2f}")
