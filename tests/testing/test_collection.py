"""Scenarios among pytest's tests."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from tests.cli.project import write_project
from tests.cli.test_scenarios import CALLS


@pytest.fixture
def project(tmp_path: Path) -> Path:
    write_project(tmp_path)
    (tmp_path / "flows/scenarios").mkdir()
    (tmp_path / "flows/scenarios/calls.yaml").write_text(CALLS, encoding="utf-8")
    return tmp_path


def pytest_in(folder: Path, *options: str) -> tuple[int, str]:
    command = [sys.executable, "-m", "pytest", "-p", "no:cacheprovider", "--rootdir", ".", *options]
    done = subprocess.run(command, cwd=folder, capture_output=True, text=True, timeout=60)
    return done.returncode, done.stdout


def test_each_scenario_is_a_test(project: Path) -> None:
    code, said = pytest_in(project, "-v")
    assert (code, said.count("PASSED")) == (0, 2), said
    assert "flows/scenarios/calls.yaml::a customer hears when the shop opens PASSED" in said


def test_a_scenario_that_fails_reads_as_on_the_command_line(project: Path) -> None:
    file = project / "flows/scenarios/calls.yaml"
    file.write_text(CALLS.replace("hears: hours", "hears: bye"), encoding="utf-8")
    code, said = pytest_in(project)
    assert code == 1
    assert 'calls.yaml:6:12: error: "a customer hears when the shop opens": the caller should hear "bye"' in said
    assert "      | the way: welcome → main —1→ hours" in said
    assert "Traceback" not in said


def test_a_mistake_in_a_file_is_told_with_its_place(project: Path) -> None:
    (project / "flows/scenarios/calls.yaml").write_text(CALLS.replace("hears: hours", "haers: hours"), encoding="utf-8")
    code, said = pytest_in(project)
    assert code == 2
    assert 'calls.yaml:6:5: error: "haers" is no step; did you mean "hears"?' in said


def test_projects_without_scenarios_load_nothing_of_ivrkit(tmp_path: Path) -> None:
    (tmp_path / "test_x.py").write_text("import sys\ndef test_x(): assert 'ivrkit' not in sys.modules\n")
    assert pytest_in(tmp_path)[0] == 0
