"""Building, listing, demonstration data, the doctor; the version and help."""

from __future__ import annotations

import os
import re
import sqlite3
from contextlib import closing

import pytest

from ivrkit import __version__
from tests.cli.project import Project


def test_sounds_are_built_once(project: Project) -> None:
    first = project.ivrkit("prompts", "build")
    assert first.code == 0
    assert first.err.startswith("21 sounds made, 0 kept, ")
    assert first.err.endswith(" s: sounds\n")
    assert project.ivrkit("prompts", "build").err.startswith("0 sounds made, 21 kept, ")


def test_sounds_are_listed_with_their_words_on_one_line_each(project: Project) -> None:
    project.change("prompts/shop.yaml", "en: Goodbye.", f"en: 'Good[b]bye{' and goodbye' * 20}.'")
    lines = project.ivrkit("prompts", "list", "--lang", "en").out.splitlines()
    assert len(lines) == 1 + len({line.split()[0] for line in lines[1:]})
    assert any("en/shop/bye" in line and line.endswith("missing") and "Good[b]bye and" in line for line in lines)
    project.ivrkit("prompts", "build")
    assert "missing" not in project.ivrkit("prompts", "list").out


def test_the_demonstration_data_are_there(project: Project) -> None:
    said = project.ivrkit("demo-data")
    assert (said.code, said.out) == (0, "")
    assert "account 12345674 of 13800001111 owes 42.50" in said.err
    with closing(sqlite3.connect(project.folder / "data/ivrkit.db")) as database:
        assert database.execute(
            "SELECT amount_cents FROM bills WHERE NOT paid AND account = '12345674'"
        ).fetchall() == [(4250,)]


def states(out: str) -> dict[str, str]:
    """What was found, by the first words after each state."""
    columns = [re.split("  +", line) for line in out.splitlines()[1:]]
    return {what: state for state, what, _ in columns}


def test_a_project_in_order_is_good(project: Project) -> None:
    project.ivrkit("prompts", "build")
    project.change("ivrkit.yaml", "{desk: }", "{desk: user/1001}")
    said = project.ivrkit("doctor")
    assert said.code == 0
    assert set(states(said.out).values()) == {"good"}
    assert states(said.out).keys() >= {"python", "flow of 4001", "voice zh", "sounds", "store", "call port"}


@pytest.mark.parametrize(
    ("before", "after", "what", "state", "words"),
    [
        ("flows/shop.yaml", "flows/none.yaml", "flow of 4001", "bad", "1 error, 0 warnings: run ivrkit check"),
        ('numbers:\n  "4001": flows/shop.yaml\n', "", "sounds", "bad", "no number leads to a flow"),
        ("zh: {engine: silence", "zh: {engine: espeak", "voice zh", "bad", "none"),
        ("targets:", "sounds: my sounds\ntargets:", "sounds", "bad", "FreeSWITCH cannot play from a path with ' '"),
        ("targets:", "store: sqlite:///flows\ntargets:", "store", "bad", "it is a folder"),
        ("listen: 127.0.0.1:0", "listen: 0.0.0.0:0", "call port", "bad", "can be reached by others"),
        ("listen: 127.0.0.1:0", "listen: 192.0.2.1:80", "call port", "warning", "cannot listen on 192.0.2.1:80"),
        ("listen: 127.0.0.1:0", "listen: no.such.host.invalid:80", "call port", "warning", "cannot listen on"),
        ("targets: {desk: }", "targets: {desk: }", "target desk", "warning", "nobody answers: set a dial string"),
    ],
)
def test_the_doctor_says_what_is_wrong(
    project: Project, before: str, after: str, what: str, state: str, words: str
) -> None:
    project.ivrkit("prompts", "build")
    project.change("ivrkit.yaml", before, after)
    said = project.ivrkit("doctor")
    found = [line for line in said.out.splitlines() if line.startswith(state) and line[9:].startswith(what)]
    assert found, said.out
    assert words in found[-1]
    assert said.code == (2 if state == "bad" else 0)


def test_missing_sounds_are_counted(project: Project) -> None:
    assert "21 of 21 are missing: run ivrkit prompts build" in project.ivrkit("doctor").out


def test_the_version(project: Project) -> None:
    assert project.ivrkit("--version").out == f"{__version__}\n"


def test_every_command_explains_itself_and_its_options(project: Project) -> None:
    for command in (
        "check",
        "compile",
        "dial",
        "serve",
        "prompts build",
        "prompts list",
        "demo-data",
        "demo",
        "doctor",
    ):
        said = project.ivrkit(*command.split(), "--help")
        assert said.code == 0
        options = [line for line in said.out.splitlines() if line.startswith(("  --", "  -o"))]
        assert options
        assert command.split()[0] in project.ivrkit("--help").out


def test_what_is_printed_into_a_full_disk_is_one_line(project: Project) -> None:
    with open("/dev/full", "wb") as full:
        said = project.result(
            project.start("prompts", "list", stdout=full, env={**os.environ, "PYTHONUNBUFFERED": "1"})
        )
    assert said.code == 2
    assert said.err == "error: [Errno 28] No space left on device\n"
