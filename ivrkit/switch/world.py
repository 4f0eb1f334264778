"""What the world answers when nobody is there to answer: actions, services, calendars and far ends."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from math import inf
from typing import Any

from ivrkit.commands import SendRequest
from ivrkit.events import CalendarState
from ivrkit.script import Outcome


@dataclass(frozen=True, slots=True)
class Delayed(Outcome):
    """An outcome that takes its own time, whatever the world takes; `inf` never comes."""

    takes: float = 0.0


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


Fetch = Callable[[SendRequest], Outcome]
"Answers a request."


def nothing(action: str, arguments: Mapping[str, Any]) -> Outcome:
    """The world of a flow without actions: every one is an error."""
    return Outcome("error")


def unreachable(request: SendRequest) -> Outcome:
    """The world of a flow whose services are down."""
    return Outcome("error")


def always_open(calendar: str) -> CalendarState:
    return "open"


def always_recorded() -> bool:
    return True


@dataclass(frozen=True, slots=True)
class World:
    """Everything beside the line."""

    perform: Perform = nothing
    takes: float = 0.0
    "Seconds that every action takes."
    fetch: Fetch = unreachable
    fetch_takes: float = 0.0
    "Seconds that every request takes."
    hours: Callable[[str], CalendarState] = always_open
    "What a calendar says."
    far_ends: Mapping[str, FarEnd] = field(default_factory=dict)
    "Transfer targets by name; any other fails at once."
    records: Callable[[], bool] = always_recorded
    "Whether what the caller says can be recorded now."
