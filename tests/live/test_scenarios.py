"""The scenarios of the hotline, made by a real FreeSWITCH: what virtual time shows is what callers hear."""

from __future__ import annotations

from functools import partial
from pathlib import Path

from gevent.pool import Pool

from ivrkit.testing.scenarios import Result, run_scenario
from ivrkit.testing.sockets import FreeSwitchLine
from ivrkit.testing.suite import Case, Suite, scenario_files
from tests.live.freeswitch import PASSWORD, FreeSwitch

ROOT = Path(__file__).parents[2]
TOGETHER = 10
"Calls at once."
CASES = [case for file in scenario_files(ROOT / "flows" / "scenarios") for case in Suite().cases(file)]


def test_scenarios_go_on_freeswitch_as_in_virtual_time(switch: FreeSwitch) -> None:
    line = partial(FreeSwitchLine, ("127.0.0.1", switch.ports.event_socket), PASSWORD)

    def differences(case: Case) -> str:
        real = run_scenario(case.scenario, case.script, case.hours, line)
        virtual = run_scenario(case.scenario, case.script, case.hours)
        return str(real.failure or "") or ("" if way(real) == way(virtual) else f"{way(real)}\nnot\n{way(virtual)}")

    # Most of a call is waiting: together they take as long as the longest of them.
    assert "\n".join(filter(None, Pool(TOGETHER).map(differences, CASES))) == ""


def way(result: Result) -> list[tuple[str, str]]:
    """The nodes that a call passed, and how it left each."""
    return [(visit.node, visit.outcome) for visit in result.record.path] if result.record else []
