"""What one call knows and has to say to its switch, while a Session walks it through its script."""

from __future__ import annotations

import re
from collections.abc import Mapping
from math import inf
from typing import Any

from ivrkit.commands import RECORDED, CancelTimer, Command, DeleteRecording, Part, Play, Recording, StartTimer
from ivrkit.engine.frames import Frame
from ivrkit.engine.keys import TypeAhead
from ivrkit.errors import SayError
from ivrkit.events import CallArrived, Event, KeyPressed
from ivrkit.prompts.plan import MOST_SOUNDS, plan
from ivrkit.script import Line, Recorded, Script, Way

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
        self.recordings: list[Recording] = []
        self.gone = False
        "Whether the caller has hung up: nothing can be said any more."
        # Folders of a day each; the id of a call may hold anything.
        self._recording = f"{arrived.started:%Y-%m-%d}/{re.sub('[^A-Za-z0-9_-]', '_', arrived.call_id)}"
        scope = {
            "caller": {"number": arrived.caller_number, "name": arrived.caller_name},
            "call": {"id": arrived.call_id, "called": arrived.called_number, "started": arrived.started.isoformat()},
            "language": self.language,
        }
        self.frames = [Frame(script, scope)]

    # --- for nodes (CallView) ---

    @property
    def script(self) -> Script:
        return self.frame.script

    @property
    def node(self) -> str:
        return self.frame.node

    @property
    def keys_everywhere(self) -> Mapping[str, Way | None]:
        return self.frame.keys

    @property
    def scope(self) -> Mapping[str, Any]:
        return self.frame.scope

    def save(self, name: str, value: Any) -> None:
        self.frame.scope[name] = value

    def speak(self, language: str) -> None:
        if language != self.language:
            self.language = self.frame.scope["language"] = language
            self.keys.forget()

    def forget_keys(self) -> None:
        self.keys.forget()

    def forget_recording(self, name: str) -> None:
        self.recordings = [recording for recording in self.recordings if recording.name != name]
        self.issue(DeleteRecording(self.next_id(), name))

    # --- for the engine ---

    @property
    def frame(self) -> Frame:
        """The flow that runs now."""
        return self.frames[-1]

    def push(self, script: Script, arguments: Mapping[str, Any]) -> None:
        """Begin a flow that a node runs."""
        always = {name: self.scope[name] for name in ("caller", "call", "language")}
        self.frames.append(Frame(script, always | dict(arguments), self.frame))

    def pop(self) -> None:
        """Go back to the flow around."""
        self.frames.pop().close()
        self.frame.scope["language"] = self.language

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

    def play(self, lines: tuple[Line | Recorded, ...], barge_in: bool) -> str:
        """Issue a Play of these lines; its id. SayError when a value cannot be said."""
        parts = tuple(self.part(line) for line in lines)
        if sum(len(part.sounds) for part in parts) > MOST_SOUNDS:
            raise SayError(f"more than {MOST_SOUNDS} sounds in one prompt: {parts[0].prompt}")
        playback = self.next_id()
        self.issue(Play(playback, parts, self.keys.interrupting(self.now) if barge_in else ""))
        return playback

    def part(self, line: Line | Recorded) -> Part:
        """A line as the caller hears it now. SayError when a value cannot be said."""
        if isinstance(line, Recorded):
            return Part("ivrkit.recording", f"[{line.seconds:.0f} s]", (RECORDED + line.name,))
        language = line.language or self.language
        said = plan(self.script.prompts[line.prompt][language], language, self.scope, self.script.lists)
        return Part(line.prompt, said.text, said.sounds)

    def next_recording(self) -> str:
        """A name for a recording that no other has."""
        self._count += 1
        return f"{self._recording}-{self._count}"

    def keep_recording(self, name: str, seconds: float) -> None:
        """Note in the record what the caller has recorded."""
        self.recordings.append(Recording(name, self.frame.named(self.node), round(seconds, 3)))

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
