"""What one call knows and has to say to its switch, while a Session walks it through its script."""

from __future__ import annotations

from collections.abc import Mapping
from math import inf
from typing import Any

from ivrkit.commands import CancelTimer, Command, Part, Play, StartTimer
from ivrkit.engine.keys import TypeAhead
from ivrkit.errors import SayError
from ivrkit.events import CallArrived, Event, KeyPressed
from ivrkit.prompts.plan import MOST_SOUNDS, plan
from ivrkit.script import Line, Script

MOST_NOTED = 200
"Keys of one node in the record."
MOST_FAULTS, LONGEST_FAULT = 20, 500
"Faults in the record, and their characters."
STRAY_KEYS = 1.0
"Seconds behind a secret entry in which keys are taken for digits too many."
SECRET_KEY = "•"  # noqa: S105  # what stands in records for a key that nobody may read


class Call:
    """The state of one call: a `CallView` for its nodes, an outbox for the engine."""

    def __init__(self, script: Script, arrived: CallArrived, tag: str) -> None:
        self.script = script
        self.language = script.languages[0]
        self.keys = TypeAhead()
        self.now = arrived.at
        self.pressed = ""
        "Keys that the present node has taken, as records show them."
        self.faults: list[str] = []
        self.secret = False
        "Whether the present node has asked for a secret."
        self._secret_until = -inf
        self._tag, self._count = tag, 0
        self._outbox: list[Command] = []
        self._scope: dict[str, Any] = {
            "caller": {"number": arrived.caller_number, "name": arrived.caller_name},
            "call": {"id": arrived.call_id, "called": arrived.called_number, "started": arrived.started.isoformat()},
            "language": self.language,
        }

    # --- for nodes (CallView) ---

    @property
    def scope(self) -> Mapping[str, Any]:
        return self._scope

    def save(self, name: str, value: Any) -> None:
        self._scope[name] = value

    def speak(self, language: str) -> None:
        if language != self.language:
            self.language = self._scope["language"] = language
            self.keys.forget()

    def forget_keys(self) -> None:
        self.keys.forget()

    # --- for the engine ---

    def next_id(self) -> str:
        """An id for a command: unique in the call, and by `tag` among calls."""
        self._count += 1
        return f"{self._tag}.{self._count}"

    def issue(self, command: Command) -> None:
        self._outbox.append(command)

    def outbox(self) -> list[Command]:
        """The commands issued since the last time."""
        commands, self._outbox = self._outbox, []
        return commands

    def play(self, lines: tuple[Line, ...], barge_in: bool) -> str:
        """Issue a Play of these lines; its id. SayError when a value cannot be said."""
        parts = tuple(self._part(line) for line in lines)
        if sum(len(part.sounds) for part in parts) > MOST_SOUNDS:
            raise SayError(f"more than {MOST_SOUNDS} sounds in one prompt: {lines[0].prompt}")
        playback = self.next_id()
        self.issue(Play(playback, parts, self.keys.interrupting(self.now) if barge_in else ""))
        return playback

    def _part(self, line: Line) -> Part:
        language = line.language or self.language
        said = plan(self.script.prompts[line.prompt][language], language, self._scope, self.script.lists)
        return Part(line.prompt, said.text, said.sounds)

    def start_timer(self, seconds: float) -> str:
        timer = self.next_id()
        self.issue(StartTimer(timer, seconds))
        return timer

    def cancel_timer(self, timer: str) -> None:
        if timer:
            self.issue(CancelTimer(timer))

    def note_key(self, key: str) -> None:
        """Keep a key that the present node has taken for the record."""
        if len(self.pressed) < MOST_NOTED:
            self.pressed += SECRET_KEY if self.secret else key

    def fault(self, text: str) -> None:
        """Keep for the record what went wrong."""
        if len(self.faults) < MOST_FAULTS:
            self.faults.append(text[:LONGEST_FAULT])

    def hides(self, event: Event) -> bool:
        """Whether an event holds a key that nobody may see: of a secret entry, or just behind one."""
        return isinstance(event, KeyPressed) and (self.secret or event.at <= self._secret_until)

    def end_secret(self) -> None:
        """The node that asked for a secret is left: keys too many for it are no answers to what follows."""
        if self.secret:
            self.secret, self._secret_until = False, self.now + STRAY_KEYS
            self.keys.forget()
