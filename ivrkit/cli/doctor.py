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
from rich.text import Text

from ivrkit.app import App
from ivrkit.cli.common import MISTAKE, ConfigOption, load_app, number, show_table
from ivrkit.errors import IvrkitError, SpeechError, SwitchError
from ivrkit.switch.call_port import CallPort
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
    with load_app(config) as app:
        findings = [finding for what, look in LOOKS.items() for finding in _looked(what, look, app)]
    table = Table("", "what", "", box=None, pad_edge=False)
    for finding in findings:
        style = STYLES[finding.state]
        table.add_row(Text(finding.state, style), Text(finding.what), Text(finding.text, style))
    show_table(table)
    if any(finding.state == "bad" for finding in findings):
        raise typer.Exit(MISTAKE)


Look = Callable[[App], Iterator[Finding]]


def _looked(what: str, look: Look, app: App) -> Iterator[Finding]:
    try:
        yield from look(app)
    except IvrkitError as error:
        yield Finding(what, "bad", str(error).partition("\n")[0])


def _python(app: App) -> Iterator[Finding]:
    yield Finding("python", "good", sys.version.split()[0])


def _flows(app: App) -> Iterator[Finding]:
    for called, path in app.config.numbers.items():
        faults = app.compile(path).diagnostics
        errors = sum(fault.severity == "error" for fault in faults)
        state: State = "bad" if errors else "warning" if faults else "good"
        counted = f"{number(errors, 'error')}, {number(len(faults) - errors, 'warning')}: run ivrkit check"
        yield Finding(f"flow of {called}", state, counted if faults else "no mistakes")


def _calendars(app: App) -> Iterator[Finding]:
    for name in app.hours.calendars:
        reading = app.hours.read(name)
        state: State = "warning" if reading.state == "emergency" else "good"
        yield Finding(f"calendar {name}", state, f"{reading.state}: {reading.why}")


def _voices(app: App) -> Iterator[Finding]:
    for language, voice in app.config.voices.items():
        try:
            with make_engine(voice.engine) as engine:
                engine.check(language, voice)
                yield Finding(f"voice {language}", "good", f"{voice.engine} {engine.version}, {voice.name}")
        except SpeechError as error:
            yield Finding(f"voice {language}", "bad", str(error))


def _sounds(app: App) -> Iterator[Finding]:
    needed = app.sounds_needed()
    missing = app.sounds.missing(sound.name for sound in needed)
    if missing:
        yield Finding("sounds", "bad", f"{len(missing)} of {len(needed)} are missing: run ivrkit prompts build")
    else:
        yield Finding("sounds", "good", f"all {len(needed)} are built")


def _recordings(app: App) -> Iterator[Finding]:
    app.recordings.check()
    yield Finding("recordings", "good", f"{app.recordings.root} can be written")


def _store(app: App) -> Iterator[Finding]:
    app.store.calls(limit=1)
    yield Finding("store", "good", app.config.store)


def _call_port(app: App) -> Iterator[Finding]:
    host, port = app.config.listen
    probe = CallPort(lambda connection, channel: None, host, port)
    try:
        probe.start()
    except SwitchError as error:
        yield Finding("call port", "warning", f"{error}; is ivrkit serving already?")
        return
    probe.stop()
    yield Finding("call port", "good", f"{host}:{port} is free")
    address = ip_address(socket.getaddrinfo(host, port)[0][4][0])
    if not address.is_loopback:
        state: State = "bad" if address.is_unspecified or address.is_global else "warning"
        text = f"{host} can be reached by others: listen on 127.0.0.1, or where only FreeSWITCH reaches it"
        yield Finding("call port", state, text)


def _targets(app: App) -> Iterator[Finding]:
    for name, target in app.config.targets.items():
        yield Finding(f"target {name}", "good" if target else "warning", target or "nobody answers: set a dial string")


LOOKS: dict[str, Look] = {
    "python": _python,
    "flows": _flows,
    "calendars": _calendars,
    "voices": _voices,
    "sounds": _sounds,
    "recordings": _recordings,
    "store": _store,
    "call port": _call_port,
    "targets": _targets,
}
"What is looked at, in this order; what an ivrkit error ends is bad."
