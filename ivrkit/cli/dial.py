"""`ivrkit dial`: a telephone in the terminal."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Any

import typer

from ivrkit.app import App
from ivrkit.cli.common import MISTAKE, ConfigOption, err, load_app, out, show
from ivrkit.cli.lines import SocketLine, VirtualLine
from ivrkit.cli.screen import JsonScreen, PlainScreen, Screen
from ivrkit.cli.sound import Speaker
from ivrkit.cli.telephone import converse
from ivrkit.commands import RunAction
from ivrkit.config import parse_address
from ivrkit.errors import ConfigError
from ivrkit.events import CallArrived
from ivrkit.flow import load
from ivrkit.script import Outcome, Script
from ivrkit.switch.simulated import SimulatedSwitch
from ivrkit.switch.world import World

SCRIPT = ".json"
KEYS = set("0123456789*#")


def dial(
    what: Annotated[str, typer.Argument(metavar="FLOW", help="A flow, a script, or with --connect a number.")],
    caller: Annotated[str, typer.Option("--from", help="The number that you call from.")] = "13800001111",
    called: Annotated[str, typer.Option("--to", help="The number that you call.")] = "4001",
    press: Annotated[
        list[str] | None,
        typer.Option("--press", help="Keys to press when the line is quiet; once for each entry. Then hangs up."),
    ] = None,
    fast: Annotated[bool, typer.Option("--fast", help="Do not wait for what is said.")] = False,
    sound: Annotated[bool, typer.Option("--sound", help="Play what is said.")] = False,
    as_json: Annotated[bool, typer.Option("--json", help="One line of JSON for each thing that happens.")] = False,
    connect: Annotated[
        str | None, typer.Option("--connect", metavar="HOST:PORT", help="Call a serving ivrkit through its call port.")
    ] = None,
    config: ConfigOption = None,
) -> None:
    """Call a flow from this terminal: hear it as text, press keys, hang up with q."""
    screen: Screen = JsonScreen(out) if as_json else PlainScreen(out)
    entries = _checked(press or [])
    if connect:
        _over_socket(connect, load_app(config), screen, caller, what, entries)
        return
    flow = Path(what)
    app = load_app(config, flow)
    script = _script(app, flow)
    if sound:
        screen = Speaker(screen, app.sounds)
    line = VirtualLine(script, screen, caller, called, _world(app, caller, called, script))
    try:
        converse(line, entries, fast)
    finally:
        app.close()


def _checked(entries: list[str]) -> list[str]:
    for entry in entries:
        if not entry or set(entry) - KEYS:
            raise ConfigError(f'--press "{entry}": press keys of a telephone, 0 to 9, * and #')
    return entries


def _script(app: App, flow: Path) -> Script:
    if flow.suffix == SCRIPT:
        return load(read_bytes(flow))
    result = app.compile(flow)
    show(result.diagnostics, err)
    if result.script is None:
        raise typer.Exit(MISTAKE)
    return result.script


def read_bytes(path: Path) -> bytes:
    """A file's content; ConfigError in one line when it cannot be read."""
    try:
        return path.read_bytes()
    except OSError as error:
        raise ConfigError(f"{path} cannot be read: {error.strerror}") from None


def _world(app: App, caller: str, called: str, script: Script) -> World:
    arrived = CallArrived(0.0, "dial", caller, "", called, app.now())

    def perform(name: str, arguments: Any) -> Outcome:
        return app.perform(RunAction("dial", name, arguments), arrived, script.languages[0])

    return World(perform)


def _over_socket(address: str, app: App, screen: Screen, caller: str, called: str, entries: list[str]) -> None:
    with SimulatedSwitch() as switch:
        line = SocketLine(parse_address(address), app.sounds, screen, caller, called, switch)
        converse(line, entries, fast=False)
