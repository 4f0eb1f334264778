"""What one switch does with sound and keys on one call: shared by the embedded FreeSWITCH and the virtual switch.

Pure: time is an argument, what happened is a list of notices. A `Line` runs activities (generators such as `play` and
`wait`), one inside another as FreeSWITCH does, and hands each wait the key, the deadline, the break or the hang-up that
ends it. Semantics: FreeSWITCH 1.11, switch_ivr_play_say.c and switch_ivr.c, as the transcripts in tests/data show them.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Generator
from dataclasses import dataclass
from math import inf
from typing import Any, Literal, NamedTuple

ANY_KEY = "1234567890*#"
_ROUNDING = 1e-6
KEYS_KEPT = 1000
"Keys that FreeSWITCH queues for a channel before it drops the rest (SWITCH_DTMF_LOG_LEN)."


@dataclass(frozen=True, slots=True)
class Part:
    """One sound of a clip."""

    path: str
    seconds: float


@dataclass(frozen=True, slots=True)
class Clip:
    """What one playback plays; without parts, nothing of it exists and it ends at once as missing."""

    path: str
    parts: tuple[Part, ...]
    gap: float = 0.0
    "Seconds of silence between two parts."
    lead: float = 0.0
    "Seconds of silence before the first."

    @property
    def seconds(self) -> float:
        if not self.parts:
            return 0.0
        return self.lead + sum(part.seconds for part in self.parts) + self.gap * (len(self.parts) - 1)


Ended = Literal["end", "key", "break", "gone", "missing"]


@dataclass(frozen=True, slots=True)
class Played:
    """How a playback ended: `key` is the key that stopped it, `seconds` how much of the clip went out."""

    clip: Clip
    by: Ended
    key: str
    seconds: float


@dataclass(frozen=True, slots=True)
class Waited:
    """How a wait (sleep, record, park) ended."""

    by: Ended
    key: str
    seconds: float


@dataclass(frozen=True, slots=True)
class RecordingDone:
    """How a recording ended."""

    by: Literal["key", "silence", "limit"]
    key: str
    seconds: float


@dataclass(frozen=True, slots=True)
class KeyTaken:
    """A key left the queue: FreeSWITCH's DTMF event."""

    at: float
    key: str
    source: str
    "`RTP` from the caller's telephone, `APP` from a command."


@dataclass(frozen=True, slots=True)
class PlayStarted:
    """A clip begins to go out."""

    at: float
    clip: Clip


@dataclass(frozen=True, slots=True)
class PlayStopped:
    """A clip is over."""

    at: float
    played: Played


@dataclass(frozen=True, slots=True)
class Finished:
    """An activity returned `result`; `tag` is what `Line.start` was given."""

    at: float
    tag: Any
    result: Any


@dataclass(frozen=True, slots=True)
class Mark:
    """What a driver's own activity wants done at this place among the notices."""

    at: float
    what: Any


Notice = KeyTaken | PlayStarted | PlayStopped | Finished | Mark


class Wake(NamedTuple):
    """Why a wait is over; `elapsed` counts the seconds of it in which no inner activity ran, for waits that pause."""

    by: Literal["end", "key", "break", "gone"]
    key: str
    elapsed: float


class Wait(NamedTuple):
    """What an activity waits for: time, and keys where it takes them."""

    seconds: float
    takes_keys: bool
    pauses: bool
    "Whether the clock stands while an inner activity runs: it does for sound, not for the time-out of a collection."


Activity = Generator[Wait, Wake, Any]


class _Frame:
    __slots__ = ("activity", "covered", "since", "tag", "wait")

    def __init__(self, activity: Activity, tag: Any) -> None:
        self.activity, self.tag = activity, tag
        self.wait = Wait(0.0, False, False)
        self.since = self.covered = 0.0


class Line:
    """One call's keys and the activities that run on it, innermost last. Every input returns what came of it."""

    def __init__(self) -> None:
        self.now = 0.0
        self.leaving = False
        "Set while every activity is being ended: none may begin anything new."
        self.speaking_until = 0.0
        self.spoken: list[tuple[float, float]] = []
        "When the caller spoke, from and to."
        self._frames: list[_Frame] = []
        self._keys: deque[tuple[str, str]] = deque()
        self._notices: list[Notice] = []

    @property
    def idle(self) -> bool:
        return not self._frames

    @property
    def depth(self) -> int:
        """How many activities run, one inside another."""
        return len(self._frames)

    @property
    def tags(self) -> list[Any]:
        """What `start` was given for each activity that runs, innermost last."""
        return [frame.tag for frame in self._frames]

    def next_deadline(self) -> float | None:
        """When `advance` has something to do; None while only a key or a command can change anything."""
        if not self._frames:
            return None
        due = self._frames[-1].since + self._frames[-1].wait.seconds
        return None if due == inf else due

    def start(self, activity: Activity, at: float, tag: Any = None) -> list[Notice]:
        """Run `activity` inside the one that runs now."""
        self._run_until(at)
        if self._frames:
            self._frames[-1].covered = at
        self._frames.append(_Frame(activity, tag))
        self._step(None)
        return self._settled()

    def press(self, key: str, at: float, source: str = "RTP") -> list[Notice]:
        """A key arrives; whoever takes keys gets it now, else it waits in the queue."""
        self._run_until(at)
        if len(self._keys) < KEYS_KEPT:
            self._keys.append((key, source))
        return self._settled()

    def speak(self, seconds: float, at: float) -> list[Notice]:
        """The caller speaks from now on, for so long."""
        self._run_until(at)
        self.speaking_until = at + seconds
        self.spoken.append((at, self.speaking_until))
        return self._settled()

    def break_(self, at: float) -> list[Notice]:
        """Stop the innermost activity, where it is one that can be stopped."""
        self._run_until(at)
        self._wake("break")
        return self._settled()

    def unwind(self, at: float, keep: int = 0) -> list[Notice]:
        """End all but the outermost `keep` activities, innermost first: the call is gone, or goes elsewhere."""
        self._run_until(at)
        self.leaving = True
        while len(self._frames) > keep:
            self._wake("gone")
        self.leaving = False
        return self._settled()

    def advance(self, at: float) -> list[Notice]:
        """Let time pass until `at`."""
        self._run_until(at)
        return self._settled()

    def flush(self) -> None:
        """Forget the keys that nothing took yet."""
        self._keys.clear()

    def note(self, notice: Notice) -> None:
        """For activities: something that the driver must hear of."""
        self._notices.append(notice)

    def _run_until(self, at: float) -> None:
        while (due := self.next_deadline()) is not None and due <= at:
            self.now = max(self.now, due)
            self._wake("end")
            self._take_keys()
        self.now = at

    def _settled(self) -> list[Notice]:
        self._take_keys()
        notices, self._notices = self._notices, []
        return notices

    def _take_keys(self) -> None:
        # A parked call dequeues keys as well: their events come at once and nobody gets them (switch_ivr_park).
        while self._keys and (not self._frames or self._frames[-1].wait.takes_keys):
            key, source = self._keys.popleft()
            self.note(KeyTaken(self.now, key, source))
            self._wake("key", key)

    def _wake(self, by: Literal["end", "key", "break", "gone"], key: str = "") -> None:
        if self._frames:
            self._step(Wake(by, key, self.now - self._frames[-1].since))

    def _step(self, wake: Wake | None) -> None:
        frame = self._frames[-1]
        try:
            frame.wait = next(frame.activity) if wake is None else frame.activity.send(wake)
        except StopIteration as stop:
            self._leave(frame, stop.value)
        else:
            frame.since = self.now

    def _leave(self, frame: _Frame, result: Any) -> None:
        self._frames.pop()
        self.note(Finished(self.now, frame.tag, result))
        if self._frames and self._frames[-1].wait.pauses:
            self._frames[-1].since += self.now - self._frames[-1].covered


def play(line: Line, clip: Clip, stop_keys: str) -> Generator[Wait, Wake, Played]:
    """Play `clip`; a key of `stop_keys` ends it, any other key is swallowed."""
    if not clip.parts:
        return Played(clip, "missing", "", 0.0)
    line.note(PlayStarted(line.now, clip))
    left = clip.seconds
    while True:
        wake = yield Wait(left, takes_keys=True, pauses=True)
        left -= wake.elapsed
        if wake.by != "key" or wake.key in stop_keys:
            break
    played = Played(clip, wake.by, wake.key, clip.seconds if wake.by == "end" else clip.seconds - left)
    line.note(PlayStopped(line.now, played))
    return played


def wait(seconds: float, takes_keys: bool = False, stop_keys: str = "") -> Generator[Wait, Wake, Waited]:
    """Sleep, record, park: let time pass; keys are left in the queue unless the wait takes them."""
    spent = 0.0
    while True:
        wake = yield Wait(seconds - spent, takes_keys, pauses=False)
        spent += wake.elapsed
        if wake.by != "key" or wake.key in stop_keys:
            return Waited(wake.by, wake.key, spent)


NO_CLIP = Clip("", ())


def record(
    line: Line, limit: float, silence: float, stop_keys: str, beep: Clip = NO_CLIP
) -> Generator[Wait, Wake, RecordingDone | Played | Waited]:
    """Record the caller until a key of `stop_keys`, `limit` seconds, or `silence` seconds without a word.

    The beep before it is no part of the recording.
    """
    beeped = yield from play(line, beep, stop_keys)
    if beeped.by == "gone":
        return beeped
    began = line.now
    while True:
        silent_at = max(began, line.speaking_until) + silence
        wake = yield Wait(min(began + limit, silent_at) - line.now, takes_keys=True, pauses=False)
        seconds = line.now - began
        if wake.by == "key" and wake.key in stop_keys:
            return RecordingDone("key", wake.key, seconds)
        if wake.by in ("gone", "break"):
            return Waited(wake.by, wake.key, seconds)
        if seconds >= limit - _ROUNDING:
            return RecordingDone("limit", "", seconds)
        if line.now >= max(began, line.speaking_until) + silence - _ROUNDING:
            return RecordingDone("silence", "", seconds)
