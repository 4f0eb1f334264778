"""Scenarios as pytest's tests, one each: collected by `pytest_ivrkit`, run in virtual time."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from ivrkit.app import shown
from ivrkit.errors import FlowError
from ivrkit.testing.scenarios import run_scenario
from ivrkit.testing.suite import Case, Suite

SUITE = pytest.StashKey[Suite]()
"Of a run of pytest: each project, and each flow, is read once."


class Otherwise(Exception):
    """A call did not go as it is written; its text is what authors read."""


class ScenarioFile(pytest.File):
    """A file of scenarios."""

    def collect(self) -> Iterator[pytest.Item]:
        if SUITE not in self.config.stash:
            self.config.stash[SUITE] = suite = Suite()
            self.config.add_cleanup(suite.close)
        try:
            cases = self.config.stash[SUITE].cases(shown(self.path))
        except FlowError as error:
            raise self.CollectError(str(error)) from None
        for case in cases:
            yield ScenarioItem.from_parent(self, name=case.scenario.name, case=case)


class ScenarioItem(pytest.Item):
    """One scenario."""

    def __init__(self, *, case: Case, **given: Any) -> None:
        super().__init__(**given)
        self._case = case

    def runtest(self) -> None:
        result = run_scenario(self._case.scenario, self._case.script, self._case.hours)
        if result.failure:
            raise Otherwise(str(result.failure))

    def repr_failure(self, excinfo: pytest.ExceptionInfo[BaseException], style: Any = None) -> Any:
        return str(excinfo.value) if isinstance(excinfo.value, Otherwise) else super().repr_failure(excinfo, style)

    def reportinfo(self) -> tuple[Path, int, str]:
        line = self._case.scenario.source.error(("scenario",), "", "").line
        return self.path, line - 1, self.name
