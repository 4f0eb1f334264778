from __future__ import annotations

import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.cli.hotline import ELSEWHERE, copy_hotline
from tests.cli.project import DEADLINE, Project, write_project


@pytest.fixture
def project(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Iterator[Project]:
    """A project that the reader stands in; processes that a scene started end with it."""
    folder = tmp_path / "shop"
    write_project(folder)
    monkeypatch.chdir(folder)
    monkeypatch.setattr(sys, "path", [*sys.path])
    project = Project(folder, capsys)
    yield project
    project.end()


@pytest.fixture(scope="session")
def written_calls(tmp_path_factory: pytest.TempPathFactory) -> Iterator[subprocess.Popen[str]]:
    """`make demo` without a terminal. It takes half a minute: test_demo begins it, and other scenes play meanwhile."""
    folder = tmp_path_factory.mktemp("hotline")
    copy_hotline(folder)
    for elsewhere in ELSEWHERE:
        (folder / elsewhere).mkdir()
    # Not those that a make which runs these tests handed down.
    kept = {name: value for name, value in os.environ.items() if name not in ("MAKEFLAGS", "MFLAGS", "MAKEOVERRIDES")}
    process = subprocess.Popen(
        ["make", "--no-print-directory", "demo"],
        cwd=folder,
        env={**kept, **{name: str(folder / name) for name in ELSEWHERE}},
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
