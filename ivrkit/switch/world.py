"""What the world answers when nobody is there to answer: actions and far ends for the switches without FreeSWITCH."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any, Literal

from ivrkit.script import Outcome

Perform = Callable[[str, Mapping[str, Any]], Outcome]
"Runs an action by name with its arguments."


@dataclass(frozen=True, slots=True)
class FarEnd:
    """How a transfer target answers."""

    outcome: Literal["answered", "busy", "no_answer", "failed"] = "answered"
    rings: float = 2.0
    "Seconds until it does."
    talks: float = 10.0
    "Seconds until it hangs up, when it answers."


def nothing(action: str, arguments: Mapping[str, Any]) -> Outcome:
    """The world of a flow without actions: every one is an error."""
    return Outcome("error")


@dataclass(frozen=True, slots=True)
class World:
    """Everything beside the line."""

    perform: Perform = nothing
    takes: float = 0.0
    "Seconds that every action takes."
    far_ends: Mapping[str, FarEnd] = field(default_factory=dict)
    "Transfer targets by name; any other fails at once."
