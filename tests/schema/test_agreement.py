"""An editor and `ivrkit check` take and refuse the same values of a field."""

from __future__ import annotations

import pytest
import yaml
from jsonschema import Draft7Validator

from ivrkit.flow import compile_flow, parse_source
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
