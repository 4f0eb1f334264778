"""`ivrkit demo` and `ivrkit demo-data`: the ready-made hotline, whole, on a machine without FreeSWITCH."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from tempfile import TemporaryFile
from time import monotonic
from typing import IO

from gevent import sleep

from ivrkit.cli.common import ConfigOption, build_sounds, err, find_config, load_app, out
from ivrkit.cli.keyboard import Keyboard
from ivrkit.cli.lines import SocketLine
from ivrkit.cli.screen import PlainScreen
from ivrkit.cli.telephone import converse
from ivrkit.errors import SwitchError
from ivrkit.store import write_demo_data
from ivrkit.switch.simulated import SimulatedSwitch

START_DEADLINE = 30.0
OWNER = "13800001111"
"The caller whose bill the demonstration data has."


@dataclass(frozen=True, slots=True)
class WrittenCall:
    """A call that needs no hands."""

    title: str
    caller: str
    presses: tuple[str, ...]


WRITTEN_CALLS = (
    WrittenCall("In Chinese: the bill of the number that calls", OWNER, ("1", "2")),
    WrittenCall("In English: the bill of an account that is keyed in", "13900009999", ("2", "2", "12345674#", "1")),
)
BY_HAND = WrittenCall("The hotline rings.", OWNER, ())


def demo_data(config: ConfigOption = None) -> None:
    """Write the demonstration customers, accounts, bills and tariffs into the store."""
    with load_app(config) as app:
        write_demo_data(app.store)
        where = f"demonstration data written to {app.config.store}"
        err.print(f"{where}: account 12345674 of {OWNER} owes 42.50", style="green")


def demo(config: ConfigOption = None) -> None:
    """Build the prompts, serve the hotline, and call it from here: by hand, or with two written calls."""
    found = find_config(config)
    with load_app(found) as app:
        err.print("Building the prompts: a minute the first time.")
        build_sounds(app, app.sounds_needed())
        write_demo_data(app.store)
    calls = (BY_HAND,) if Keyboard().present else WRITTEN_CALLS
    number = next(iter(app.config.numbers))
    with _served(found) as address, SimulatedSwitch() as switch:
        for call in calls:
            out.print(f"\n{call.title}", style="bold")
            ring = partial(SocketLine, address, app.sounds, PlainScreen(out), call.caller, number, switch)
            converse(ring, call.presses)


@contextmanager
def _served(config: Path | None) -> Iterator[tuple[str, int]]:
    """`ivrkit serve` in a process of its own, on a free port; it ends with the block."""
    command = [sys.executable, "-m", "ivrkit", "serve", "--listen", "127.0.0.1:0", "--patience", "1"]
    command += ["--config", str(config)] if config else []
    # Into a file: a pipe that nobody reads any more would stop the server when it is full.
    with TemporaryFile("w+") as said:
        process = subprocess.Popen(command, stdin=subprocess.DEVNULL, stderr=said)  # noqa: S603  # our own words
        try:
            yield _address_of(process, said)
        finally:
            process.terminate()
            try:
                process.wait(5)
            except subprocess.TimeoutExpired:
                process.kill()


def _address_of(process: subprocess.Popen[bytes], said: IO[str]) -> tuple[str, int]:
    deadline = monotonic() + START_DEADLINE
    while monotonic() < deadline:
        ended = process.poll() is not None
        text = os.pread(said.fileno(), 10_000, 0).decode(errors="replace")
        for line in text.splitlines(keepends=True):
            if line.startswith("serving") and line.endswith("\n"):
                host, _, port = line.split()[-1].rpartition(":")
                return host, int(port)
        if ended:
            raise SwitchError(f"ivrkit serve did not start:\n{text.strip()}")
        sleep(0.05)
    raise SwitchError(f"ivrkit serve did not start within {START_DEADLINE:g} s")
