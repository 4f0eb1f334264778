"""`ivrkit new`: what a new author finds, checks, calls."""

from __future__ import annotations

import os
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from tests.cli.project import Project


@pytest.fixture
def begun(project: Project, monkeypatch: pytest.MonkeyPatch) -> Iterator[Project]:
    """A project that was just made, with the author in it."""
    assert project.ivrkit("new", "shop").code == 0
    monkeypatch.chdir(project.folder / "shop")
    yield replace(project, folder=project.folder / "shop")


def test_a_new_project_has_no_mistakes(begun: Project) -> None:
    said = begun.ivrkit("check")
    assert (said.code, said.out, said.err) == (0, "", "1 flow: no mistakes\n")


def test_a_new_project_can_be_called(begun: Project) -> None:
    said = begun.ivrkit("dial", "flows/hotline.yaml", "--fast", "--press", "1", "--press", "123456")
    assert "订单一二三，四五六，共四十二元五角，已经发出。" in said.out
    assert said.code == 0


def test_its_scenarios_go_as_written_and_are_an_example_of_all(begun: Project) -> None:
    said = begun.ivrkit("test")
    assert said.code == 0, said.out + said.err


def test_editors_find_the_schemas_that_its_files_name(begun: Project) -> None:
    for file in (file for file in begun.folder.rglob("*.yaml") if file.parent.name != "scenarios"):
        first = file.read_text("utf-8").splitlines()[0]
        assert first.startswith("# yaml-language-server: $schema=")
        assert (file.parent / first.partition("=")[2]).resolve().is_file()


def test_the_next_step_can_be_typed_also_where_the_name_has_a_space(project: Project) -> None:
    assert "now: cd '热线 一号' && ivrkit dial" in project.ivrkit("new", "热线 一号").err


@pytest.mark.parametrize("there", ["shop.txt", "shop"])
def test_nothing_that_is_there_is_written_over(project: Project, there: str) -> None:
    (project.folder / "shop").mkdir()
    (project.folder / "shop" / "mine.txt").write_text("mine")
    (project.folder / "shop.txt").write_text("mine")
    said = project.ivrkit("new", there)
    assert said.code == 2
    assert said.err == f"error: {there} is there already: name a folder that is new or empty\n"


def test_a_folder_that_cannot_be_made_is_told(project: Project) -> None:
    (project.folder / "file").write_text("")
    said = project.ivrkit("new", str(Path("file") / "shop"))
    assert said.code == 2
    assert said.err == f"error: file{os.sep}shop cannot be made: Not a directory\n"
