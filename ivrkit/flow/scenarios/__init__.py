"""Scenarios: calls that flow authors write down to test their flows. Read here with places, run by `ivrkit.testing`."""

from ivrkit.flow.scenarios.model import (
    AT_REST,
    Answer,
    Called,
    Caller,
    Ends,
    HangsUp,
    Hears,
    HearsText,
    Presses,
    Saved,
    Scenario,
    Speaks,
    Step,
    Waits,
    Written,
)
from ivrkit.flow.scenarios.names import unknown_names
from ivrkit.flow.scenarios.reading import read_scenario, read_scenarios

__all__ = [
    "AT_REST",
    "Answer",
    "Called",
    "Caller",
    "Ends",
    "HangsUp",
    "Hears",
    "HearsText",
    "Presses",
    "Saved",
    # One call
    "Scenario",
    "Speaks",
    # Its steps
    "Step",
    "Waits",
    "Written",
    "read_scenario",
    # Reading
    "read_scenarios",
    "unknown_names",
]
