"""An editor and `ivrkit check` take and refuse the same values of a field."""

from __future__ import annotations

import pytest
import yaml
from jsonschema import Draft7Validator

from ivrkit.errors import FlowError
from ivrkit.flow import compile_flow, parse_source
from ivrkit.flow.calendars.reading import read_calendars
from ivrkit.flow.scenarios import read_scenarios
from ivrkit.nodes import NODE_KINDS
from ivrkit.schema import schema
from ivrkit.schema.snippets import example
from tests.schema.flows import as_editors_read, as_ivrkit_reads

VALIDATOR = Draft7Validator(schema("flow"))
MENU = 'menu: {"1": {next: end}}'
COLLECT = "collect: ask, max: 8, save: entry, next: end"
ACTION = "action: find_bill, on: {ok: end, timeout: end, error: end}"

RIGHT = {
    MENU: [
        *["tries: 3", 'tries: "3"', "first_digit: 5s", "first_digit: 500ms", "first_digit: 0s", "first_digit: 1.5s"],
        *["barge_in: yes", "barge_in: No", "barge_in: false", 'barge_in: "yes"', "visits: 2", "give_up: 人工-1"],
        *["noinput: again", "noinput: [again, {next: end}, {zh: 请}]", "noinput: {prompt: {zh: 请}}"],
        *["short: []", "prompt: [a, {zh: 请}]", "prompt: {zh: 12}"],
    ],
    COLLECT: [
        *['end_key: "#"', "end_key: none", "end_key: 5", "pattern: '[1-5]+'", "pattern: 12", "secret: TRUE"],
        *["on: {luhn: 人工}", "on: {}", "check: luhn", "readback: {zh: 对吗}"],
    ],
    ACTION: ["with: {n: 5, x: true, y: 1.5}", "with: {}", "timeout: 2m", "hold: {zh: 请稍候}", "save: 户号"],
}
WRONG = {
    MENU: [
        *["tries: 0", "tries: many", "tries: 1.5", "tries: [3]", "tries: -1", "first_digit: 5", "first_digit: 5 s"],
        *["first_digit: -5s", "barge_in: maybe", "barge_in: 1", "noinput: {nxt: end}", "noinput: [{zn: 请}]"],
        *["prompt: {}", "short: [[a]]", "visits: none", "no_such_field: 1", "next: end", "play: hello"],
    ],
    COLLECT: ['end_key: "##"', "end_key: enter", "pattern: [1]", "on: end", "on: {luhn: {}}", "secret: 2"],
    ACTION: ["with: 5", "with: {n: [5]}", "timeout: 25", "hold: [a]", "save: a.b", "save: 1a"],
}
FIELDS = {"unknown-field", "missing-field", "wrong-value", "kind", "dead-end", "unknown-language", "missing-language"}
"What `check` says of a field by itself."


def flow(node: str) -> str:
    return f"flow: x\nlanguages: [zh]\nstart: here\ndefaults: {{give_up: end}}\nnodes:\n  here: {{{node}}}\n"


def refused(node: str) -> list[bool]:
    """Whether an editor refuses it, whether it does that with typed scalars, and whether `check` does."""
    found = compile_flow(parse_source("x.yaml", flow(node).encode())).diagnostics
    read = (as_ivrkit_reads(flow(node)), as_editors_read(flow(node)))
    return [*(not VALIDATOR.is_valid(data) for data in read), any(fault.check in FIELDS for fault in found)]


@pytest.mark.parametrize("node", [f"{node}, {field}" for node, fields in RIGHT.items() for field in fields])
def test_what_check_takes_an_editor_takes(node: str) -> None:
    assert refused(node) == [False, False, False]


@pytest.mark.parametrize("node", [f"{node}, {field}" for node, fields in WRONG.items() for field in fields])
def test_what_check_refuses_an_editor_refuses(node: str) -> None:
    assert refused(node) == [True, True, True]


@pytest.mark.parametrize(
    "node",
    [
        "",
        "next: end",
        "plai: hello, next: end",
        "play: hello",
        'menu: {"a": {next: end}}',
        'menu: {"1": {nxt: end}}',
        'menu: {"1": end}',
        "branch: end",
        "branch: [{wenn: a, next: end}, {else: end}]",
        "hangup: norml",
        "collect: ask, max: 8, next: end",
    ],
)
def test_a_node_that_check_refuses_an_editor_refuses(node: str) -> None:
    assert refused(node) == [True, True, True]


@pytest.mark.parametrize("kind", NODE_KINDS)
def test_the_example_of_a_kind_is_right(kind: str) -> None:
    node = yaml.safe_dump(dict(example(NODE_KINDS[kind])), default_flow_style=True, width=1000).strip()
    assert refused(node[1:-1]) == [False, False, False]


@pytest.mark.parametrize(
    ("line", "fits"),
    [
        ('keys: {"0": here, "*": back}', True),
        ("keys: {a: here}", False),
        ("arguments: {number: text, vip: flag}", True),
        ("arguments: {number: string}", False),
        ("returns: {done: [ticket], error: []}", True),
        ("returns: {done: ticket}", False),
        ("on_hangup: here", True),
        ("defaults: {tries: 2, next: here}", True),
        ("defaults: {visits: 2}", False),
        ("defaults: {menu: {}}", False),
        ("langages: [zh]", False),
    ],
)
def test_the_head_of_a_flow_fits_as_check_says(line: str, fits: bool) -> None:
    text = f"{line}\n" + flow("hangup: normal").replace("defaults: {give_up: end}\n", "")
    found = compile_flow(parse_source("x.yaml", text.encode())).diagnostics
    assert VALIDATOR.is_valid(as_editors_read(text)) is fits
    assert any(fault.check in FIELDS | {"unknown-field"} for fault in found) is not fits


def test_what_stands_under_defaults_need_not_stand_in_the_nodes() -> None:
    play = flow("play: hello")
    assert not VALIDATOR.is_valid(as_ivrkit_reads(play))
    assert VALIDATOR.is_valid(as_ivrkit_reads(play.replace("{give_up: end}", "{next: end}")))


# --- scenarios -------------------------------------------------------------------------------------------------------

SCENARIO = "scenario: x\nflow: shop\n"
STEP = f"{SCENARIO}steps:\n  - "
WORLD = f"{SCENARIO}steps: [ends]\n"
RIGHT_SCENARIOS = [
    *[
        f"{STEP}{step}"
        for step in ("hears: welcome", "hears_text: 请按一", 'presses: "12#"', "presses: 12", "waits: 5s")
    ],
    *[
        f"{STEP}{step}"
        for step in ("speaks: 1.5s", "hangs_up", "hangs_up:", "ends", "ends:", "ends: {at: a, by: flow}")
    ],
    *[
        f"{STEP}{step}"
        for step in ("called: find", "called: {find: {a: 1}}", "called: {find: {}}", "saved: {a: [1, {b: 2}]}")
    ],
    *[
        f"{WORLD}actions: {{find: {it}}}"
        for it in ("ok", "[ok, {outcome: none, takes: 2s}]", "{outcome: ok, result: {a: 1.5}}")
    ],
    *[f"{WORLD}transfers: {{desk: {it}}}" for it in ("busy", "{outcome: answered, talks: 3s}")],
    *[
        f"{WORLD}calendars: {{office: closed}}",
        f"{WORLD}recordings: {{message: error}}",
        f"{WORLD}requests: {{order: '404'}}",
    ],
    *[
        f"{WORLD}caller: {{{it}}}"
        for it in ("number: 13800001111", "at: 2026-11-23T10:00:00+08:00, name: 王芳", "called: '4001'")
    ],
]
WRONG_SCENARIOS = [
    *["flow: x\nsteps: [ends]", "scenario: x\nsteps: [ends]", "scenario: x\nflow: x", f"{SCENARIO}steps: []"],
    *[f"{STEP}{step}" for step in ("hears", "hears:", "hears: [a]", "heers: a", "hears: a\n    waits: 5s", "[ends]")],
    *[f"{STEP}{step}" for step in ("presses: a", "presses: ", "waits: 5", "speaks: long", "hangs_up: now", "saved: a")],
    *[f"{STEP}{step}" for step in ("ends: {by: me}", "ends: {an: end}", "ends: soon", "called: [a]")],
    *[f"{WORLD}actions: {{find: {it}}}" for it in ("[]", "{}", "{takes: 2s}", "{outcome: ok, take: 2s}", "[[ok]]")],
    *[f"{WORLD}{line}" for line in ("actions: find", "actors: {}", "queues: {a: full}", "caller: {number: [1]}")],
    *[f"{WORLD}caller: {{at: {it}}}" for it in ("10:00", "2026-11-23T10:00:00", "today")],
]


def refused_scenario(text: str) -> list[bool]:
    """Whether an editor refuses it, whether it does that with typed scalars, and whether `ivrkit test` does."""
    editor = Draft7Validator(schema("scenarios"))
    try:
        read_scenarios([parse_source("x.yaml", text.encode())])
    except FlowError:
        wrong = True
    else:
        wrong = False
    return [*(not editor.is_valid(read(text)) for read in (as_ivrkit_reads, as_editors_read)), wrong]


@pytest.mark.parametrize("text", RIGHT_SCENARIOS)
def test_a_scenario_that_can_be_run_an_editor_takes(text: str) -> None:
    assert refused_scenario(text) == [False, False, False]


@pytest.mark.parametrize("text", WRONG_SCENARIOS)
def test_a_scenario_that_cannot_be_run_an_editor_refuses(text: str) -> None:
    assert refused_scenario(text) == [True, True, True]


# --- calendars -------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("office", "fits"),
    [
        ("timezone: UTC, open: {mon-fri: '08:30-12:00, 13:30-17:30', 周六: 9:00-12:00, sun: closed}", True),
        ("timezone: Asia/Shanghai, open: {daily: 24h}, holidays: DE-BY", True),
        ("timezone: UTC, open: {daily: 24h}, dates: {2026-12-31: closed, 2027-02-17..2027-02-23: workday}", True),
        ("timezone: UTC, open: {daily: 09:00至17:00}", False),
        ("open: {daily: 24h}", False),
        ("timezone: UTC, open: {daily: 8-17}", False),
        ("timezone: UTC, open: daily", False),
        ("timezone: 8, open: {daily: 24h}", False),
        ("timezone: UTC, open: {daily: 24h}, holidays: china", False),
        ("timezone: UTC, open: {daily: 24h}, dates: {12-31: closed}", False),
        ("timezone: UTC, open: {daily: 24h}, dates: {2026-12-31: gone}", False),
        ("timezone: UTC, open: {}", False),
        ("timezone: UTC, open: {daily: 24h}, hours: 24h", False),
    ],
)
def test_calendars_fit_as_check_says(office: str, fits: bool) -> None:
    text = f"calendars: {{office: {{{office}}}}}"
    editor = Draft7Validator(schema("calendars"))
    taken = [editor.is_valid(read(text)) for read in (as_ivrkit_reads, as_editors_read)]
    assert [*taken, not read_calendars(parse_source("calendars.yaml", text.encode())).diagnostics] == [fits] * 3
