"""What flow authors run after each change."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from ivrkit import App
from ivrkit.tts.tree import Entry
from tests.cli.project import FLOW, Project, write_project

CALENDARS = "calendars: {office: {timezone: Asia/Shanghai, open: {daily: 24h}}}\n"


def misspell(project: Project) -> None:
    project.change("flows/shop.yaml", "next: hours", "next: huors")


def test_a_good_flow_has_no_mistakes(project: Project) -> None:
    said = project.ivrkit("check", "flows/shop.yaml")
    assert (said.code, said.out, said.err) == (0, "", "1 flow: no mistakes\n")


def test_without_a_flow_all_of_the_configuration_are_checked(project: Project) -> None:
    project.change("ivrkit.yaml", "listen:", '  "4002": flows/other.yaml\nlisten:')
    (project.folder / "flows/other.yaml").write_text(FLOW, encoding="utf-8")
    assert project.ivrkit("check").err == "2 flows: no mistakes\n"


def test_a_mistake_is_shown_with_its_place_as_the_author_typed_it(project: Project) -> None:
    misspell(project)
    said = project.ivrkit("check", "flows/shop.yaml")
    assert said.code == 2
    first = said.out.splitlines()[0]
    assert first.startswith('flows/shop.yaml:12:38: error: node "main" goes to "huors"')
    assert 'did you mean "hours"?' in first
    assert "1 flow: " in said.err


def test_configured_flows_and_their_prompts_are_shown_from_where_the_author_is(
    project: Project, monkeypatch: pytest.MonkeyPatch
) -> None:
    misspell(project)
    project.change("prompts/shop.yaml", "{zh: 您好。, en: Hello.}", "{zh: 您好。}")
    assert {line.split(":")[0] for line in places(project.ivrkit("check").out)} == {
        "flows/shop.yaml",
        "prompts/shop.yaml",
    }
    monkeypatch.chdir(project.folder / "flows")
    assert {line.split(":")[0] for line in places(project.ivrkit("check", "shop.yaml").out)} == {
        "shop.yaml",
        "../prompts/shop.yaml",
    }


def places(out: str) -> list[str]:
    return [line for line in out.splitlines() if "error: " in line]


def test_an_absolute_path_stays_one(project: Project) -> None:
    misspell(project)
    flow = str(project.folder / "flows/shop.yaml")
    assert project.ivrkit("check", flow).out.startswith(f"{flow}:12:38: ")


def test_a_mistake_in_shared_prompts_is_told_once(project: Project) -> None:
    (project.folder / "flows/other.yaml").write_text(FLOW, encoding="utf-8")
    project.change("prompts/shop.yaml", "{zh: 您好。, en: Hello.}", "{zh: 您好。}")
    said = project.ivrkit("check", "flows/shop.yaml", "flows/other.yaml")
    assert len([line for line in places(said.out) if line.startswith("prompts/")]) == 1


def test_warnings_alone_are_no_failure(project: Project) -> None:
    project.change("flows/shop.yaml", '      "0": {label: menu.desk', '      "5": {label: menu.desk')
    said = project.ivrkit("check")
    assert said.code == 0
    assert "warning: " in said.out


def test_programs_get_json(project: Project) -> None:
    assert json.loads(project.ivrkit("check", "--format", "json").out) == []
    misspell(project)
    said = project.ivrkit("check", "--format", "json")
    faults = json.loads(said.out)
    assert (said.code, said.err) == (2, "")
    assert {"path", "line", "column", "severity", "message", "check"} <= faults[0].keys()
    assert faults[0]["path"] == "flows/shop.yaml"


def test_programs_get_a_wrong_configuration_as_json_too(project: Project) -> None:
    project.change("ivrkit.yaml", "listen:", "lisen:")
    said = project.ivrkit("check", "--format", "json")
    assert said.code == 2
    assert [fault["path"] for fault in json.loads(said.out)] == ["ivrkit.yaml"]


def test_github_gets_workflow_commands(project: Project) -> None:
    assert project.ivrkit("check", "--format", "github").out == ""
    misspell(project)
    assert project.ivrkit("check", "--format", "github").out.startswith("::error file=flows/shop.yaml,line=12,col=38,")


def test_code_scanning_gets_sarif_even_when_nothing_is_wrong(project: Project) -> None:
    assert json.loads(project.ivrkit("check", "--format", "sarif").out)["runs"][0]["results"] == []
    misspell(project)
    [run] = json.loads(project.ivrkit("check", "--format", "sarif").out)["runs"]
    place = run["results"][0]["locations"][0]["physicalLocation"]
    assert place["artifactLocation"]["uri"] == "flows/shop.yaml"
    assert place["region"]["startLine"] == 12


def test_in_folders_every_flow_is_checked_and_nothing_else(project: Project) -> None:
    misspell(project)
    wrong = FLOW.replace("next: hours", "next: huors")
    for name in ("flows/more/b.yml", "flows/.old/c.yaml", "flows/prompts/d.yaml", "scenarios/e.yaml", ".venv/f.yaml"):
        (project.folder / name).parent.mkdir(exist_ok=True)
        (project.folder / name).write_text(wrong, encoding="utf-8")
    for name, text in (("flows/calendars.yaml", CALENDARS), ("g.yaml", "scenario: a\nflow: shop\n")):
        (project.folder / name).write_text(text, encoding="utf-8")
    (project.folder / "flows/broken.yaml").write_text('flow: "shop\n', encoding="utf-8")
    said = project.ivrkit("check", "flows", ".")
    assert {line.split(":")[0] for line in places(said.out)} == {
        "flows/shop.yaml",
        "flows/more/b.yml",
        "flows/broken.yaml",
    }
    assert said.err.startswith("3 flows: ")


def test_a_folder_without_flows_is_a_mistake(project: Project) -> None:
    said = project.ivrkit("check", "prompts")
    assert (said.code, said.err.count("\n")) == (2, 1)
    assert "prompts: there is no flow in this folder" in said.err


def test_a_flow_is_checked_in_its_own_project_wherever_the_author_is(
    project: Project, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    elsewhere = tmp_path / "elsewhere"
    write_project(elsewhere)
    (elsewhere / "ivrkit.yaml").write_text("targets: {}", encoding="utf-8")
    monkeypatch.chdir(elsewhere)
    assert project.ivrkit("check", "../shop/flows/shop.yaml").code == 0, "its own targets are known"
    assert "unknown-target" in project.ivrkit("check", "flows/shop.yaml").out, "and only there"
    both = project.ivrkit("check", "../shop/flows/shop.yaml", "flows/shop.yaml")
    assert {line.split(":")[0] for line in places(both.out)} == {"flows/shop.yaml"}


def test_a_configuration_that_is_named_is_taken(project: Project, tmp_path: Path) -> None:
    other = tmp_path / "other.yaml"
    other.write_text("targets: {}", encoding="utf-8")
    assert "unknown-target" in project.ivrkit("check", "flows/shop.yaml", "--config", str(other)).out


BARE = """\
flow: bare
languages: [zh, en]
prompts: shop
start: hours
nodes:
  hours: {play: hours, next: end}
  end: {hangup: normal}
"""


@pytest.mark.parametrize("flow", ["flows/shop.yaml", "shop.yaml"])
def test_a_flow_needs_no_configuration(
    project: Project, monkeypatch: pytest.MonkeyPatch, tmp_path: Path, flow: str
) -> None:
    folder = tmp_path / "bare"
    (folder / "prompts").mkdir(parents=True)
    (folder / flow).parent.mkdir(exist_ok=True)
    (folder / flow).write_text(BARE, encoding="utf-8")
    (folder / "prompts/shop.yaml").write_bytes((project.folder / "prompts/shop.yaml").read_bytes())
    monkeypatch.chdir(folder)
    assert project.ivrkit("check", flow).err == "1 flow: no mistakes\n"


def test_names_with_brackets_are_shown_as_they_are(project: Project) -> None:
    misspell(project)
    (project.folder / "flows/shop.yaml").rename(project.folder / "flows/[red]shop.yaml")
    assert project.ivrkit("check", "flows/[red]shop.yaml").out.startswith("flows/[red]shop.yaml:12:38: error: ")


def test_a_reader_who_stops_reading_is_no_error(project: Project) -> None:
    nodes = "".join(f"  n{number}: {{play: hello, next: nowhere{number}}}\n" for number in range(400))
    (project.folder / "flows/wrong.yaml").write_text(FLOW + nodes, encoding="utf-8")
    for form in ("text", "json", "github", "sarif"):
        check = f'"$0" -m ivrkit check flows/wrong.yaml --format {form} | head -n 1'
        said = project.result(project.start(check, program=("-c", SHELL)))
        assert len(said.out.splitlines()) == 1
        assert said.err == ""


SHELL = "import os, sys; os.execv('/bin/sh', ['sh', '-c', sys.argv[1], sys.executable])"
"Stands for the author's shell."


def test_a_built_sound_counts_as_long_as_it_is(project: Project) -> None:
    assert project.ivrkit("check").out == ""
    sounds = App(project.folder / "ivrkit.yaml").sounds
    sounds.file("en/shop/hours", 8000).parent.mkdir(parents=True)
    sounds.record("en", {"en/shop/hours": Entry("key", "We open at nine.", 12.5, None, "a slow voice")})
    said = project.ivrkit("check")
    assert said.code == 0
    assert 'the prompt "hours" takes 13 s to say' in said.out
    project.change("prompts/shop.yaml", "We open at nine.", "We open at ten.")
    assert project.ivrkit("check").out == "", "the sound has other words"


def test_mistakes_of_a_flow_that_is_run_are_told_with_it(project: Project) -> None:
    project.change("flows/shop.yaml", "  bye:\n", "  more:\n    run: more\n    on: {error: bye}\n  bye:\n")
    project.change("flows/shop.yaml", "    next: bye\n  pin:", "    next: more\n  pin:")
    more = "flow: more\nlanguages: [zh, en]\nstart: end\nnodes:\n  end: {return: lots}\n"
    (project.folder / "flows/more.yaml").write_text(more, encoding="utf-8")
    said = project.ivrkit("check", "flows/shop.yaml")
    assert said.code == 2
    assert 'flows/more.yaml:5:17: error: "lots" is no result of this flow' in said.out
    assert "2 flows: " in said.err
