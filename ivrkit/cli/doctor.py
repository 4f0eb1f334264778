"""`ivrkit doctor`: whether this machine and this project are fit to serve calls."""

from __future__ import annotations

import socket
import sys
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from ipaddress import ip_address
from typing import Literal

import typer
from rich.table import Table

from ivrkit.app import App
from ivrkit.cli.common import MISTAKE, ConfigOption, load_app, out
from ivrkit.errors import IvrkitError
from ivrkit.prompts.sounds import Sound
from ivrkit.tts import make_engine

State = Literal["good", "warning", "bad"]
STYLES: dict[State, str] = {"good": "green", "warning": "yellow", "bad": "red"}


@dataclass(frozen=True, slots=True)
class Finding:
    """What one look found."""

    what: str
    state: State
    text: str


def doctor(config: ConfigOption = None) -> None:
    """Look at everything that serving calls needs, and say what to do about what is missing."""
    app = load_app(config)
    findings = [finding for look in LOOKS for finding in _looked(look, app)]
    app.close()
    table = Table("", "what", "", box=None, pad_edge=False)
    for finding in findings:
        style = STYLES[finding.state]
        table.add_row(f"[{style}]{finding.state}[/]", finding.what, f"[{style}]{finding.text}[/]")
    out.print(table)
    if any(finding.state == "bad" for finding in findings):
        raise typer.Exit(MISTAKE)


Look = Callable[[App], Iterator[Finding]]


def _looked(look: Look, app: App) -> Iterator[Finding]:
    what = look.__name__.strip("_").replace("_", " ")
    try:
        yield from look(app)
    except IvrkitError as error:
        yield Finding(what, "bad", str(error).splitlines()[0])


def _python(app: App) -> Iterator[Finding]:
    yield Finding("python", "good", sys.version.split()[0])


def _flows(app: App) -> Iterator[Finding]:
    if not app.config.numbers:
        yield Finding("flows", "bad", 'no number leads to a flow: add numbers: {"4001": flows/hotline.yaml}')
    for number, path in app.config.numbers.items():
        faults = app.compile(path).diagnostics
        errors = [fault for fault in faults if fault.severity == "error"]
        state: State = "bad" if errors else "warning" if faults else "good"
        text = (
            f"{len(errors)} errors, {len(faults) - len(errors)} warnings: run ivrkit check" if faults else "no mistakes"
        )
        yield Finding(f"flow of {number}", state, text)


def _voices(app: App) -> Iterator[Finding]:
    for language, voice in app.config.voices.items():
        with make_engine(voice.engine) as engine:
            engine.check(language, voice)
            yield Finding(f"voice {language}", "good", f"{voice.engine} {engine.version}, {voice.name}")


def _sounds(app: App) -> Iterator[Finding]:
    needed: list[Sound] = app.sounds_needed()
    missing = app.sounds.missing(sound.name for sound in needed)
    if missing:
        yield Finding("sounds", "bad", f"{len(missing)} of {len(needed)} are missing: run ivrkit prompts build")
    else:
        yield Finding("sounds", "good", f"all {len(needed)} are built")


def _store(app: App) -> Iterator[Finding]:
    app.store.calls(limit=1)
    yield Finding("store", "good", app.config.store)


def _call_port(app: App) -> Iterator[Finding]:
    host, port = app.config.listen
    if not ip_address(socket.gethostbyname(host)).is_loopback:
        text = f"{host} can be reached from outside; let only FreeSWITCH in with allow: [10.0.0.5]"
        yield Finding("call port", "warning" if app.config.allow else "bad", text)
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((host, port))
        except OSError as error:
            yield Finding("call port", "warning", f"{host}:{port}: {error.strerror}; is ivrkit serving already?")
        else:
            yield Finding("call port", "good", f"{host}:{port} is free")


def _targets(app: App) -> Iterator[Finding]:
    for name, target in app.config.targets.items():
        yield Finding(f"target {name}", "good" if target else "warning", target or "nobody answers: set a dial string")


LOOKS: tuple[Look, ...] = (_python, _flows, _voices, _sounds, _store, _call_port, _targets)
