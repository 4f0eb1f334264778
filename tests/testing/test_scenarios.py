"""Calls that go as they are written, and calls that do not."""

from __future__ import annotations

import pytest

from ivrkit.script import Script
from tests.testing import shop
from tests.testing.shop import ASKED, HEAD, failure, run


@pytest.fixture(scope="module")
def script(tmp_path_factory: pytest.TempPathFactory) -> Script:
    return shop.script(tmp_path_factory.mktemp("shop"))


def test_a_call_goes_as_it_is_written(script: Script) -> None:
    steps = (
        ASKED
        + """\
  - called: {find_order: {number: "123456"}}
  - saved: {number: "123456", order: {price: 42.5}, order.price: 42.50}
  - hears: tell
  - hears: main
  - hangs_up:
  - ends: {at: main, by: caller}
"""
    )
    result = run(script, steps)
    assert result.failure is None
    assert result.record
    assert result.record.path[-2].node == "note"


def test_words_are_compared_as_they_are_said(script: Script) -> None:
    steps = """\
steps:
  - hears_text: 您好欢迎
  - hears_text: "查询订单，请按一！"
  - hears_text: for English press NINE
  - presses: "9"
  - hears_text: your order
  - presses: "1123456"
  - hears_text: forty-two yuan
"""
    assert run(script, steps).failure is None


def test_prompts_said_in_one_go_may_be_named_in_their_order(script: Script) -> None:
    assert run(script, "steps: [hears: welcome, hears: welcome.2, hears: main, hears: main@1]\n").failure is None
    assert run(script, "steps: [hears: welcome.2, hears: main]\n").failure is None
    assert '"welcome"' in failure(run(script, "steps: [hears: welcome.2, hears: welcome]\n"))


def test_the_words_of_a_node_are_not_what_it_says_to_silence(script: Script) -> None:
    steps = "steps: [hears: welcome, hears: main, waits: 5s, hears: ivrkit.noinput, hears: main]\n"
    assert run(script, steps).failure is None
    wrong = failure(run(script, "steps: [hears: welcome, hears: main, waits: 5s, hears: main]\n"))
    assert 'should hear "main", but hears "ivrkit.noinput"' in wrong


def test_waiting_counts_from_the_end_of_what_was_heard(script: Script) -> None:
    steps = "steps: [hears: welcome, hears: main, waits: {}, presses: '1', hears: {}]\n"
    assert run(script, steps.format("4900ms", "number")).failure is None
    assert '"ivrkit.noinput"' in failure(run(script, steps.format("5100ms", "number")))


def test_what_is_heard_instead_is_told_with_the_way_there(script: Script) -> None:
    head = HEAD.replace("outcome: ok, result: {price: 42.50}", "outcome: not_found")
    assert failure(run(script, ASKED + "  - hears: tell\n", head)).splitlines() == [
        'calls.yaml:12:12: error: "a call": the caller should hear "tell", but hears "number" (请输入六位订单号。) '
        'at node "number" [scenario]',
        "   12 |   - hears: tell",
        "      |            ^~~~",
        "      | the way: welcome → opening —open→ main —1→ number —123456→ order —not_found→ number",
    ]


def test_an_answer_that_is_not_written_is_asked_for(script: Script) -> None:
    told = failure(
        run(
            script,
            ASKED + "  - hears: tell\n",
            HEAD.replace("find_order: {outcome", "note_hangup: {outcome").replace(", note_hangup: ok", ""),
        )
    )
    assert 'the flow calls the action "find_order": add actions: {find_order: ok}' in told
    told = failure(
        run(script, "steps: [hears: welcome, hears: main]\n", HEAD.replace("calendars: {office: open}\n", ""))
    )
    assert 'the flow asks the calendar "office": add calendars: {office: open}' in told


def test_answers_of_a_list_come_in_turn_and_the_last_stays(script: Script) -> None:
    answers = "[not_found, {outcome: ok, result: {price: 1}}]"
    head = HEAD.replace("{outcome: ok, result: {price: 42.50}}", answers)
    steps = ASKED + "  - hears: number\n  - presses: '654321'\n  - hears_text: 一元\n"
    assert run(script, steps, head).failure is None


def test_an_action_may_take_its_time_or_never_answer(script: Script) -> None:
    slow = HEAD.replace("{outcome: ok,", "{outcome: ok, takes: 2s,")
    assert run(script, ASKED + "  - hears: ivrkit.please_wait\n  - hears: tell\n", slow).failure is None
    never = HEAD.replace("{outcome: ok, result: {price: 42.50}}", "timeout")
    steps = ASKED + "  - hears: ivrkit.please_wait\n  - hears: busy\n  - ends: {at: end, by: flow}\n"
    assert run(script, steps, never).failure is None


@pytest.mark.parametrize("outcome", ["busy", "no_answer", "failed", "answered"])
def test_a_transfer_ends_as_it_is_written(script: Script, outcome: str) -> None:
    heard = "" if outcome == "answered" else "hears: busy, "
    steps = f"steps: [hears: welcome, hears: main, presses: '0', {heard}ends: {{at: end, by: flow}}]\n"
    assert run(script, steps, HEAD.replace("desk: busy", f"desk: {outcome}")).failure is None


@pytest.mark.parametrize(
    ("step", "told"),
    [
        ("called: {find_order: {number: '654321'}}", 'the action "find_order" was called with {number: "123456"}'),
        ("called: note_hangup", 'the action "note_hangup" should have been called, and was not'),
        ("saved: {number: 123456}", '"number" should be 123456, but is "123456"'),
        ("saved: {nothing: 1}", '"nothing" should be 1, but is nothing'),
        ("ends", 'the call should end, but the caller hears "tell"'),
        ("hears_text: 两元", 'the caller should hear "两元", but hears "tell" (共四十二元五角。)'),
    ],
)
def test_what_is_not_as_written_is_told(script: Script, step: str, told: str) -> None:
    assert told in failure(run(script, f"{ASKED}  - {step}\n"))


def test_who_has_left_can_do_nothing_more(script: Script) -> None:
    head = HEAD.replace("office: open", "office: closed")
    steps = "steps: [hears: welcome, hears: closed, ends: {by: flow}, presses: '1']\n"
    assert "the caller should press a key, but the call has ended" in failure(run(script, steps, head))
    assert "end by caller, but ends by flow" in failure(
        run(script, "steps: [hears: welcome, hears: closed, ends: {by: caller}]\n", head)
    )
    assert 'end at node "main", but ends at "end"' in failure(
        run(script, "steps: [hears: welcome, hears: closed, ends: {at: main}]\n", head)
    )


def test_a_fault_of_the_flow_fails_a_scenario_that_goes_as_written(script: Script) -> None:
    head = HEAD.replace("price: 42.50", "price: much")
    told = failure(run(script, ASKED + "  - hears: busy\n", head))
    assert "the call had a fault" in told
    assert 'a fault: node "tell": the prompt' in told


def test_the_same_scenario_goes_the_same_way_each_time(script: Script) -> None:
    assert run(script, ASKED).record == run(script, ASKED).record
