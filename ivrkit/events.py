"""What happens to a call, in the past tense: the only thing a Session ever learns.

`at` is in seconds on the driver's monotonic clock; only differences mean anything. `id` is the id of the command that
the event answers.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Literal

CalendarState = Literal["emergency", "holiday", "open", "closed"]


@dataclass(frozen=True, slots=True)
class Event:
    """Root of all events."""

    at: float


@dataclass(frozen=True, slots=True)
class CallArrived(Event):
    """A caller rings; nothing has been answered yet."""

    call_id: str
    caller_number: str
    caller_name: str
    called_number: str
    started: datetime
    "Wall-clock start with its zone: for the CDR and for `call.started` only."


@dataclass(frozen=True, slots=True)
class CallAnswered(Event):
    """The line is open: from here on the caller hears and pays."""

    id: str


@dataclass(frozen=True, slots=True)
class PlaybackEnded(Event):
    """A Play is over: it was heard to its end, or a key stopped it."""

    id: str
    heard: bool = True
    "False when no sound of it could be played."


@dataclass(frozen=True, slots=True)
class KeyPressed(Event):
    """One key, whenever it was pressed."""

    key: str


@dataclass(frozen=True, slots=True)
class TimerFired(Event):
    """A StartTimer has run out."""

    id: str


@dataclass(frozen=True, slots=True)
class ActionReturned(Event):
    """A RunAction or a SendRequest is done. `outcome` is `error` when it failed; `result` is what it found."""

    id: str
    outcome: str
    result: Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class TransferEnded(Event):
    """A Transfer is over: `answered` when the two spoke and the far end hung up."""

    id: str
    outcome: Literal["answered", "busy", "no_answer", "failed"]


@dataclass(frozen=True, slots=True)
class HoursRead(Event):
    """The answer to ReadHours: what the calendar says now."""

    id: str
    state: CalendarState


@dataclass(frozen=True, slots=True)
class RecordingEnded(Event):
    """A Record is over."""

    id: str
    seconds: float
    "How much was recorded, with the silence that ended it."
    ended_by: Literal["key", "silence", "limit", "error"]
    "`error` when nothing could be recorded."


@dataclass(frozen=True, slots=True)
class HungUp(Event):
    """The call is gone, whoever ended it. Always the last event of a call."""

    cause: str
    lost: bool = False
    "Nobody hung up: the switch, or the way to it, failed."
