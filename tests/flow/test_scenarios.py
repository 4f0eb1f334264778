"""Scenario files as people write them, right and wrong."""

from __future__ import annotations

from decimal import Decimal
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ivrkit.errors import FlowError
from ivrkit.flow.scenarios import Scenario, read_scenarios, unknown_names
from ivrkit.flow.source import load_documents, parse_documents, parse_source
from tests.testing import shop

GOOD = """\
scenario: 客户查询订单
flow: shop
caller: {number: "13900000000", at: "2026-11-23T22:00:00+08:00"}
actions:
  find_order: {outcome: ok, result: {price: 42.50, count: 3, month: "2026", note: 很好, new: true}, takes: 500ms}
steps:
  - hears: welcome
  - hangs_up
"""


def read(text: str) -> tuple[Scenario, ...]:
    return read_scenarios(parse_documents("calls.yaml", text.encode()))


def mistakes(text: str) -> list[str]:
    with pytest.raises(FlowError) as wrong:
        read(text)
    return [str(fault).split("\n")[0].removeprefix("calls.yaml:") for fault in wrong.value.diagnostics]


def test_plain_numbers_are_numbers_and_quoted_ones_text() -> None:
    (answer,) = read(GOOD)[0].written.actions["find_order"]
    assert answer.result == {"price": Decimal("42.50"), "count": 3, "month": "2026", "note": "很好", "new": True}
    assert answer.takes == 0.5


def test_a_file_holds_several_scenarios_each_with_its_own_places() -> None:
    first, second = read(f"# calls\n---\n{GOOD}---\n{GOOD.replace('客户', 'A customer ')}---\n")
    assert (first.name, second.name) == ("客户查询订单", "A customer 查询订单")
    assert (first.source.error(("flow",), "", "").line, second.source.error(("flow",), "", "").line) == (4, 13)
    wrong = GOOD.replace("hears", "haers")
    assert [told.split(":")[0] for told in mistakes(f"{wrong}---\n{GOOD}---\n{wrong}")] == ["7", "25"]


def test_a_flow_still_holds_one_document() -> None:
    (fault,) = parse_source("flow.yaml", b"flow: a\n---\nflow: b\n").faults
    assert "a second document begins here" in fault.message


def test_a_file_that_is_not_there_is_one_mistake(tmp_path: Path) -> None:
    (source,) = load_documents(tmp_path / "none.yaml")
    assert source.faults[0].message == "there is no such file"


@pytest.mark.parametrize(
    ("before", "after", "told"),
    [
        ("flow: shop", "flwo: shop", '2:1: error: "flwo" is no field of a scenario; did you mean "flow"? [scenario]'),
        ("flow: shop\n", "", '1:1: error: name the flow that is called: "flow: water-hotline" [scenario]'),
        ("- hangs_up", "- hang_up", '8:5: error: "hang_up" is no step; did you mean "hangs_up"? [scenario]'),
        ("- hangs_up", "- hangs_up: now", "8:15: error: nothing stands behind hangs_up: [scenario]"),
        ("- hangs_up", '- presses: "1a"', '8:14: error: "1a" is no key of a telephone: use 0 to 9, * and #, in quotes'),
        ("- hangs_up", "- waits: 5", '8:12: error: "5" has no unit: write 5s for seconds or 5ms for milliseconds'),
        ("- hangs_up", "- hears:", "8:5: error: name what is heard: hears: welcome [scenario]"),
        ("- hangs_up", "- ends: {by: me}", '8:16: error: a call ends by caller, flow or fault, not "me" [scenario]'),
        ("- hangs_up", "- ends: {of: main}", '8:12: error: "of" is no field of ends; there are at and by [scenario]'),
        ("- hangs_up", "- {hears: a, presses: '1'}", 'a step is one thing, behind a "-" of its own: - presses: "2"'),
        ("steps:", "steps: []\nx:", "6:1: error: write the steps as a list, each behind a - of its own: - hears: welc"),
        ("outcome: ok, ", "", "5:3: error: say what is answered: outcome: ok [scenario]"),
        ("result: {p", "resutl: {p", '"resutl" is no field of an answer; did you mean "result"? [scenario]'),
        ("+08:00", "", 'error: write when the call comes with its zone: at: "2026-11-23T10:00:00+08:00"'),
        ("caller: {number", "caller: {nummer", '"nummer" is no field of a caller; did you mean "number"? [scenario]'),
        ("actions:", "queues:", "4:1: error: queues: there are none in this version of ivrkit yet [scenario]"),
        (
            "scenario: 客户查询订单\n",
            "",
            'begin with what is tested: "scenario: a customer hears the tariff" [scenario]',
        ),
    ],
)
def test_a_mistake_is_told_at_its_place(before: str, after: str, told: str) -> None:
    assert any(told in line for line in mistakes(GOOD.replace(before, after, 1)))


def test_nothing_at_all_is_told_so() -> None:
    assert "there is nothing in this file; a scenario begins with a line such as" in mistakes("")[0]


@pytest.mark.parametrize(
    ("before", "after", "told"),
    [
        ("hears: welcome", "hears: welcom", 'this flow has no prompt and no node "welcom"; did you mean "welcome"?'),
        ("find_order: {", "find_odrer: {", 'this flow has no action "find_odrer"; did you mean "find_order"?'),
        ("outcome: ok", "outcome: okay", '"find_order" never answers "okay"; did you mean "ok"?'),
        ("- hangs_up", "- ends: {at: mian}", 'this flow has no node "mian"; did you mean "main"?'),
        ("- hangs_up", "- called: find_odrer", 'this flow has no action "find_odrer"; did you mean "find_order"?'),
        ("steps:", "transfers: {dask: busy}\nsteps:", 'this flow has no target "dask"; did you mean "desk"?'),
        ("steps:", "transfers: {desk: bisy}\nsteps:", '"desk" never answers "bisy"; did you mean "busy"?'),
        ("steps:", "calendars: {ofice: open}\nsteps:", 'this flow has no calendar "ofice"; did you mean "office"?'),
        ("steps:", "calendars: {office: [opn]}\nsteps:", '"office" never answers "opn"; did you mean "open"?'),
        ("steps:", "requests: {order: ok}\nsteps:", 'this flow has no node with a request "order"'),
    ],
)
def test_a_name_that_the_flow_does_not_know_is_told(before: str, after: str, told: str, tmp_path: Path) -> None:
    (scenario,) = read(GOOD.replace(before, after, 1))
    (found,) = unknown_names(scenario, shop.script(tmp_path), {"find_order": ("ok", "not_found")})
    assert told in str(found)


def test_what_the_flow_knows_is_no_mistake(tmp_path: Path) -> None:
    assert unknown_names(read(GOOD)[0], shop.script(tmp_path), {"find_order": ("ok",)}) == []


@settings(max_examples=300, deadline=None)
@given(st.data())
def test_a_scenario_that_was_cut_and_pasted_is_read_or_told(data: st.DataObject) -> None:
    lines = (GOOD + shop.HEAD + shop.ASKED).splitlines()
    text = "\n".join(data.draw(st.lists(st.sampled_from(lines), max_size=12)))
    at = data.draw(st.integers(0, len(text)))
    text = text[:at] + data.draw(st.sampled_from(["", ":", "[", "{", '"', "- ", "\n---\n", "字", "%", "!"])) + text[at:]
    try:
        read(text)
    except FlowError as error:
        assert error.diagnostics
