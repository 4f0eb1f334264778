"""`ivrkit dial`: a telephone in the terminal."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import partial
from pathlib import Path
from typing import Annotated

import typer

from ivrkit.app import App, shown
from ivrkit.calendars import Calendar
from ivrkit.cli.common import MISTAKE, ConfigOption, err, load_app, log_to_terminal, out, show
from ivrkit.cli.keyboard import SPEAK, TELEPHONE
from ivrkit.cli.lines import SocketLine, VirtualLine
from ivrkit.cli.moments import read_moment, zone_of
from ivrkit.cli.screen import JsonScreen, PlainScreen, Screen
from ivrkit.cli.sound import Speaker
from ivrkit.cli.telephone import converse, hurry
from ivrkit.commands import Part
from ivrkit.config import parse_address
from ivrkit.errors import ConfigError
from ivrkit.flow import load
from ivrkit.flow.artifact import LARGEST
from ivrkit.flow.models import walk
from ivrkit.hours import Hours
from ivrkit.nodes.fields import CalendarName
from ivrkit.prompts.sounds import Sound
from ivrkit.script import Script
from ivrkit.serving import sounds_of
from ivrkit.switch.simulated import SimulatedSwitch
from ivrkit.switch.virtual import estimated_seconds

SCRIPT = ".json"
NUMBER = "4001"
"What is called by a flow that has no number."
KEYS = frozenset(TELEPHONE + SPEAK)


def dial(
    what: Annotated[str, typer.Argument(metavar="FLOW", help="A flow, a script, or a number of the configuration.")],
    caller: Annotated[str, typer.Option("--from", metavar="NUMBER", help="The number you call from.")] = "13800001111",
    called: Annotated[
        str | None,
        typer.Option(
            "--to", metavar="NUMBER", help="The number that a flow is called by. By default its own, or 4001."
        ),
    ] = None,
    press: Annotated[
        list[str] | None,
        typer.Option(
            "--press",
            metavar="KEYS",
            help="Press these keys when the line is quiet; may be given several times. Then hang up.",
        ),
    ] = None,
    fast: Annotated[bool, typer.Option("--fast", help="Do not wait for what is said.")] = False,
    sound: Annotated[bool, typer.Option("--sound", help="Play what is said.")] = False,
    as_json: Annotated[bool, typer.Option("--json", help="One line of JSON for each thing that happens.")] = False,
    at: Annotated[
        str | None, typer.Option("--at", metavar="TIME", help="As if it were 2027-02-08T10:00 where the calendars are.")
    ] = None,
    connect: Annotated[
        str | None, typer.Option("--connect", metavar="HOST:PORT", help="Call a serving ivrkit through its call port.")
    ] = None,
    config: ConfigOption = None,
) -> None:
    """Call a flow from this terminal: hear it as text, press keys, hang up with q."""
    log_to_terminal()
    entries = checked_keys(press or [])
    # What a shell passes on may be no text at all.
    caller = caller.encode(errors="replace").decode()
    if fast and (connect or sound):
        raise ConfigError("--fast does not wait: leave it away with --connect and --sound")
    if connect and at:
        raise ConfigError("--at is for a call without --connect: a serving ivrkit goes by its own clock")
    if connect:
        with load_app(config) as app, _screen(as_json, sound, app, app.sounds_needed) as screen:
            _over_socket(parse_address(connect), app, screen, caller, what, entries)
        return
    with load_app(config, Path(what)) as app:
        flow, number = _rung(app, what)
        called = called or number
        script = _script(app, flow)
        with _screen(as_json, sound, app, lambda: sounds_of([script])) as screen:
            seconds = _spoken_seconds(app) if sound else estimated_seconds
            hours = Hours(app.calendars(flow), app.emergencies)
            started = read_moment(at, zone_of(_asked(script, hours))) if at else None
            ring = partial(VirtualLine, script, screen, caller, called, app, seconds, hours.state, started)
            hurry(ring(), entries) if fast else converse(ring, entries)


def checked_keys(entries: list[str]) -> list[str]:
    """What `--press` was given; ConfigError when no telephone has such keys."""
    for entry in entries:
        if not entry or set(entry) - KEYS:
            raise ConfigError(f'--press "{entry}": press keys of a telephone, 0 to 9, * and #, or s to speak')
    return entries


def _rung(app: App, what: str) -> tuple[Path, str]:
    """The flow that is called and its number: the configuration tells each by the other."""
    flow = Path(what)
    if what.isdecimal() and not flow.exists():
        if what not in app.config.numbers:
            raise ConfigError(f"{what} leads to no flow: add it under numbers: in ivrkit.yaml")
        return shown(app.config.numbers[what]), what
    return flow, next(iter(app.numbers_of(flow)), NUMBER)


@contextmanager
def _screen(as_json: bool, sound: bool, app: App, needed: Callable[[], list[Sound]]) -> Iterator[Screen]:
    screen = JsonScreen() if as_json else PlainScreen(out)
    if not sound:
        yield screen
        return
    with Speaker(screen, app.sounds, needed()) as speaker:
        yield speaker


def _spoken_seconds(app: App) -> Callable[[Part], float]:
    return lambda part: sum(map(app.sounds.duration, part.sounds))


def _script(app: App, flow: Path) -> Script:
    if flow.suffix == SCRIPT:
        return _read_script(flow)
    result = app.compile(flow)
    show(result.diagnostics, err)
    if result.script is None:
        raise typer.Exit(MISTAKE)
    return result.script


def _asked(script: Script, hours: Hours) -> list[Calendar]:
    """The calendars that a call may ask."""
    nodes = [node for part in (script, *script.flows.values()) for node in part.nodes.values()]
    names = {name for node in nodes for _, name in walk(node, CalendarName)}
    return [calendar for name, calendar in hours.calendars.items() if name in names]


def _read_script(path: Path) -> Script:
    try:
        with path.open("rb") as file:
            return load(file.read(LARGEST + 1))
    except OSError as error:
        raise ConfigError(f"{path} cannot be read: {error.strerror}") from None
    except ConfigError as error:
        raise ConfigError(f"{path}: {error}") from None


def _over_socket(
    address: tuple[str, int], app: App, screen: Screen, caller: str, called: str, entries: list[str]
) -> None:
    with SimulatedSwitch() as switch:
        ring = partial(SocketLine, address, app.sounds, screen, caller, called, switch)
        converse(ring, entries).check_answered()
