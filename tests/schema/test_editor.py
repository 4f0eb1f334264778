"""What an author sees in an editor, from the very program that VS Code, Neovim and Helix ask."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from pathlib import Path
from textwrap import indent

import pytest

from ivrkit.flow import compile_flow, parse_source
from ivrkit.flow.kinds import node_kinds
from ivrkit.flow.scenarios import read_scenarios
from ivrkit.schema import SCHEMAS, file_name, schema_text
from ivrkit.schema.scenarios import STEPS
from tests.docs.pages import ROOT, blocks
from tests.schema.editor import Editor, language_server
from tests.schema.flows import CALENDARS, MODELINE, all_flows, all_prompts, all_scenarios, as_ivrkit_reads

SERVER = language_server()
pytestmark = pytest.mark.skipif(
    SERVER is None, reason="yaml-language-server is not installed: make tests does it where npm is, or npm install -g"
)

HEAD = f"{MODELINE}flow: x\nlanguages: [zh, en]\nstart: main\ndefaults: {{give_up: end}}\nnodes:\n"
END = "  end: {hangup: normal}\n"


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A project with every schema in it."""
    folder = tmp_path_factory.mktemp("project")
    for kind in SCHEMAS:
        (folder / file_name(kind)).write_bytes(schema_text(kind))
    return folder


@pytest.fixture(scope="module")
def editor(folder: Path) -> Iterator[Editor]:
    assert SERVER
    editor = Editor(SERVER, folder)
    yield editor
    editor.close()


@pytest.fixture
def configured_editor(folder: Path) -> Iterator[Editor]:
    """One with the settings that docs/editors.md shows."""
    assert SERVER
    (settings,) = [block.text for block in blocks(ROOT / "docs" / "editors.md") if block.language == "json"]
    editor = Editor(SERVER, folder, json.loads(settings)["yaml.schemas"])
    yield editor
    editor.close()


def completions(editor: Editor, nodes: str, head: str = HEAD) -> dict[str, str]:
    return editor.completions("flows/menu.yaml", head + nodes)


def as_accepted(snippet: str) -> str:
    """What a snippet writes when the author changes nothing in it."""
    return re.sub(r"\$\{\d+:((?:\\.|[^}])*)\}", lambda found: re.sub(r"\\(.)", r"\1", found[1]), snippet)


def problems(editor: Editor, nodes: str) -> list[str]:
    """What is told of nodes, without their places."""
    return [told.split(": ", 1)[1] for told in editor.problems("flows/menu.yaml", HEAD + nodes + END)]


def test_a_new_node_is_offered_every_kind_and_a_whole_node_of_each(editor: Editor) -> None:
    offered = completions(editor, "  main:\n    |\n")
    assert {kind for kind in node_kinds() if kind in offered} == set(node_kinds())
    assert {f"{kind} …" for kind in node_kinds()} <= offered.keys()
    assert offered["play …"] == "play: ${1:welcome}\nnext: ${2:main}"


def test_a_node_that_has_its_keyword_is_offered_its_other_fields_only(editor: Editor) -> None:
    offered = completions(editor, '  main:\n    menu:\n      "1": {next: end}\n    |\n' + END)
    assert offered.keys() >= {"prompt", "short", "noinput", "nomatch", "tries", "give_up", "first_digit", "barge_in"}
    assert offered.keys().isdisjoint({"menu", "play", "next", "digits", "save"})


def test_the_fields_of_an_option_are_offered_in_it(editor: Editor) -> None:
    offered = completions(editor, '  main:\n    menu:\n      "1":\n        |\n' + END)
    assert {"label", "language", "next"} <= offered.keys()


def test_below_nodes_a_whole_node_is_offered(editor: Editor) -> None:
    assert completions(editor, END + "  |\n")["play node"] == "${1:name}:\n  play: ${2:welcome}\n  next: ${3:main}"


def test_an_empty_file_is_offered_a_whole_flow_without_a_mistake(editor: Editor) -> None:
    offered = editor.completions("flows/new.yaml", f"{MODELINE}|")
    assert {"flow", "languages", "start", "defaults", "keys", "nodes"} <= offered.keys()
    text = as_accepted(offered["flow …"])
    assert text.startswith("flow: hotline\nlanguages: [zh, en]\n")
    assert compile_flow(parse_source("flows/new.yaml", text.encode())).diagnostics == ()
    assert editor.problems("flows/new.yaml", MODELINE + text) == []


@pytest.mark.parametrize("kind", node_kinds())
def test_a_node_that_an_editor_writes_fits(editor: Editor, kind: str) -> None:
    node = as_accepted(completions(editor, END + "  |\n")[f"{kind} node"])
    assert problems(editor, indent(node, "  ") + "\n") == []


def test_the_ways_out_of_a_node_are_offered(editor: Editor) -> None:
    offered = completions(editor, "  main:\n    transfer: desk\n    on:\n      |\n" + END)
    assert {"answered", "busy", "no_answer", "failed"} <= offered.keys()


@pytest.mark.parametrize(
    ("nodes", "values"),
    [
        ("  main:\n    hangup: |\n", {"normal", "busy", "rejected"}),
        ("  main:\n    play: hello\n    barge_in: |\n", {"yes", "no"}),
        ("  main:\n    play: hello\n    next: end\n  b:\n    language: |\n", {"zh", "en", "ask"}),
        ('  main:\n    menu: {"1": {next: end}}\n    first_digit: |\n', {"5s", "500ms"}),
    ],
)
def test_values_are_offered(editor: Editor, nodes: str, values: set[str]) -> None:
    assert values <= completions(editor, nodes + END).keys()


def test_the_mouse_over_a_field_shows_what_it_is_for(editor: Editor) -> None:
    shown = editor.hover("flows/menu.yaml", HEAD + '  main:\n    menu: {"1": {next: end}}\n    |tries: 3\n' + END)
    assert "Failed answers a visit; silence and wrong keys are counted apart. Default: 3." in shown


def test_the_mouse_over_a_node_shows_its_kind(editor: Editor) -> None:
    shown = editor.hover("flows/menu.yaml", HEAD + '  |main:\n    menu: {"1": {next: end}}\n' + END)
    assert "`menu`: Says options, takes one key or several." in shown


KINDS = "Its keyword is one of play, menu, "


@pytest.mark.parametrize(
    ("node", "told"),
    [
        ("plai: hello, next: end", f"No node has a keyword or a field of this name. {KINDS}"),
        ("next: end", f"This node does not say what it does. {KINDS}"),
        ("play: hello, nxt: end, next: end", 'A "play" node has no field of this name. It has play, barge_in, next'),
        ("play: hello, menu: {}, next: end", 'A "play" node has no field of this name. It has play, barge_in, next'),
        ("play: hello", 'A "play" node needs "next:", here or under defaults:.'),
        ("play: {zn: 您好}, next: end", "Name a prompt, or write its words: {zh: 您好, en: Hello}."),
        ("play: a, barge_in: maybe, next: end", "Write yes or no."),
        ('menu: {"a": {next: end}}', 'Write the keys in quotes: "1", "12", "*". They are 0 to 9, * and #.'),
        ('menu: {"1": {next: end, labl: a}}', "Here stand label, language and next, and nothing else."),
        ('menu: {"1": {next: end}}, first_digit: 5', "Write a length of time with its unit: 5s, 500ms, 2m."),
        ('menu: {"1": {next: end}}, tries: many', "Write a whole number of at least 1."),
        ('menu: {"1": {next: end}}, noinput: {nxt: end}', "Name a prompt, write its words ("),
    ],
)
def test_a_mistake_is_told_once_and_in_words(editor: Editor, node: str, told: str) -> None:
    (problem,) = problems(editor, f"  main: {{{node}}}\n")
    assert problem.startswith(told)


def test_a_node_without_anything_is_told_what_belongs_there(editor: Editor) -> None:
    assert [told.split(".")[0] for told in problems(editor, "  main:\n")] == [
        "Say what this node does, in lines below its name"
    ]


@pytest.mark.parametrize("name", all_flows())
def test_a_flow_without_a_mistake_has_none_in_an_editor(editor: Editor, name: str) -> None:
    assert editor.problems(f"flows/{name.replace('/', '-')}.yaml", MODELINE + all_flows()[name]) == []


@pytest.mark.parametrize("name", all_prompts())
def test_nor_has_a_prompt_file(editor: Editor, name: str) -> None:
    text = MODELINE.replace("-flow-", "-prompts-") + all_prompts()[name]
    assert editor.problems(f"prompts/{name.replace('/', '-')}", text) == []


def test_nor_has_a_configuration(editor: Editor) -> None:
    text = MODELINE.replace("../ivrkit-flow-", "ivrkit-config-") + (ROOT / "ivrkit.yaml").read_text("utf-8")
    assert editor.problems("ivrkit.yaml", text) == []


def test_settings_of_an_editor_do_what_a_first_line_does(configured_editor: Editor) -> None:
    told = {
        "flows/x.yaml": 'A flow needs "flow:".',
        "flows/calendars.yaml": "Everything in this file stands below calendars:.",
        "prompts/x.yaml": 'A prompt file needs "prompts:" and its own name.',
        "ivrkit.yaml": "ivrkit has no setting of this name.",
    }
    found = {file: configured_editor.problems(file, "nothing: {}\n") for file in told}
    assert [file for file in told if not any(told[file] in problem for problem in found[file])] == []
    assert configured_editor.problems("flows/calendars.yaml", CALENDARS) == []


def test_an_empty_file_of_calendars_is_offered_one(editor: Editor) -> None:
    modeline = MODELINE.replace("-flow-", "-calendars-")
    text = as_accepted(editor.completions("flows/calendars.yaml", f"{modeline}|")["calendars …"])
    assert editor.problems("flows/calendars.yaml", modeline + text) == []
    assert as_ivrkit_reads(text)["calendars"]["office"]["open"] == {"mon-fri": "08:30-17:30", "sat": "09:00-12:00"}


SCENARIOS = MODELINE.replace("../ivrkit-flow-", "../../ivrkit-scenarios-")
SCENARIO_FILE = "flows/scenarios/new.yaml"


def test_an_empty_file_of_scenarios_is_offered_a_whole_call(editor: Editor) -> None:
    text = as_accepted(editor.completions(SCENARIO_FILE, f"{SCENARIOS}|")["scenario …"])
    assert editor.problems(SCENARIO_FILE, SCENARIOS + text) == []
    (scenario,) = read_scenarios([parse_source(SCENARIO_FILE, text.encode())])
    assert [step.word for step in scenario.steps] == ["hears", "presses", "hears", "hangs_up", "ends"]


@pytest.mark.parametrize("step", STEPS)
def test_each_step_is_offered_behind_its_dash(editor: Editor, step: str) -> None:
    head = f"{SCENARIOS}scenario: x\nflow: y\nsteps:\n  - hears: a\n  - "
    text = head + as_accepted(editor.completions(SCENARIO_FILE, f"{head}|\n")[f"{step} …"])
    assert editor.problems(SCENARIO_FILE, text) == []
    assert read_scenarios([parse_source(SCENARIO_FILE, text.encode())])[0].steps[1].word == step


@pytest.mark.parametrize("name", all_scenarios())
def test_a_scenario_without_a_mistake_has_none_in_an_editor(editor: Editor, name: str) -> None:
    assert editor.problems(SCENARIO_FILE, SCENARIOS + all_scenarios()[name]) == []


@pytest.mark.parametrize(
    ("line", "told"),
    [
        ("steps: [heers: a]", "A step is one of hears, "),
        ("steps: [waits: 5]", "Write a length of time with its unit"),
        ("steps: [ends: {by: me}]", "A call ends by caller, flow or fault."),
        ("steps: [ends]\ncalendars: {office: shut}", "Write "),
        ("steps: [ends]\nactions: {find: {takes: 2s}}", "Say what is answered: outcome: ok."),
    ],
)
def test_a_mistake_in_a_scenario_is_told_in_words(editor: Editor, line: str, told: str) -> None:
    found = editor.problems(SCENARIO_FILE, f"{SCENARIOS}scenario: x\nflow: y\n{line}\n")
    assert any(told in problem for problem in found), found


def test_a_setting_that_does_not_exist_is_told(editor: Editor) -> None:
    text = MODELINE.replace("../ivrkit-flow-", "ivrkit-config-") + "numbrs: {}\n"
    (told,) = editor.problems("other.yaml", text)
    assert told.startswith("2: ivrkit has no setting of this name. It has numbers, listen, allow, store, ")
