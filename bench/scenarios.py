"""How long thousands of written calls take in virtual time: the scenarios of the hotline, one after another."""

from __future__ import annotations

from itertools import cycle, islice
from time import perf_counter

from bench.flows import ROOT
from ivrkit.testing.scenarios import run_scenario
from ivrkit.testing.suite import Suite, files_in

CALLS = 10_000


def seconds_of_calls(calls: int = CALLS) -> dict[str, float]:
    """By what is done: the seconds that it takes, once."""
    suite = Suite()
    cases = [case for file in files_in([ROOT / "flows"]) for case in suite.cases(file)]
    began = perf_counter()
    for case in islice(cycle(cases), calls):
        run_scenario(case.scenario, case.script, case.hours)
    seconds = perf_counter() - began
    suite.close()
    return {f"{calls:,} calls of the hotline's scenarios": seconds}
