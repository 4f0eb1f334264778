"""What nodes and the engine say to each other.

A node is a generator: it yields a step, the engine carries it out on the call and sends the step's result back; what
the node returns is where the call goes next.

    step       yields              result
    Say        prompts             None, when they have been heard or a key stopped them
    Ask        prompts and keys    Heard
    Act        a user's function   Outcome
    Fetch      a web service       Outcome
    Consult    a calendar          "emergency", "holiday", "open" or "closed"
    Record     what is said now    Recorded
    Connect    a target to ring    "answered", "busy", "no_answer" or "failed"
    Enter      another flow        Outcome: what it returned, or `error`
"""

from __future__ import annotations

from collections.abc import Generator, Mapping
from dataclasses import dataclass, field
from typing import Any, Literal

from ivrkit.script.entries import Entry

LEAST_SAID = 1.0
"Seconds, besides the silence that ended it, below which nothing has been said into a recording."


@dataclass(frozen=True, slots=True)
class Line:
    """A prompt to be said; in another language than the call's when one is named."""

    prompt: str
    language: str | None = None


@dataclass(frozen=True, slots=True)
class Recorded:
    """What a caller has recorded; as a line, it is heard again."""

    name: str
    seconds: float
    "How much was recorded, with the silence that ended it."
    ended_by: Literal["key", "silence", "limit", "error"]


@dataclass(frozen=True, slots=True)
class Say:
    """Say these prompts, one after another."""

    lines: tuple[Line | Recorded, ...]
    barge_in: bool = True


@dataclass(frozen=True, slots=True)
class Ask:
    """Say these prompts and take keys: the first wait starts when the prompts have ended."""

    lines: tuple[Line | Recorded, ...]
    entry: Entry
    first_digit: float
    between_digits: float
    barge_in: bool = True
    secret: bool = False


@dataclass(frozen=True, slots=True)
class Heard:
    """The answer to an Ask: `value` is empty when nothing was pressed; `complete` says that it can be taken."""

    value: str
    complete: bool


@dataclass(frozen=True, slots=True)
class Act:
    """Run a user's function; `hold` is said when it takes longer than half a second."""

    action: str
    arguments: Mapping[str, Any]
    timeout: float
    hold: Line | None = None


@dataclass(frozen=True, slots=True)
class Outcome:
    """How an action ended: a name that `on:` handles, and the values that it found."""

    name: str
    result: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Fetch:
    """Call a web service, as commands.SendRequest says; `hold` is said when it takes longer than half a second."""

    method: Literal["GET", "POST"]
    url: str
    body: Any
    timeout: float
    retries: int
    hold: Line | None = None


@dataclass(frozen=True, slots=True)
class Consult:
    """Ask what a calendar says now."""

    calendar: str


@dataclass(frozen=True, slots=True)
class Record:
    """Record what the caller says, behind a beep: keys typed ahead are forgotten, those pressed meanwhile too."""

    limit: float
    silence: float
    stop_keys: str
    beep: bool = True


@dataclass(frozen=True, slots=True)
class Connect:
    """Ring a target of the configuration and connect the caller with it, as commands.Transfer says."""

    target: str
    ring: float
    blind: bool = False
    whisper: Line | None = None


@dataclass(frozen=True, slots=True)
class Enter:
    """Run another flow from its start, with these arguments as its variables."""

    flow: str
    arguments: Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Goto:
    """The call goes to this node."""

    node: str
    way: str = "next"
    "How the node is left, in the words of its YAML: `next`, `ok`, a key, `give_up`."


@dataclass(frozen=True, slots=True)
class Back:
    """The call goes to the menu before, as the caller went."""

    way: str = "back"
    "How the node is left: by which key."


@dataclass(frozen=True, slots=True)
class Leave:
    """The flow that was run is left by this key of the flow around it."""

    key: str


@dataclass(frozen=True, slots=True)
class Return:
    """The flow ends with this result; the call with it, when no other flow has run it."""

    result: str
    values: Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class End:
    """The call ends with this hangup cause."""

    cause: str


Step = Say | Ask | Act | Fetch | Consult | Record | Connect | Enter
Way = Goto | Back | Leave | Return | End
Run = Generator[Step, Any, Way]
"What `Node.run` is. A helper generator that nodes share may return something else than a Way."
