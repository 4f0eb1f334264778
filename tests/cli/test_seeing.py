"""`ivrkit graph` and `ivrkit explain`: flows as pictures and in words."""

from __future__ import annotations

import shutil
import sys
from pathlib import Path
from xml.etree import ElementTree

import pytest

from tests.cli.project import Project

GRAPHVIZ = pytest.mark.skipif(not shutil.which("dot"), reason="needs graphviz: apt install graphviz")
FLOW = "flows/shop.yaml"


@GRAPHVIZ
def test_an_author_sees_the_flow_in_a_browser(project: Project) -> None:
    said = project.ivrkit("graph", FLOW, "-o", "shop.svg")
    assert (said.code, said.out, said.err) == (0, "", "shop.svg: 7 nodes\n")
    svg = (project.folder / "shop.svg").read_text(encoding="utf-8")
    ElementTree.fromstring(svg)
    assert "时间请按一。" in svg
    assert "Who presses nothing hears:" in svg, "when the mouse is on the node"


def test_mermaid_is_printed_for_pages(project: Project) -> None:
    said = project.ivrkit("graph", FLOW, "--language", "en")
    assert said.out.startswith('---\ntitle: "shop"\n')
    assert "For hours, press one." in said.out
    assert said.err == ""


def test_the_ending_of_the_file_says_the_format(project: Project) -> None:
    project.ivrkit("graph", FLOW, "-o", "shop.dot")
    project.ivrkit("graph", FLOW, "-o", "shop.mmd")
    project.ivrkit("graph", FLOW, "-o", "shop.txt", "--format", "dot")
    assert (project.folder / "shop.dot").read_text(encoding="utf-8").startswith("digraph {")
    assert "flowchart TB" in (project.folder / "shop.mmd").read_text(encoding="utf-8")
    assert (project.folder / "shop.txt").read_bytes() == (project.folder / "shop.dot").read_bytes()


def test_a_flow_with_mistakes_is_drawn_with_them(project: Project) -> None:
    project.change(FLOW, "next: hours", "next: huors")
    said = project.ivrkit("graph", FLOW, "-o", "shop.dot")
    assert (said.code, said.err) == (0, "shop.dot: 7 nodes, 1 mistake marked\n")
    assert "did you mean" in (project.folder / "shop.dot").read_text(encoding="utf-8")


@pytest.mark.parametrize(
    ("arguments", "told"),
    [
        (("-o", "x.png"), "x.png: let its name end in .mmd, .mermaid, .dot, .gv, .svg, or say which --format it has"),
        (("--language", "fr"), '--language "fr": this flow speaks zh, en'),
        (("-o", "nowhere/x.mmd"), "nowhere/x.mmd cannot be written: No such file or directory"),
    ],
)
def test_what_cannot_be_drawn_so_is_said(project: Project, arguments: tuple[str, ...], told: str) -> None:
    said = project.ivrkit("graph", FLOW, *arguments)
    assert (said.code, said.err) == (2, f"error: {told}\n")


@pytest.mark.parametrize("command", ["graph", "explain"])
def test_a_file_that_is_no_flow_is_told_as_check_does(project: Project, command: str) -> None:
    (project.folder / FLOW).write_text("flow: [", encoding="utf-8")
    said = project.ivrkit(command, FLOW)
    assert said.code == 2
    assert said.err.startswith("flows/shop.yaml:1:")
    assert project.ivrkit(command, "flows/none.yaml").err == "flows/none.yaml: error: there is no such file [no-file]\n"


# --- the way of a call -----------------------------------------------------------------------------------------------

SCENARIOS = """\
scenario: 时间
flow: shop
steps: [hears: welcome, hears: main, presses: "1", hears: hours, hears: bye, ends: {by: flow}]
---
scenario: a person
flow: shop
steps: [hears: welcome, presses: "0", hears: hours, ends]
"""


@pytest.fixture
def scenarios(project: Project) -> str:
    file = "flows/scenarios/shop.yaml"
    (project.folder / "flows" / "scenarios").mkdir()
    (project.folder / file).write_text(SCENARIOS, encoding="utf-8")
    return file


def test_an_author_sees_which_way_a_scenario_goes(project: Project, scenarios: str) -> None:
    said = project.ivrkit("graph", FLOW, "--scenario", f"{scenarios}#时间", "--language", "en")
    assert (said.code, said.err) == (0, "")
    assert '("2 <b>main</b>' in said.out
    assert '==>|"key 1"|' in said.out


def test_a_scenario_that_fails_is_drawn_up_to_there_and_told(project: Project, scenarios: str) -> None:
    text = SCENARIOS.partition("---\n")[2]
    (project.folder / scenarios).write_text(text, encoding="utf-8")
    said = project.ivrkit("graph", FLOW, "-o", "shop.mmd", "--scenario", scenarios)
    assert said.code == 2
    assert said.err.startswith("shop.mmd: 7 nodes\nflows/scenarios/shop.yaml:3:")
    assert 'the call is transferred to "desk"' in said.err
    assert "<b>main</b>" in (project.folder / "shop.mmd").read_text(encoding="utf-8")


@pytest.mark.parametrize(
    ("name", "told"),
    [
        (
            "",
            'flows/scenarios/shop.yaml has 2 scenarios: name one, such as --scenario "flows/scenarios/shop.yaml#时间"',
        ),
        ("#a persom", 'flows/scenarios/shop.yaml has no scenario "a persom"; did you mean "a person"?'),
        ("#none", 'flows/scenarios/shop.yaml has no scenario "none"; its first is "时间"'),
    ],
)
def test_a_scenario_that_is_not_there_is_one_line(project: Project, scenarios: str, name: str, told: str) -> None:
    said = project.ivrkit("graph", FLOW, "--scenario", f"{scenarios}{name}")
    assert (said.code, said.out, said.err) == (2, "", f"error: {told}\n")


def test_a_scenario_of_another_flow_is_told_with_its_flow(project: Project, scenarios: str) -> None:
    text = (project.folder / FLOW).read_text(encoding="utf-8").replace("flow: shop", "flow: other")
    (project.folder / "flows/other.yaml").write_text(text, encoding="utf-8")
    said = project.ivrkit("graph", "flows/other.yaml", "--scenario", f"{scenarios}#时间")
    assert said.err == 'error: "时间" calls another flow; draw that: flows/shop.yaml\n'


def program(folder: Path, text: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """The only `dot` that there is."""
    file = folder / "bin" / "dot"
    file.parent.mkdir()
    file.write_text(f"#!/bin/sh\n{text}\n")
    file.chmod(0o755)
    monkeypatch.setenv("PATH", str(file.parent))


def test_without_graphviz_an_author_reads_what_to_install(project: Project, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", "")
    said = project.ivrkit("graph", FLOW, "-o", "shop.svg")
    assert (said.code, said.err.count("\n")) == (2, 1)
    assert "apt install graphviz" in said.err
    assert not (project.folder / "shop.svg").exists()


def test_a_graphviz_that_fails_is_one_line(project: Project, monkeypatch: pytest.MonkeyPatch) -> None:
    program(project.folder, 'echo "no layout" >&2; echo more >&2; exit 1', monkeypatch)
    said = project.ivrkit("graph", FLOW, "-o", "shop.svg")
    assert (said.code, said.err) == (2, "error: graphviz cannot draw this: no layout\n")


def test_a_graphviz_that_hangs_is_left(project: Project, monkeypatch: pytest.MonkeyPatch) -> None:
    program(project.folder, "exec /bin/sleep 60", monkeypatch)
    monkeypatch.setattr(sys.modules["ivrkit.cli.seeing"], "DEADLINE", 0.3)
    said = project.ivrkit("graph", FLOW, "-o", "shop.svg")
    assert said.code == 2
    assert said.err.startswith("error: graphviz did not finish within ")


# --- in words --------------------------------------------------------------------------------------------------------


def test_an_author_reads_what_happens_in_a_node(project: Project) -> None:
    lines = project.ivrkit("explain", FLOW, "main").out.splitlines()
    assert lines[0] == "main is a node of the kind menu (flows/shop.yaml:10). Says options, takes one key or several."
    assert "Callers come from welcome, main (key 9) and pin." in lines
    assert "    zh: 时间请按一。 密码请按二。 人工请按零。" in lines
    assert "Key 1 leads to hours." in lines


def test_an_author_reads_what_a_flow_is_made_of(project: Project) -> None:
    lines = project.ivrkit("explain", FLOW, "--language", "en").out.splitlines()
    assert lines[0] == "shop speaks zh and en. Its calls start at welcome."
    assert "    hours    play      We open at nine." in lines


def test_a_node_that_is_not_there_is_one_line_with_the_nearest(project: Project) -> None:
    said = project.ivrkit("explain", FLOW, "mian")
    assert (said.code, said.out) == (2, "")
    assert said.err == 'error: flows/shop.yaml has no node "mian"; did you mean "main"?\n'
