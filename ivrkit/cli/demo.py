"""`ivrkit demo` and `ivrkit demo-data`: the ready-made hotline, whole, on a machine without FreeSWITCH."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from time import monotonic, sleep

from ivrkit.app import App
from ivrkit.cli.common import ConfigOption, build_sounds, err, load_app, out
from ivrkit.cli.keyboard import Keyboard
from ivrkit.cli.lines import SocketLine
from ivrkit.cli.screen import PlainScreen
from ivrkit.cli.telephone import converse
from ivrkit.errors import SwitchError
from ivrkit.store import write_demo_data
from ivrkit.switch.simulated import SimulatedSwitch

START_DEADLINE = 30.0


@dataclass(frozen=True, slots=True)
class WrittenCall:
    """A call that needs no hands."""

    title: str
    caller: str
    presses: tuple[str, ...]


WRITTEN_CALLS = (
    WrittenCall("In Chinese: the bill of the number that calls", "13800001111", ("1", "2")),
    WrittenCall("In English: the bill of an account that is keyed in", "13900009999", ("2", "2", "12345674#", "1")),
)


def demo_data(config: ConfigOption = None) -> None:
    """Write the demonstration customers, accounts, bills and tariffs into the store."""
    app = load_app(config)
    write_demo_data(app.store)
    app.close()
    err.print(f"[green]demonstration data written[/] to {app.config.store}: account 12345674 of 13800001111 owes 42.50")


def demo(config: ConfigOption = None) -> None:
    """Build the prompts, serve the hotline, and call it from here: by hand, or with two written calls."""
    app = load_app(config)
    write_demo_data(app.store)
    app.close()
    build_sounds(app, app.sounds_needed())
    number = next(iter(app.config.numbers))
    with _served(app) as address, SimulatedSwitch() as switch, Keyboard() as keyboard:
        if keyboard.present:
            _by_hand(address, app, switch, number)
        else:
            _by_itself(address, app, switch, number)


def _by_hand(address: tuple[str, int], app: App, switch: SimulatedSwitch, number: str) -> None:
    err.print("[bold]The hotline rings.[/] Press 0 to 9, * and # at any moment; q hangs up.")
    converse(SocketLine(address, app.sounds, PlainScreen(out), "13800001111", number, switch), (), fast=False)


def _by_itself(address: tuple[str, int], app: App, switch: SimulatedSwitch, number: str) -> None:
    for call in WRITTEN_CALLS:
        out.print(f"\n[bold]{call.title}[/]")
        line = SocketLine(address, app.sounds, PlainScreen(out), call.caller, number, switch)
        converse(line, call.presses, fast=False)


@contextmanager
def _served(app: App) -> Iterator[tuple[str, int]]:
    """`ivrkit serve` in a process of its own, on a free port; it ends with the block."""
    command = [sys.executable, "-m", "ivrkit", "serve", "--listen", "127.0.0.1:0", "--patience", "1"]
    command += ["--config", str(app.config.folder / "ivrkit.yaml")]
    process = subprocess.Popen(command, stderr=subprocess.PIPE, text=True)  # noqa: S603  # our own words
    try:
        yield _address_of(process)
    finally:
        process.terminate()
        try:
            process.wait(5)
        except subprocess.TimeoutExpired:
            process.kill()


def _address_of(process: subprocess.Popen[str]) -> tuple[str, int]:
    assert process.stderr
    deadline, said = monotonic() + START_DEADLINE, ""
    while monotonic() < deadline and process.poll() is None:
        line = process.stderr.readline()
        said += line
        if line.startswith("serving"):
            host, _, port = line.split()[-1].rpartition(":")
            return host, int(port)
        sleep(0.01)
    raise SwitchError(f"ivrkit serve did not start: {said.strip() or 'it said nothing'}")
