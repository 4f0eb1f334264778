"""How long calls wait because flows are read again: a flow of 2,000 lines, changed while 500 calls run."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory

import gevent

from bench.flows import a_long_flow
from ivrkit import App, build_sounds
from ivrkit.switch.simulated import SimulatedCall, SimulatedSwitch

CONFIG = """\
numbers: {"4001": flows/long.yaml}
voices: {zh: {engine: silence, voice: none, rate: 450}, en: {engine: silence, voice: none, rate: 450}}
store: "memory:"
"""
KEY_EVERY = 5.0
"Seconds between two keys of a caller."
CALM = 2.0
"Seconds that are watched without a change, for each change."
START = 60.0
"Seconds that the calls have to be there."


@dataclass(frozen=True, slots=True)
class Pause:
    """The longest times that everything stood still, in ms."""

    calm: list[float]
    reloading: list[float]


def pauses(callers: int, rounds: int) -> Pause:
    """With `callers` calls running: without a change, and with one, `rounds` times each."""
    with TemporaryDirectory() as name:
        folder = Path(name)
        (folder / "flows").mkdir()
        (folder / "ivrkit.yaml").write_text(CONFIG)
        _change(folder, 0)
        with App(folder / "ivrkit.yaml") as app:
            build_sounds(app.sounds_needed(), app.sounds)
        with _serving(folder) as process, SimulatedSwitch(sounds=folder) as switch:
            return _measured(process, switch, folder, callers, rounds)


def _measured(
    process: subprocess.Popen[str], switch: SimulatedSwitch, folder: Path, callers: int, rounds: int
) -> Pause:
    assert process.stdout is not None
    port = int(process.stdout.readline())
    calls = [switch.call("127.0.0.1", port, f"138{n:08}", called_number="4001") for n in range(callers)]
    keys = [gevent.spawn(_press, call, KEY_EVERY * (1 + n / callers)) for n, call in enumerate(calls)]
    with gevent.Timeout(START):
        while any(call.answered_at is None for call in calls):
            gevent.sleep(0.1)
    found = Pause([], [])
    for number in range(1, rounds + 1):
        found.calm.append(_ask(process, str(CALM)))
        _change(folder, number)
        found.reloading.append(_ask(process, "reload"))
    gevent.killall(keys)
    return found


def _press(call: SimulatedCall, after: float) -> None:
    gevent.sleep(after)
    while not call.ended:
        call.press("1")
        gevent.sleep(KEY_EVERY)


def _change(folder: Path, number: int) -> None:
    text = a_long_flow().replace("defaults: {", f"defaults: {{tries: {2 + number % 5}, ", 1)
    (folder / "flows/long.yaml").write_text(text, encoding="utf-8")


@contextmanager
def _serving(folder: Path) -> Iterator[subprocess.Popen[str]]:
    command = [sys.executable, "-m", "bench.controllers.reloading", str(folder)]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as process:
        try:
            yield process
        finally:
            process.kill()


def _ask(process: subprocess.Popen[str], word: str) -> float:
    """Asks in a thread, so that the callers go on meanwhile."""
    return float(gevent.get_hub().threadpool.apply(_asked, (process, word)))


def _asked(process: subprocess.Popen[str], word: str) -> str:
    assert process.stdin and process.stdout
    print(word, file=process.stdin, flush=True)
    longest, _calls, changes = process.stdout.readline().split()
    assert word != "reload" or changes == "1", "the change was not taken"
    return longest
