"""What a scenario is made of: who calls, what the world answers, and the steps of the call."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from math import inf
from typing import Any, ClassVar

from ivrkit.flow.source import Source
from ivrkit.flow.tree import Path

NEVER = inf
"What an answer takes that does not come."
AT_REST = datetime(2026, 1, 1, tzinfo=UTC)
"When a call comes whose scenario does not say when."


@dataclass(frozen=True, slots=True)
class Caller:
    """Who calls whom, and when."""

    number: str = "13800001111"
    name: str = ""
    called: str = "4001"
    at: datetime | None = None
    "None: nobody has said; calendars then have no answer of their own."

    @property
    def moment(self) -> datetime:
        """When the call comes."""
        return self.at or AT_REST


@dataclass(frozen=True, slots=True)
class Answer:
    """What an action, a request or a transfer target answers."""

    outcome: str
    result: Mapping[str, Any] = field(default_factory=dict)
    takes: float = 0.0
    "Seconds until it comes; NEVER when it does not."
    talks: float = 10.0
    "Seconds that a transfer target talks."


@dataclass(frozen=True, slots=True)
class Written:
    """What the world answers: by name, one answer after another, the last for ever."""

    actions: Mapping[str, tuple[Answer, ...]] = field(default_factory=dict)
    requests: Mapping[str, tuple[Answer, ...]] = field(default_factory=dict)
    "By the node that sends the request."
    transfers: Mapping[str, tuple[Answer, ...]] = field(default_factory=dict)
    "By target."
    recordings: Mapping[str, tuple[Answer, ...]] = field(default_factory=dict)
    "By the node that records: `error` where nothing can be recorded."
    calendars: Mapping[str, tuple[Answer, ...]] = field(default_factory=dict)
    "The state that a calendar is in is the answer's outcome."


@dataclass(frozen=True, slots=True)
class Step:
    """One step of a call; `path` is where it stands in its document."""

    word: ClassVar[str]
    path: Path


@dataclass(frozen=True, slots=True)
class Hears(Step):
    """A prompt begins: this one, or the words of this node."""

    word: ClassVar[str] = "hears"
    name: str


@dataclass(frozen=True, slots=True)
class HearsText(Step):
    """A prompt begins whose words hold these."""

    word: ClassVar[str] = "hears_text"
    text: str


@dataclass(frozen=True, slots=True)
class Presses(Step):
    """The caller presses keys."""

    word: ClassVar[str] = "presses"
    keys: str


@dataclass(frozen=True, slots=True)
class Waits(Step):
    """The caller does nothing for so long after what was heard last."""

    word: ClassVar[str] = "waits"
    seconds: float


@dataclass(frozen=True, slots=True)
class Speaks(Step):
    """The caller speaks for so long."""

    word: ClassVar[str] = "speaks"
    seconds: float


@dataclass(frozen=True, slots=True)
class HangsUp(Step):
    """The caller hangs up."""

    word: ClassVar[str] = "hangs_up"


@dataclass(frozen=True, slots=True)
class Called(Step):
    """An action has been called with these arguments."""

    word: ClassVar[str] = "called"
    actions: Mapping[str, Mapping[str, Any]]


@dataclass(frozen=True, slots=True)
class Saved(Step):
    """The call has these values."""

    word: ClassVar[str] = "saved"
    values: Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Ends(Step):
    """The call ends: at this node, by this party; empty for any."""

    word: ClassVar[str] = "ends"
    at: str = ""
    by: str = ""


@dataclass(frozen=True, slots=True)
class Scenario:
    """One call that has to go as it is written."""

    name: str
    flow: str
    source: Source
    caller: Caller
    written: Written
    steps: tuple[Step, ...]
