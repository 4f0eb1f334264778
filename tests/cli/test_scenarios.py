"""`ivrkit test` as flow authors type it."""

from __future__ import annotations

from tests.cli.project import Project

CALLS = """\
scenario: a customer hears when the shop opens
flow: shop
steps:
  - hears: welcome
  - presses: "1"
  - hears: hours
  - hears: bye
  - ends: {at: end, by: flow}
---
scenario: nobody answers the desk
flow: shop
transfers: {desk: no_answer}
steps: [hears: welcome, hears: main, presses: "0", hears: bye]
"""


def write(project: Project, text: str = CALLS) -> None:
    folder = project.folder / "flows/scenarios"
    folder.mkdir(exist_ok=True)
    (folder / "calls.yaml").write_text(text, encoding="utf-8")


def test_calls_that_go_as_written_pass(project: Project) -> None:
    write(project)
    said = project.ivrkit("test")
    assert (said.code, said.out) == (0, "")
    assert said.err.splitlines()[-1] == "2 scenarios: all pass"
    assert said.err.startswith("flows/shop.yaml: 6 of 7 nodes and 6 of 14 ways out are tested")


def test_a_call_that_goes_otherwise_is_told_where_it_does(project: Project) -> None:
    write(project, CALLS.replace("hears: hours", "hears: bye"))
    said = project.ivrkit("test", "flows")
    assert said.code == 2
    assert said.out.splitlines() == [
        'flows/scenarios/calls.yaml:6:12: error: "a customer hears when the shop opens": the caller should hear "bye", '
        'but hears "hours" (九点开门。) at node "hours" [scenario]',
        "    6 |   - hears: bye",
        "      |            ^~~",
        "      | the way: welcome → main —1→ hours",
    ]
    assert said.err.splitlines()[-1] == "2 scenarios: 1 failed"


def test_what_no_scenario_took_is_told_with_its_place(project: Project) -> None:
    write(project)
    said = project.ivrkit("test", "flows/scenarios/calls.yaml", "--coverage")
    assert said.code == 0
    assert 'flows/shop.yaml:13:7: no scenario goes from "main" by key 2' in said.out.splitlines()
    assert 'flows/shop.yaml:19:3: no scenario comes to "pin"' in said.out.splitlines()
    assert 'flows/shop.yaml:27:20: no scenario goes from "desk" by answered' in said.out.splitlines()


def test_mistakes_in_scenarios_and_flows_are_told_together(project: Project) -> None:
    write(
        project,
        CALLS.replace("hears: hours", "hears: huors").replace("flow: shop\ntransfers", "flow: shopp\ntransfers"),
    )
    said = project.ivrkit("test")
    assert said.code == 2
    assert 'this flow has no prompt and no node "huors"; did you mean "hours"?' in said.err
    assert 'there is no flow "shopp" in flows; did you mean "shop"?' in said.err
    write(project)
    project.change("flows/shop.yaml", "next: hours", "next: huors")
    said = project.ivrkit("test")
    assert said.code == 2
    assert said.err.count('goes to "huors"') == 1


def test_a_folder_without_scenarios_is_one_clear_line(project: Project) -> None:
    said = project.ivrkit("test")
    assert (said.code, said.err.count("\n")) == (2, 1)
    assert "write them into flows/scenarios/*.yaml" in said.err


def test_a_call_that_is_made_becomes_a_scenario_that_passes(project: Project) -> None:
    record = ("test", "flows/shop.yaml", "--record", "flows/scenarios/made.yaml")
    said = project.ivrkit(*record, "--press", "2", "--press", "1234", "--press", "91")
    assert said.code == 0
    assert "the call is its last scenario; give it a name" in said.err
    assert "Secret keys stand there as zeros" in said.err
    assert "Secret" not in project.ivrkit(*record, "--press", "0").err
    written = (project.folder / "flows/scenarios/made.yaml").read_text(encoding="utf-8")
    assert "1234" not in written
    assert '  - presses: "0000"                 # secret keys: fill them in\n' in written
    assert "transfers:\n  desk: failed\n" in written
    said = project.ivrkit("test")
    assert (said.code, said.err.splitlines()[-1]) == (0, "2 scenarios: all pass")


def test_a_flow_is_no_scenario(project: Project) -> None:
    said = project.ivrkit("test", "flows/shop.yaml")
    assert said.code == 2
    assert said.err.count("error:") == 1
    assert "this is a flow; name its scenarios, or none to run all" in said.err


def test_recording_needs_a_flow(project: Project) -> None:
    said = project.ivrkit("test", "--record", "flows/scenarios/made.yaml")
    assert (said.code, said.err.count("\n")) == (2, 1)
    assert "--record: name the flow to call" in said.err


def test_scenarios_run_on_the_embedded_switch_too(project: Project) -> None:
    write(project)
    said = project.ivrkit("test", "--switch", "simulated")
    assert (said.code, said.err.splitlines()[-1]) == (0, "2 scenarios: all pass")
