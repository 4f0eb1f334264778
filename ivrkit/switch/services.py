"""What the calls of a switch need from the application that they are part of."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from contextlib import AbstractContextManager, nullcontext
from dataclasses import dataclass, field
from typing import Protocol

from ivrkit.commands import CallRecord, Command, RunAction, SendRequest
from ivrkit.engine import Session
from ivrkit.events import CalendarState, CallArrived, Event
from ivrkit.script import Outcome, Script
from ivrkit.switch.recordings import Recordings
from ivrkit.switch.world import always_open, unreachable


class Sounds(Protocol):
    """Where sounds lie and how long they are; `tts.SoundTree` is one."""

    def path(self, name: str) -> str: ...
    def duration(self, name: str) -> float: ...


Perform = Callable[[RunAction, CallArrived, str], Outcome]
"Runs an action for a call in the language it has; may block its greenlet, never the process."
Fetch = Callable[[SendRequest], Outcome]
"Sends a request of a call; may block its greenlet, never the process."
Watch = Callable[[str, Event, list[Command]], None]
"Told of every event of a call, by its id, and of the commands that answered it; secret keys are masked."


@dataclass(frozen=True, slots=True)
class Services:
    """What calls need from the application."""

    script_for: Callable[[str], Script | None]
    "The script of a called number."
    sounds: Sounds
    perform: Perform
    write_record: Callable[[CallRecord], None]
    fetch: Fetch = unreachable
    targets: Mapping[str, str | None] = field(default_factory=dict)
    "Transfer targets: name to dial string; None for one that nobody answers yet."
    recordings: Recordings | None = None
    "Where callers' recordings lie; None where nothing can be recorded."
    watch: Watch | None = None
    hours: Callable[[str], CalendarState] = always_open
    "What a calendar says now; must not block."
    running: Callable[[str, Script], AbstractContextManager[None]] = lambda call_id, script: nullcontext()
    "Held while a call, by its id, runs a script."
    sessions: Callable[[Script, CallArrived, str], Session] = Session
    "Makes the session of a call."
