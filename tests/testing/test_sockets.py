"""The same scenarios on the embedded switch, over real connections."""

from __future__ import annotations

import pytest

from ivrkit.flow.scenarios import read_scenarios
from ivrkit.flow.source import parse_documents
from ivrkit.script import Script
from ivrkit.testing.scenarios import run_scenario
from ivrkit.testing.sockets import SimulatedLine
from tests.testing import shop

CALLS = f"""\
{shop.HEAD.replace("{outcome: ok,", "{takes: 1s, outcome: ok,")}{shop.ASKED}\
  - hears: ivrkit.please_wait
  - called: {{find_order: {{number: "123456"}}}}
  - hears: tell
  - saved: {{order: {{price: 42.50}}}}
  - hears: main
  - presses: "9"
  - hears_text: your order
  - hangs_up
  - ends: {{at: main, by: caller}}
---
scenario: the desk speaks with the caller
flow: shop
calendars: {{office: open}}
transfers: {{desk: {{outcome: answered, takes: 1s, talks: 2s}}}}
actions: {{note_hangup: ok}}
steps: [hears: welcome, hears: main, presses: "0", ends: {{at: end, by: flow}}]
---
scenario: nobody is there
flow: shop
calendars: {{office: closed}}
actions: {{note_hangup: ok}}
steps: [hears: welcome, hears: closed, ends: {{at: end, by: flow}}]
"""
SCENARIOS = read_scenarios(parse_documents("calls.yaml", CALLS.encode()))


@pytest.fixture(scope="module")
def script(tmp_path_factory: pytest.TempPathFactory) -> Script:
    return shop.script(tmp_path_factory.mktemp("shop"))


@pytest.mark.parametrize("number", range(len(SCENARIOS)))
def test_a_scenario_goes_as_in_virtual_time(script: Script, number: int) -> None:
    virtual = run_scenario(SCENARIOS[number], script)
    result = run_scenario(SCENARIOS[number], script, line=SimulatedLine)
    assert (virtual.failure, result.failure) == (None, None)
    assert virtual.record
    assert result.record
    assert [(visit.node, visit.outcome) for visit in result.record.path] == [
        (visit.node, visit.outcome) for visit in virtual.record.path
    ]


def test_a_call_that_goes_otherwise_is_told_as_in_virtual_time(script: Script) -> None:
    (scenario,) = read_scenarios(parse_documents("calls.yaml", f"{shop.HEAD}{shop.ASKED}  - hears: busy\n".encode()))
    virtual, result = run_scenario(scenario, script), run_scenario(scenario, script, line=SimulatedLine)
    assert result.failure
    assert result.failure == virtual.failure
