"""A script as JSON runs as its flow does."""

from __future__ import annotations

import json

from tests.cli.project import Project


def heard(project: Project, what: str, *presses: str) -> str:
    said = project.ivrkit("dial", what, "--fast", *[word for keys in presses for word in ("--press", keys)])
    assert said.code == 0, said.err
    return said.out


def test_the_script_goes_beside_the_flow(project: Project) -> None:
    said = project.ivrkit("compile", "flows/shop.yaml")
    assert said.code == 0
    assert said.err.startswith("flows/shop.script.json: 7 nodes, version ")
    assert json.loads((project.folder / "flows/shop.script.json").read_bytes())["flow"] == "shop"


def test_dialling_the_script_is_dialling_the_flow(project: Project) -> None:
    project.ivrkit("compile", "flows/shop.yaml", "-o", "x.json")
    assert heard(project, "x.json", "2", "1234", "9", "1") == heard(project, "flows/shop.yaml", "2", "1234", "9", "1")


def test_a_flow_with_an_error_makes_no_script(project: Project) -> None:
    project.change("flows/shop.yaml", "next: hours", "next: huors")
    said = project.ivrkit("compile", "flows/shop.yaml")
    assert said.code == 2
    assert "flows/shop.yaml:12:38: error: " in said.err
    assert not (project.folder / "flows/shop.script.json").exists()


def test_a_place_that_cannot_be_written_is_named(project: Project) -> None:
    said = project.ivrkit("compile", "flows/shop.yaml", "-o", "nowhere/x.json")
    assert (said.code, said.err) == (2, "error: nowhere/x.json cannot be written: No such file or directory\n")


def test_what_freeswitch_cannot_do_alone_is_told_and_stands_in_the_script(project: Project) -> None:
    project.change(
        "flows/shop.yaml", "next: bye\n  pin", 'next: count\n  count: {set: {n: "{{ 1 }}"}, next: bye}\n  pin'
    )
    said = project.ivrkit("compile", "flows/shop.yaml", "--target", "lua")
    assert said.code == 0, said.err
    assert "flows/shop.lua: 8 nodes, version " in said.err
    told = [line.removeprefix("left out: ") for line in said.err.splitlines() if line.startswith("left out: ")]
    assert [line.partition(";")[0] for line in told] == ["count: set needs ivrkit"]
    text = (project.folder / "flows/shop.lua").read_text("utf-8")
    assert f"--   {told[0]}\n" in text
    assert f'"{project.folder}/sounds/' in text
