"""A small project as a flow author has it, and `ivrkit` typed in it: in this process, or in one of its own.

Its voices are silent and quick, so that calls take seconds and builds none.
"""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from dataclasses import dataclass, field
from pathlib import Path
from time import monotonic
from typing import Any

import gevent
import pytest

from ivrkit.cli import run

DEADLINE = 20.0

CONFIG = """\
numbers:
  "4001": flows/shop.yaml
listen: 127.0.0.1:0
voices:
  zh: {engine: silence, voice: none, rate: 450}
  en: {engine: silence, voice: none, rate: 450}
targets: {desk: }
"""
FLOW = """\
flow: shop
languages: [zh, en]
prompts: shop
start: welcome
defaults: {first_digit: 2s, between_digits: 1s, tries: 2, give_up: bye}
nodes:
  welcome:
    play: welcome
    next: main
  main:
    menu:
      "1": {label: menu.hours, next: hours}
      "2": {label: menu.pin, next: pin}
      "9": {label: menu.english, language: en, next: main}
      "0": {label: menu.desk, next: desk}
  hours:
    play: hours
    next: bye
  pin:
    collect: pin.ask
    digits: 4
    secret: yes
    save: pin
    next: main
  desk:
    transfer: desk
    on: {answered: bye, busy: bye, no_answer: bye, failed: bye}
  bye:
    play: bye
    next: end
  end: {hangup: normal}
"""
PROMPTS = """\
prompts: shop
welcome: {zh: 您好。, en: Hello.}
hours: {zh: 九点开门。, en: We open at nine.}
bye: {zh: 再见。, en: Goodbye.}
menu.hours: {zh: 时间, en: hours}
menu.pin: {zh: 密码, en: your PIN}
menu.english: {zh: 英文, en: English}
menu.desk: {zh: 人工, en: a person}
pin.ask: {zh: 请输入四位密码。, en: Please enter the four digits of your PIN.}
"""


def write_project(folder: Path) -> None:
    for name, text in (("ivrkit.yaml", CONFIG), ("flows/shop.yaml", FLOW), ("prompts/shop.yaml", PROMPTS)):
        file = folder / name
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(text, encoding="utf-8")


@dataclass(frozen=True, slots=True)
class Said:
    """How a command ended, and what it said."""

    code: int
    out: str
    err: str


def heed_signals() -> None:
    """What runs behind a shell's `&` begins with signals ignored; a command that a person types does not."""
    for number in (signal.SIGINT, signal.SIGHUP):
        signal.signal(number, signal.SIG_DFL)


@dataclass(slots=True)
class Project:
    """The folder, and a shell in it."""

    folder: Path
    capsys: pytest.CaptureFixture[str]
    started: list[subprocess.Popen[bytes]] = field(default_factory=list)

    def ivrkit(self, *arguments: str) -> Said:
        """Type a command; what it raises beyond its exit is a defect and comes out."""
        self.capsys.readouterr()
        with pytest.raises(SystemExit) as ended:
            run(arguments)
        said = self.capsys.readouterr()
        code = ended.value.code
        return Said(code if isinstance(code, int) else 1, said.out, said.err)

    def start(
        self, *arguments: str | bytes, program: tuple[str, ...] = ("-m", "ivrkit"), **options: Any
    ) -> subprocess.Popen[bytes]:
        """Start a command in a process of its own."""
        defaults = {
            "stdin": subprocess.DEVNULL,
            "stdout": subprocess.PIPE,
            "stderr": subprocess.PIPE,
            "cwd": self.folder,
            "preexec_fn": heed_signals,
        }
        process = subprocess.Popen([sys.executable, *program, *arguments], **{**defaults, **options})
        self.started.append(process)
        return process

    def result(self, process: subprocess.Popen[bytes]) -> Said:
        """Wait for its end."""
        out, err = process.communicate(timeout=DEADLINE)
        return Said(process.returncode, (out or b"").decode(errors="replace"), (err or b"").decode(errors="replace"))

    def serve(self, *options: str) -> tuple[subprocess.Popen[bytes], str]:
        """`ivrkit serve` on a free port, and its address; what it says goes to serve.log."""
        log = self.folder / "serve.log"
        with log.open("wb") as file:
            process = self.start("serve", *options, stderr=file)
        self.wait_for(lambda: "serving" in log.read_text() or process.poll() is not None)
        first = log.read_text().splitlines()[0]
        assert first.startswith("serving"), log.read_text()
        return process, first.split()[-1]

    def wait_for(self, true: Any) -> None:
        """Wait until it is true."""
        deadline = monotonic() + DEADLINE
        while not true():
            assert monotonic() < deadline, "it did not come"
            gevent.sleep(0.02)

    def change(self, name: str, before: str, after: str) -> None:
        """Edit a file."""
        file = self.folder / name
        text = file.read_text(encoding="utf-8")
        assert before in text
        file.write_text(text.replace(before, after), encoding="utf-8")

    def end(self) -> None:
        for process in self.started:
            if process.poll() is None:
                process.send_signal(signal.SIGKILL)
            process.communicate(timeout=DEADLINE)


def alive(pid: int) -> bool:
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    return True
