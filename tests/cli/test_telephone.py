"""The telephone in a real terminal: keys at any moment, and the ways to put the receiver down."""

from __future__ import annotations

import os
import pty
import subprocess
import termios
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import pytest

from tests.cli.project import DEADLINE, Project


@dataclass(slots=True)
class Terminal:
    """A terminal in which `ivrkit dial` runs; what it shows is in a file."""

    project: Project
    master: int
    slave: int
    screen: Path
    process: subprocess.Popen[bytes]

    def sees(self, text: str, times: int = 1) -> None:
        self.project.wait_for(lambda: self.shown.count(text) >= times)

    def types(self, keys: bytes) -> None:
        os.write(self.master, keys)

    def is_gone(self) -> None:
        for end in (self.slave, self.master):
            os.close(end)
        self.slave = self.master = -1

    @property
    def shown(self) -> str:
        return self.screen.read_text(encoding="utf-8")

    def ends(self) -> list[str]:
        """The last line, and the exit code."""
        assert self.process.wait(DEADLINE) == 0, self.shown
        return [line[11:] for line in self.shown.splitlines() if line[8:9] == "s"]


@contextmanager
def dialling(project: Project, *what: str) -> Iterator[Terminal]:
    master, slave = pty.openpty()
    screen = project.folder / "screen.txt"
    with screen.open("wb") as file:
        process = project.start("dial", *what, stdin=slave, stdout=file, stderr=subprocess.STDOUT)
    terminal = Terminal(project, master, slave, screen, process)
    yield terminal
    project.end()
    for end in (terminal.slave, terminal.master):
        if end >= 0:
            os.close(end)


@pytest.fixture
def terminal(project: Project) -> Iterator[Terminal]:
    with dialling(project, "flows/shop.yaml") as terminal:
        yield terminal


def test_keys_count_at_any_moment(terminal: Terminal) -> None:
    terminal.sees("q hangs up")
    terminal.sees("您好")
    terminal.types(b"2")  # into the menu, whose options are not said any more
    terminal.sees("请输入四位密码")
    terminal.types(b"xy73")
    terminal.types(b"51")
    terminal.sees("时间请按一")
    terminal.types(b"q")
    seen = terminal.ends()
    assert "hears  人工请按零。" not in seen
    assert "press  2" in seen
    assert "press  • • • •" in seen
    assert seen[-1] == "end    you hung up (NORMAL_CLEARING)"


@pytest.mark.parametrize("key", [b"\x03", b"\x04", b"h"], ids=["Ctrl-C", "Ctrl-D", "h"])
def test_the_receiver_is_put_down(terminal: Terminal, key: bytes) -> None:
    before = termios.tcgetattr(terminal.slave)
    terminal.sees("您好")
    assert termios.tcgetattr(terminal.slave) != before, "keys come one at a time"
    terminal.types(key)
    assert terminal.ends()[-1] == "end    you hung up (NORMAL_CLEARING)"
    assert termios.tcgetattr(terminal.slave) == before


def test_a_terminal_that_is_closed_puts_the_receiver_down(terminal: Terminal) -> None:
    terminal.sees("您好")
    terminal.is_gone()
    assert terminal.ends()[-1] == "end    you hung up (NORMAL_CLEARING)"


def test_the_hotline_may_hang_up_first(terminal: Terminal) -> None:
    terminal.sees("您好")
    terminal.types(b"1")
    terminal.sees("再见")
    assert terminal.ends()[-1] == "end    the hotline hung up (NORMAL_CLEARING)"


def test_who_serves_the_call_learns_that_the_receiver_was_put_down(project: Project) -> None:
    project.ivrkit("prompts", "build")
    _, address = project.serve()
    with dialling(project, "4001", "--connect", address) as terminal:
        terminal.sees("您好")
        terminal.types(b"q")
        assert terminal.ends()[-1] == "end    you hung up (NORMAL_CLEARING)"
        project.wait_for(lambda: "by caller" in (project.folder / "serve.log").read_text("utf-8"))
