"""The hotline as an operator has it: a project folder, its sounds, `ivrkit serve` as a process of its own."""

from __future__ import annotations

import os
import shutil
import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from time import monotonic, sleep
from typing import Any

from ivrkit.app import App
from ivrkit.commands import CallRecord
from ivrkit.prompts.plan import plan
from tests.live.freeswitch import Ports
from tests.live.processes import ended
from tests.live.wire import Samples, read_wav

PROJECT = Path(__file__).parents[2]
COMMAND_DEADLINE, START_DEADLINE, STOP_DEADLINE, RECORD_DEADLINE = 300.0, 30.0, 10.0, 10.0
CONFIGURATION = """numbers:
  "4001": flows/hotline.yaml
  "4002": flows/impatient.yaml
  "4004": flows/media.yaml
listen: 127.0.0.1:{calls}
store: sqlite:///data/ivrkit.db
sounds: sounds
actions: [ivrkit.actions.water]
targets:
  person: sofia/ivrkit/person@127.0.0.1:{person}
"""
MEDIA = """flow: media
languages: [en]
start: what
defaults: {first_digit: 2s, tries: 1, give_up: end}
nodes:
  what:
    prompt: {en: What would you like?}
    menu:
      "1": {next: message}
      "2": {next: reviewed}
      "3": {next: whispered}
      "4": {next: given_away}
      "5": {next: short}
  message:
    record: {en: Please speak after the tone.}
    silence: 2s
    limit: 20s
    on: {next: thanks, empty: nothing, error: wrong}
  reviewed:
    record: {en: Please speak after the tone.}
    silence: 3s
    review: yes
    on: {next: thanks, empty: nothing, error: wrong}
  short:
    record: {en: Please speak after the tone.}
    silence: 5s
    limit: 5s
    on: {next: thanks, empty: nothing, error: wrong}
  whispered:
    transfer: person
    ring: 4s
    whisper: {en: A caller for you from the water hotline.}
    on: {answered: thanks, busy: nothing, no_answer: nobody, failed: wrong}
  given_away:
    transfer: person
    mode: blind
    ring: 6s
    on: {busy: nothing, no_answer: nobody, failed: wrong}
  thanks: {play: {en: Thank you very much.}, next: end}
  nothing: {play: {en: There was nothing.}, next: end}
  nobody: {play: {en: Nobody is there.}, next: end}
  wrong: {play: {en: That did not work.}, next: end}
  end: {hangup: normal}
"""
"Recordings and transfers of every kind."
IMPATIENT = {
    "first_digit: 5s": "first_digit: 1s",
    "tries: 3 ": "tries: 2 ",
    "ring: 25s": "ring: 3s",
    "busy: nobody, no_answer: nobody, failed: nobody": "busy: end, no_answer: nobody, failed: bye",
}
"The hotline in a hurry, and with a way out of its own for everything that can become of a transfer."

ALWAYS_OPEN = "calendars: {office: {timezone: Asia/Shanghai, open: {daily: 24h}}}\n"
"So that callers find a person whenever the tests run."


@dataclass
class Hotline:
    """A project folder with built sounds and demonstration data."""

    folder: Path

    @classmethod
    def prepare(cls, folder: Path, ports: Ports) -> Hotline:
        """The project's flows and words in `folder`, and all that an operator does before serving."""
        for name in ("flows", "prompts"):
            shutil.copytree(PROJECT / name, folder / name)
        flow = (folder / "flows/hotline.yaml").read_text()
        for old, new in IMPATIENT.items():
            assert flow.count(old) == 1, old
            flow = flow.replace(old, new)
        (folder / "flows/impatient.yaml").write_text(flow)
        (folder / "flows/calendars.yaml").write_text(ALWAYS_OPEN)
        (folder / "flows/media.yaml").write_text(MEDIA)
        (folder / "ivrkit.yaml").write_text(CONFIGURATION.format(calls=ports.calls, person=ports.person))
        hotline = cls(folder)
        hotline.run("prompts", "build")
        hotline.run("demo-data")
        return hotline

    def run(self, *words: str) -> None:
        """Run one of ivrkit's commands to its end."""
        command = [sys.executable, "-m", "ivrkit", *words]
        subprocess.run(command, cwd=self.folder, check=True, timeout=COMMAND_DEADLINE, capture_output=True)

    @cached_property
    def app(self) -> App:
        return App(self.folder / "ivrkit.yaml")

    def sounds(self, *prompts: str, language: str = "zh", number: str = "4001", **values: Any) -> list[Samples]:
        """What a caller hears of prompts that are said without a pause, with these values in them."""
        script = self.app.scripts[number]
        plans = [plan(script.prompts[prompt][language], language, values, script.lists) for prompt in prompts]
        return [read_wav(self.app.sounds.file(name, 8000)) for said in plans for name in said.sounds]

    def records(self, number: int, caller: str, seconds: float = RECORD_DEADLINE) -> list[CallRecord]:
        """The records of this caller's calls, once there are `number`."""
        deadline = monotonic() + seconds
        while len(found := self.records_of(caller)) < number and monotonic() < deadline:
            sleep(0.1)
        assert len(found) == number, f"{len(found)} records of {caller}, not {number}"
        return found

    def record(self, caller: str) -> CallRecord:
        """The record of the one call that this caller made."""
        return self.records(1, caller)[0]

    def records_of(self, caller: str) -> list[CallRecord]:
        """The records of this caller's calls that are written now, the latest first."""
        return [record for record in self.app.store.calls(1000) if record.caller_number == caller]


@dataclass(frozen=True, slots=True)
class Served:
    """`ivrkit serve` as it runs."""

    process: subprocess.Popen[bytes]
    log: Path

    def kill(self) -> None:
        """End it as a power cut would."""
        os.kill(self.process.pid, signal.SIGKILL)
        self.process.wait(5.0)

    def log_text(self) -> str:
        return self.log.read_text(errors="replace")


@contextmanager
def served(hotline: Hotline, patience: float = 1.0) -> Iterator[Served]:
    """`ivrkit serve`, from the moment that it takes calls to the end of the block."""
    log = hotline.folder / "serve.log"
    command = [sys.executable, "-m", "ivrkit", "serve", "--patience", str(patience)]
    with log.open("wb") as file:
        process = subprocess.Popen(command, cwd=hotline.folder, stdin=subprocess.DEVNULL, stdout=file, stderr=file)
    serving = Served(process, log)
    try:
        _wait_until_serving(serving)
        yield serving
    finally:
        ended(process, STOP_DEADLINE)


def _wait_until_serving(serving: Served) -> None:
    deadline = monotonic() + START_DEADLINE
    while "serving" not in serving.log_text():
        if serving.process.poll() is not None or monotonic() > deadline:
            raise AssertionError(f"ivrkit serve did not start:\n{serving.log_text()}")
        sleep(0.05)
