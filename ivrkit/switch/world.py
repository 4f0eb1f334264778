"""What the world answers when nobody is there to answer: actions and far ends for the switches without FreeSWITCH."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from math import inf
from typing import Any

from ivrkit.script import Outcome

Perform = Callable[[str, Mapping[str, Any]], Outcome]
"Runs an action by name with its arguments."


@dataclass(frozen=True, slots=True)
class FarEnd:
    """Whoever a call is connected with: answers after `rings` seconds and talks, unless it `fails`."""

    rings: float = 0.02
    talks: float = inf
    "Seconds after which it hangs up."
    fails: str = ""
    "The hangup cause instead of an answer, such as USER_BUSY."
    exists: bool = True
    "False where no leg is ever made: error/user_busy, a user who is not registered."


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
