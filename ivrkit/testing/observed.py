"""What happens in a call while a scenario runs, told by the session's events and commands: the same on every switch."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from ivrkit.commands import BEEP, CallRecord, Command, Part, Play, Record, RunAction, Visit, WriteRecord
from ivrkit.engine import Session
from ivrkit.events import CallArrived, Event, HungUp, PlaybackEnded
from ivrkit.script import Script


@dataclass(slots=True)
class Said:
    """One playback."""

    id: str
    at: float
    "When it began."
    node: str
    parts: tuple[Part, ...]
    over: float | None = None
    "When it ended; None while it is heard."


class Observed:
    """One call. Give `sessions` and `watch` to its driver."""

    def __init__(self) -> None:
        self.said: list[Said] = []
        self.called: list[tuple[str, Mapping[str, Any]]] = []
        "The actions, with their arguments."
        self.record: CallRecord | None = None
        "The CDR, once the call has ended."
        self.beeps_until = 0.0
        "When the recording began that was made last."
        self.ended_at = ""
        "The node that the call was at when it ended."
        self.seconds = 0.0
        "Since the call arrived, up to the last event."
        self._arrived = 0.0
        self._session: Session | None = None
        self._node = ""

    @property
    def over(self) -> bool:
        return self.record is not None

    @property
    def node(self) -> str:
        """The node that the call is at."""
        return self._session.node if self._session else ""

    @property
    def path(self) -> tuple[Visit, ...]:
        return self._session.path if self._session else ()

    @property
    def variables(self) -> Mapping[str, Any]:
        return self._session.variables if self._session else {}

    def sessions(self, script: Script, arrived: CallArrived, tag: str) -> Session:
        """Make the session of the call, and keep it to look into."""
        self._session = Session(script, arrived, tag)
        return self._session

    def watch(self, event: Event, commands: list[Command]) -> None:
        """Note an event and the commands that answered it."""
        self.seconds = event.at - self._arrived
        match event:
            case CallArrived():
                self._arrived, self.seconds = event.at, 0.0
            case PlaybackEnded():
                self._heard(event)
            case HungUp() if not self.ended_at:
                self.ended_at = self._node
        for command in commands:
            self._note(command, event.at)
        self._node = self.node

    def _heard(self, event: PlaybackEnded) -> None:
        for said in self.said[-2:]:
            if said.id == event.id:
                said.over = event.at

    def _note(self, command: Command, at: float) -> None:
        match command:
            case Play():
                self.said.append(Said(command.id, at, self.node, command.parts))
            case RunAction():
                self.called.append((command.name, command.arguments))
            case Record():
                self.beeps_until = at + (BEEP if command.beep else 0.0)
            case WriteRecord():
                self.record = command.record
