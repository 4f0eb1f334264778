"""`make demo`: the ready-made hotline, from a folder that has nothing but the project's files."""

from __future__ import annotations

import os
import pty
import shutil
import signal
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.cli.project import DEADLINE, Project, alive

ROOT = Path(__file__).parents[2]
SILENT = "voices:\n  zh: {engine: silence, voice: none, rate: 450}\n  en: {engine: silence, voice: none, rate: 450}\n"
ELSEWHERE = ("HOME", "TMPDIR")


def copy_hotline(folder: Path) -> None:
    """The project's own hotline, with silent voices, and an environment that is ready."""
    for name in ("flows", "prompts"):
        shutil.copytree(ROOT / name, folder / name)
    for name in ("Makefile", "setup.cfg", "pyproject.toml"):
        shutil.copy(ROOT / name, folder)
    (folder / "ivrkit.yaml").write_text((ROOT / "ivrkit.yaml").read_text("utf-8") + SILENT, "utf-8")
    programs = folder / ".venv/bin"
    programs.mkdir(parents=True)
    (programs / "ivrkit").write_text(f'#!/bin/sh\nexec {sys.executable} -m ivrkit "$@"\n')
    (programs / "ivrkit").chmod(0o700)
    (folder / ".venv/ready").touch()


@pytest.fixture(scope="module")
def written_calls(tmp_path_factory: pytest.TempPathFactory) -> Iterator[subprocess.Popen[str]]:
    """It takes half a minute; the other scenes play meanwhile."""
    folder = tmp_path_factory.mktemp("hotline")
    copy_hotline(folder)
    for elsewhere in ELSEWHERE:
        (folder / elsewhere).mkdir()
    process = subprocess.Popen(
        ["make", "--no-print-directory", "demo"],
        cwd=folder,
        env={**os.environ, **{name: str(folder / name) for name in ELSEWHERE}},
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        encoding="utf-8",
        start_new_session=True,
    )
    yield process
    assert [list((folder / elsewhere).iterdir()) for elsewhere in ELSEWHERE] == [[], []], "nothing is left elsewhere"
    if process.poll() is None:
        os.killpg(process.pid, signal.SIGKILL)
    process.communicate(timeout=DEADLINE)


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


def test_without_a_terminal_two_written_calls_are_heard(written_calls: subprocess.Popen[str]) -> None:
    out, err = written_calls.communicate(timeout=120)
    assert written_calls.returncode == 0, err
    assert "Traceback" not in err
    chinese, english = out.split("In English: ")
    assert "press  1\n" in chinese
    assert "应缴水费四十二元五角" in chinese
    assert "press  1 2 3 4 5 6 7 4" in english
    assert "You owe forty-two yuan and fifty fen" in english
    assert out.count("you hung up") == 2
    times = [float(line.split()[0]) for line in chinese.splitlines() if " s  " in line]
    assert times == sorted(times)


def test_make_alone_says_what_there_is() -> None:
    said = subprocess.run(["make", "-C", str(ROOT), "--no-print-directory"], capture_output=True, text=True, check=True)
    assert "make demo" in said.stdout
    assert "make test" in said.stdout
