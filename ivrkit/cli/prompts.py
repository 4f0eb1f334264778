"""`ivrkit prompts`: build what callers hear, and list it."""

from __future__ import annotations

from typing import Annotated

import typer
from rich.table import Table

from ivrkit.cli.common import ConfigOption, build_sounds, err, load_app, out

app = typer.Typer(no_args_is_help=True, help="Build and list what callers hear.")


@app.command("build")
def build(config: ConfigOption = None) -> None:
    """Make every sound that the flows need. What is there already and unchanged is kept."""
    ivr = load_app(config)
    report = build_sounds(ivr, ivr.sounds_needed())
    err.print(
        f"[green]{len(report.built)} sounds made[/], {len(report.kept)} kept, {report.seconds:.1f} s: {ivr.sounds.root}"
    )


@app.command("list")
def list_(
    lang: Annotated[str | None, typer.Option("--lang", help="Only this language.")] = None, config: ConfigOption = None
) -> None:
    """List every sound with its words, and whether it is built."""
    ivr = load_app(config)
    table = Table("sound", "words", "seconds", box=None, pad_edge=False)
    for sound in sorted(ivr.sounds_needed(), key=lambda sound: sound.name):
        if lang in (None, sound.language):
            built = not ivr.sounds.missing([sound.name])
            table.add_row(
                sound.name, sound.text, f"{ivr.sounds.duration(sound.name):.2f}" if built else "[red]missing[/]"
            )
    out.print(table)
