"""The scenarios of the hotline, made by a real FreeSWITCH: what virtual time shows is what callers hear."""

from __future__ import annotations

from functools import partial
from pathlib import Path

import pytest

from ivrkit.testing.scenarios import run_scenario
from ivrkit.testing.sockets import FreeSwitchLine
from ivrkit.testing.suite import Case, Suite, scenario_files
from tests.live.freeswitch import PASSWORD, FreeSwitch

ROOT = Path(__file__).parents[2]
CASES = [case for file in scenario_files(ROOT / "flows" / "scenarios") for case in Suite().cases(file)]


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.scenario.name)
def test_a_scenario_goes_on_freeswitch_as_in_virtual_time(case: Case, switch: FreeSwitch) -> None:
    line = partial(FreeSwitchLine, ("127.0.0.1", switch.ports.event_socket), PASSWORD)
    result = run_scenario(case.scenario, case.script, case.hours, line)
    assert result.failure is None, str(result.failure)
    expected = run_scenario(case.scenario, case.script, case.hours).record
    assert result.record
    assert expected
    assert [(visit.node, visit.outcome) for visit in result.record.path] == [
        (visit.node, visit.outcome) for visit in expected.path
    ]
