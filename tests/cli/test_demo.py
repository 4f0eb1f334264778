"""`ivrkit demo`: the ready-made hotline, by hand or interrupted, and what `make` says of it."""

from __future__ import annotations

import os
import pty
import signal
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.cli.hotline import ROOT, copy_hotline
from tests.cli.project import DEADLINE, Project, alive


@pytest.fixture
def hotline(
    written_calls: subprocess.Popen[str],
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> Iterator[Project]:
    copy_hotline(tmp_path)
    monkeypatch.chdir(tmp_path)
    project = Project(tmp_path, capsys)
    yield project
    project.end()


def heard(project: Project) -> str:
    return (project.folder / "heard.txt").read_text(encoding="utf-8")


def ringing(project: Project, stdin: int = subprocess.DEVNULL) -> tuple[subprocess.Popen[bytes], int]:
    """The demonstration, in its first call, and the process that serves it."""
    with (project.folder / "heard.txt").open("wb") as file:
        process = project.start("demo", stdin=stdin, stdout=file, stderr=subprocess.STDOUT)
    project.wait_for(lambda: "hears" in heard(project))
    server = int(Path(f"/proc/{process.pid}/task/{process.pid}/children").read_text().split()[-1])
    assert alive(server)
    return process, server


@pytest.mark.parametrize("ending", [signal.SIGINT, signal.SIGTERM, signal.SIGHUP])
def test_interrupted_it_leaves_no_process_behind(hotline: Project, ending: signal.Signals) -> None:
    process, server = ringing(hotline)
    process.send_signal(ending)
    assert process.wait(DEADLINE) == 128 + ending
    assert not alive(server)
    assert "Traceback" not in heard(hotline)


def test_in_a_terminal_the_caller_has_the_keys(hotline: Project) -> None:
    master, slave = pty.openpty()
    try:
        process, server = ringing(hotline, slave)
        os.write(master, b"2")
        hotline.wait_for(lambda: "For prices, press one." in heard(hotline))
        os.write(master, b"q")
        assert process.wait(DEADLINE) == 0
    finally:
        os.close(master)
        os.close(slave)
    assert "q hangs up" in heard(hotline)
    assert "you hung up" in heard(hotline)
    assert not alive(server)


def test_make_alone_says_what_there_is() -> None:
    said = subprocess.run(["make", "-C", str(ROOT), "--no-print-directory"], capture_output=True, text=True, check=True)
    assert "make demo" in said.stdout
    assert "make test" in said.stdout
