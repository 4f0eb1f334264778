"""From YAML to a Script: defaults, words in place, options with their keys, only what the flow can say."""

from __future__ import annotations

import time
from itertools import pairwise
from typing import TypeVar

import pytest

from ivrkit.errors import FlowError
from ivrkit.flow import compile_file, compile_flow, load_source, parse_source, prompts_name
from ivrkit.nodes.action import Action
from ivrkit.nodes.collect import Collect
from ivrkit.nodes.menu import Menu
from ivrkit.prompts.segments import Segments, written
from ivrkit.script import Node, Script
from tests.flow.golden import OK, WORLD, compiled

WATER = OK / "water.yaml"


@pytest.fixture(scope="module")
def water() -> Script:
    return compiled(WATER).require()


def said(script: Script, prompt: str, language: str) -> str:
    return written(script.prompts[prompt][language])


def sounds(segments: Segments) -> list[str]:
    return [segment.sound for segment in segments if getattr(segment, "sound", "")]


T = TypeVar("T", bound=Node)


def node(script: Script, name: str, kind: type[T]) -> T:
    found = script.nodes[name]
    assert isinstance(found, kind)
    return found


def test_a_flow_becomes_data_that_a_session_can_run(water: Script) -> None:
    assert (water.flow, water.languages, water.start, water.give_up) == (
        "water-hotline",
        ("zh", "en"),
        "welcome",
        "agent",
    )
    assert water.keys == {"0": "agent", "*": "back", "#": "repeat"}
    assert list(node(water, "main", Menu).menu) == ["1", "2", "3", "9"]


def test_defaults_fill_the_nodes_that_have_the_field(water: Script) -> None:
    account = node(water, "account", Collect)
    assert (account.tries, account.first_digit, account.give_up) == (3, 5.0, "agent")
    assert node(water, "bill", Action).timeout == 3.0


def test_words_in_place_are_named_after_their_node(water: Script) -> None:
    assert node(water, "account", Collect).collect == ("account",)
    assert node(water, "account", Collect).readback == ("account.2",)
    assert said(water, "account", "zh") == "请输入八位户号。"
    assert sounds(water.prompts["account"]["zh"]) == ["zh/water_hotline/account"]


def test_an_option_is_said_with_its_key_and_in_its_own_language(water: Script) -> None:
    assert said(water, "main@1", "zh") == "水价查询请按一。"
    assert said(water, "main.2@2", "en") == "For your bill, press two."
    assert list(water.prompts["main.4@9"]) == ["en"]
    assert said(water, "ivrkit.language@2", "en") == "For English, press two."
    assert list(water.prompts["ivrkit.language@1"]) == ["zh"]


def test_only_what_the_flow_can_say_is_in_its_script(water: Script) -> None:
    assert "main" not in water.prompts
    assert {"ivrkit.sorry", "ivrkit.noinput", "ivrkit.confirm_keys", "ivrkit.readback_keys"} <= water.prompts.keys()
    smallest = compiled(OK / "smallest.yaml").require()
    assert set(smallest.prompts) == {"hello", "ivrkit.sorry"}
    assert set(smallest.prompts["ivrkit.sorry"]) == {"zh"}


def test_words_of_the_flow_and_of_its_prompt_file_never_share_a_sound() -> None:
    flow = parse_source(
        "f",
        b"flow: same\nlanguages: [en]\nprompts: same\nstart: welcome\nnodes:\n"
        b"  welcome: {play: [{en: Hello}, welcome], next: end}\n  end: {hangup: normal}\n",
    )
    script = compile_flow(flow, parse_source("p", b"prompts: same\nwelcome: {en: Welcome}\n")).require()
    names = {name: sounds(script.prompts[name]["en"]) for name in script.prompts if name != "ivrkit.sorry"}
    assert names == {"welcome": ["en/same/welcome"], "welcome.2": ["en/same_flow/welcome_2"]}


def test_the_version_changes_with_what_is_heard_and_with_nothing_else() -> None:
    text = WATER.read_text(encoding="utf-8")
    same = text.replace("  first_digit: 5s  ", "  first_digit: 5000ms  ").replace("# silence before", "# quiet before")
    other = text.replace("欢迎致电", "欢迎拨打")
    versions = [
        compile_flow(parse_source("f", one.encode()), None, WORLD).require().version for one in (text, same, other)
    ]
    assert versions[0] == versions[1] != versions[2]
    assert len(versions[0]) == 64


def test_without_a_world_actions_and_targets_are_taken_on_trust() -> None:
    flow = parse_source(
        "f",
        b"flow: f\nlanguages: [en]\nstart: a\nnodes:\n"
        b"  a: {action: any, with: {x: y}, on: {whatever: t, timeout: t, error: t}}\n"
        b"  t: {transfer: any, on: {answered: end, busy: end, no_answer: end, failed: end}}\n  end: {hangup: normal}\n",
    )
    assert compile_flow(flow).diagnostics == ()


def test_a_flow_with_an_error_gives_no_script_and_one_exception_with_all_of_it() -> None:
    result = compile_flow(
        parse_source("f.yaml", b"flow: f\nlanguages: [en]\nstart: a\nnodes: {a: {play: x, next: b}}\n")
    )
    with pytest.raises(FlowError) as refused:
        result.require()
    assert "f.yaml:4:19" in str(refused.value)
    assert refused.value.diagnostics == result.diagnostics


def test_a_prompt_file_is_found_beside_the_flow() -> None:
    assert prompts_name(load_source(OK / "caller.yaml")) == "counting"
    assert compile_file(OK / "caller.yaml", OK / "prompts", WORLD).diagnostics == ()
    missing = compile_file(OK / "caller.yaml", OK, WORLD).diagnostics
    assert [(found.check, found.path, found.line) for found in missing] == [("no-file", str(OK / "caller.yaml"), 4)]


def test_a_mistake_at_the_top_hides_none_below_it_and_invents_none() -> None:
    flow = parse_source(
        "f",
        b'flow: f\nlanguages: [en, [x]]\nstart: ask\nkeys: {"00": ask, "3": help}\nnodes:\n'
        b"  ask: {confirm: {en: Really}, yes: end, no: end, give_up: bye}\n"
        b"  help: {play: {en: Help}, next: ned}\n  bye: {play: {en: Bye}, next: end}\n  end: {hangup: normal}\n",
    )
    told = [(found.line, found.check) for found in compile_flow(flow).diagnostics]
    assert told == [(2, "wrong-value"), (4, "wrong-value"), (7, "unknown-node")]


@pytest.mark.parametrize("name", ["../secrets", "/etc/passwd", "a/b", ".", ""])
def test_a_prompt_file_is_only_looked_for_in_its_folder(name: str) -> None:
    assert prompts_name(parse_source("f", f'prompts: "{name}"\n'.encode())) is None


def test_two_thousand_lines_check_in_under_a_second() -> None:
    text = big_flow(2000)
    assert text.count("\n") >= 2000
    compiled(WATER)  # what is made once a process is made now
    began = time.process_time()
    result = compile_flow(parse_source("f", text.encode()), None, WORLD)
    assert time.process_time() - began < 1.0
    assert result.script is not None


def test_a_flow_as_large_as_a_file_may_be_does_not_freeze_the_checker() -> None:
    names = [f"n{number}" for number in range(7500)]
    steps = [f'  {a}: {{set: {{v{a}: "{{{{ v{b} + 1 }}}}"}}, next: {b}}}' for a, b in pairwise(names)]
    text = "flow: f\nlanguages: [en]\nstart: n0\nnodes:\n" + "\n".join(steps) + f"\n  {names[-1]}: {{hangup: normal}}\n"
    began = time.process_time()
    result = compile_flow(parse_source("f", text.encode()))
    assert time.process_time() - began < 8
    assert "unset-variable" in {found.check for found in result.diagnostics}


def big_flow(lines: int) -> str:
    """Many copies of the same few nodes, each copy leading to the next."""
    head = "flow: big\nlanguages: [zh, en]\nstart: menu0\ndefaults: {give_up: agent}\nnodes:\n"
    count = lines // 18
    blocks = (_BLOCK.replace("N", str(number)).replace("M", str(number + 1)) for number in range(count))
    return head + "".join(blocks) + _LAST.replace("N", str(count))


_LAST = """\
  agent: {transfer: service, on: {answered: end, busy: end, no_answer: end, failed: end}}
  end: {hangup: normal}
  menuN: {confirm: {zh: 确认吗, en: Are you sure}, yes: end, no: agent}
"""
_BLOCK = """\
  menuN:
    confirm: {zh: 要查询水费吗, en: Would you like to hear your bill}
    yes: accountN
    no: menuM
  accountN:
    collect: {zh: 请输入八位户号, en: Please enter your eight-digit number}
    digits: 8
    check: luhn
    save: accountN
    readback: {zh: "您输入的是{{ accountN | digits }}", en: "You entered {{ accountN | digits }}"}
    next: billN
  billN:
    action: find_bill
    with: {account: "{{ accountN }}"}
    save: billN
    on: {ok: tellN, not_found: accountN, timeout: agent, error: agent}
  tellN: {play: {zh: "应缴{{ billN.amount | money }}", en: "You owe {{ billN.amount | money }}"}, next: menuM}

"""
