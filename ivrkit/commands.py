"""What a Session asks of its switch, in the imperative. `id` comes back in the event that answers."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Literal

PAUSE = 0.3
"Seconds between two prompts of one Play."
BEEP = 0.3
"Seconds of the tone that says when to begin."
RECORDED = "recorded/"
"What the names of sounds begin with that a caller has recorded."


@dataclass(frozen=True, slots=True)
class Command:
    """Root of all commands."""

    id: str


@dataclass(frozen=True, slots=True)
class Answer(Command):
    """Open the line. Answered by CallAnswered."""


@dataclass(frozen=True, slots=True)
class Part:
    """One prompt of a Play."""

    prompt: str
    "Its name, for people who follow the call."
    text: str
    "The words as the caller hears them."
    sounds: tuple[str, ...]
    "Names such as `zh/water/bill_due_1`, or of a recording, behind `RECORDED`; the driver knows where they lie."


@dataclass(frozen=True, slots=True)
class Play(Command):
    """Play prompts one after another, with a short pause between them. Answered by PlaybackEnded."""

    parts: tuple[Part, ...]
    stop_keys: str
    "The keys that stop it; empty when it is heard whole."


@dataclass(frozen=True, slots=True)
class StartTimer(Command):
    """Wait. Answered by TimerFired unless cancelled."""

    seconds: float


@dataclass(frozen=True, slots=True)
class CancelTimer(Command):
    """Forget the timer with this id."""


@dataclass(frozen=True, slots=True)
class RunAction(Command):
    """Call a user's function. Answered by ActionReturned."""

    name: str
    arguments: Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class SendRequest(Command):
    """Call a web service, JSON in and out. Answered by ActionReturned: `ok`, the status as text, `timeout`, `error`."""

    method: Literal["GET", "POST"]
    url: str
    body: Any
    "What is sent as JSON; None sends nothing."
    timeout: float
    "Seconds that all of it may take, retries included."
    retries: int
    "Further attempts when it fails, of what is safe to repeat."


@dataclass(frozen=True, slots=True)
class CancelAction(Command):
    """Nobody waits for the action or the request with this id any more."""


@dataclass(frozen=True, slots=True)
class ReadHours(Command):
    """Ask what a calendar says now. Answered by HoursRead."""

    calendar: str


@dataclass(frozen=True, slots=True)
class Record(Command):
    """Record what the caller says. Answered by RecordingEnded."""

    name: str
    "Of the recording: folders and a file without its ending, unique among all calls."
    limit: float
    "Seconds after which it ends."
    silence: float
    "Seconds of silence after which it ends."
    stop_keys: str
    beep: bool
    "Whether a tone says when to begin."


@dataclass(frozen=True, slots=True)
class DeleteRecording(Command):
    """Delete a recording that nobody keeps: nothing was said, or the caller made it again."""

    name: str


@dataclass(frozen=True, slots=True)
class Transfer(Command):
    """Ring a target of the configuration and connect the caller with it. Answered by TransferEnded."""

    target: str
    ring: float
    "Seconds the far end may ring."
    blind: bool = False
    "Whether the call is given away: it ends with the far end's, and the caller hears its ringing."
    whisper: Part | None = None
    "What the far end alone hears before the caller is there."


@dataclass(frozen=True, slots=True)
class HangUp(Command):
    """End the call. Answered by HungUp."""

    cause: str


@dataclass(frozen=True, slots=True)
class Visit:
    """One node that a caller went through."""

    node: str
    "Its name; in a flow that was run, behind the name of that flow: `repair/where`."
    seconds: float
    "Since the call arrived."
    keys: str
    "What was pressed there; one • a key where it is secret."
    way_out: str
    "The node that came next; empty where the call ended, or its controller was lost."
    outcome: str = ""
    "How the node was left: `ok`, a key, an arm of a split, `next`, `give_up`; empty where the caller hung up."


@dataclass(frozen=True, slots=True)
class Recording:
    """What a caller has recorded."""

    name: str
    node: str
    seconds: float


@dataclass(frozen=True, slots=True)
class CallRecord:
    """The CDR: one for every call. Each controller that served a part of it writes one, and the store joins them."""

    call_id: str
    flow: str
    script: str
    "Version of the script that served the call."
    caller_number: str
    called_number: str
    language: str
    started: datetime
    seconds: float
    answered_after: float | None
    path: tuple[Visit, ...]
    ended_by: str
    "`caller`, `flow`, or `fault`."
    hangup_cause: str
    faults: tuple[str, ...]
    "What went wrong underway, in words; empty in a good call."
    recordings: tuple[Recording, ...] = ()


@dataclass(frozen=True, slots=True)
class WriteRecord(Command):
    """Keep the CDR. The last command of every call."""

    record: CallRecord
