"""What calls have tried of a flow, and that those of the hotline try all of it."""

from __future__ import annotations

from pathlib import Path

from ivrkit.testing.coverage import Coverage
from ivrkit.testing.scenarios import run_scenario
from ivrkit.testing.suite import Suite, files_in, sources_of

ROOT = Path(__file__).parents[2]


def test_the_scenarios_of_the_hotline_take_every_way() -> None:
    suite, coverage = Suite(), Coverage()
    for case in (case for file in files_in([ROOT / "flows"]) for case in suite.cases(file)):
        coverage.expect(case.script, sources_of(case.script, case.flow))
        result = run_scenario(case.scenario, case.script, case.hours)
        assert result.failure is None, str(result.failure)
        assert result.record
        coverage.took(result.record)
    suite.close()
    assert [*map(str, coverage.missing())] == []
