"""A switch without sound, sockets or waiting: one call in virtual time, which jumps from event to event.

For scenario tests, the telephone in the terminal and thousands of calls a second. The same script and the same keys at
the same times always give the same call.
"""

from __future__ import annotations

import heapq
from collections import deque
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime
from itertools import count
from math import inf

from ivrkit.commands import (
    BEEP,
    PAUSE,
    RECORDED,
    Answer,
    CallRecord,
    CancelAction,
    CancelTimer,
    Command,
    DeleteRecording,
    HangUp,
    Part,
    Play,
    ReadHours,
    Record,
    RunAction,
    SendRequest,
    StartTimer,
    Transfer,
    WriteRecord,
)
from ivrkit.engine import Session
from ivrkit.esl.calls import transfer_outcome
from ivrkit.events import (
    ActionReturned,
    CallAnswered,
    CallArrived,
    Event,
    HoursRead,
    HungUp,
    KeyPressed,
    PlaybackEnded,
    RecordingEnded,
    TimerFired,
    TransferEnded,
)
from ivrkit.prompts import spoken
from ivrkit.script import Outcome, Script
from ivrkit.switch import media
from ivrkit.switch.world import Delayed, FarEnd, World

Watch = Callable[[Event, list[Command]], None]
Sessions = Callable[[Script, CallArrived, str], Session]
"Makes the session of a call."
NOBODY = FarEnd(0.0, fails="UNALLOCATED_NUMBER")


def estimated_seconds(part: Part) -> float:
    """Seconds that a prompt takes to say, from its words."""
    language = part.sounds[0].split("/", 1)[0] if part.sounds else "en"
    return spoken.estimated_seconds(part.text, language)


class VirtualCall:
    """One call. Time passes only in `advance` and `run`; `now` is in seconds since the call arrived."""

    def __init__(
        self,
        script: Script,
        caller_number: str = "13800001111",
        called_number: str = "4001",
        *,
        started: datetime = datetime(2026, 1, 1, tzinfo=UTC),
        world: World | None = None,
        seconds_of: Callable[[Part], float] = estimated_seconds,
        watch: Watch | None = None,
        caller_name: str = "",
        sessions: Sessions = Session,
    ) -> None:
        arrived = CallArrived(0.0, "virtual-1", caller_number, caller_name, called_number, started)
        self.now = 0.0
        self.record: CallRecord | None = None
        "The CDR, once the call has ended."
        self.session = sessions(script, arrived, "v")
        self._world, self._seconds_of, self._watch = world or World(), seconds_of, watch
        self.whispered: list[Part] = []
        "What far ends have heard before the caller was there."
        self._recorded: dict[str, float] = {}
        "Seconds of each recording, by the name of its sound."
        self._line = media.Line()
        self._count = count()
        self._due: list[tuple[float, int, Event]] = []
        self._cancelled: set[str] = set()
        self._events: deque[Event] = deque()
        self._perform(arrived, self.session.begin())
        self._settle()

    @property
    def ended(self) -> bool:
        return self.record is not None

    def next_due(self) -> float | None:
        """When something happens by itself; None when only the caller can make it happen."""
        times = [due for due in (self._line.next_deadline(), self._due[0][0] if self._due else None) if due is not None]
        return min(times, default=None)

    def advance(self, until: float) -> None:
        """Let time pass, and everything happen that is due by then."""
        while not self.ended and (due := self.next_due()) is not None and due <= until:
            self._pass_to(due)
        self.now = max(self.now, until)

    def run(self, longest: float = 3600.0) -> None:
        """Let time pass until the call ends, or for `longest` seconds."""
        while not self.ended and (due := self.next_due()) is not None and due <= longest:
            self._pass_to(due)

    def press(self, keys: str, gap: float = 0.2) -> None:
        """Press keys, `gap` seconds after one another."""
        for number, key in enumerate(keys):
            if number:
                self.advance(self.now + gap)
            if not self.ended:
                self._heed(self._line.press(key, self.now))
                self._settle()

    def speak(self, seconds: float) -> None:
        """The caller begins to speak, for so long."""
        self._heed(self._line.speak(seconds, self.now))
        self._settle()

    def hang_up(self) -> None:
        """The caller hangs up."""
        self._hang_up("NORMAL_CLEARING")
        self._settle()

    # --- time ---

    def _pass_to(self, at: float) -> None:
        self.now = at
        self._heed(self._line.advance(at))
        while self._due and self._due[0][0] <= at:
            self._events.append(heapq.heappop(self._due)[2])
        self._settle()

    def _schedule(self, event: Event) -> None:
        heapq.heappush(self._due, (event.at, next(self._count), event))

    def _settle(self) -> None:
        while self._events:
            event = self._events.popleft()
            if getattr(event, "id", None) not in self._cancelled:
                self._perform(event, self.session.receive(event))

    def _heed(self, notices: list[media.Notice]) -> None:
        for notice in notices:
            if isinstance(notice, media.KeyTaken):
                self._events.append(KeyPressed(notice.at, notice.key))
            elif isinstance(notice, media.Finished) and notice.result.by != "gone":
                self._events.append(self._finished(notice))

    # --- commands ---

    def _perform(self, event: Event, commands: list[Command]) -> None:
        if self._watch:
            self._watch(event, commands)
        for command in commands:
            self._carry_out(command)

    def _carry_out(self, command: Command) -> None:
        match command:
            case Answer():
                self._events.append(CallAnswered(self.now, command.id))
            case Play():
                self._play(command)
            case StartTimer():
                self._schedule(TimerFired(self.now + command.seconds, command.id))
            case CancelTimer() | CancelAction():
                self._cancelled.add(command.id)
            case RunAction():
                self._returned(command.id, self._world.perform(command.name, command.arguments), self._world.takes)
            case SendRequest():
                self._returned(command.id, self._world.fetch(command), self._world.fetch_takes)
            case ReadHours():
                self._events.append(HoursRead(self.now, command.id, self._world.hours(command.calendar)))
            case Record():
                self._record(command)
            case DeleteRecording():
                pass  # nothing is written here
            case Transfer():
                self._transfer(command)
            case HangUp():
                self._hang_up(command.cause)
            case WriteRecord():
                self.record = command.record

    def _play(self, command: Play) -> None:
        parts = tuple(media.Part(part.text, self._seconds(part)) for part in command.parts)
        clip = media.Clip("", parts, gap=PAUSE)
        self._heed(self._line.start(media.play(self._line, clip, command.stop_keys), self.now, command.id))

    def _seconds(self, part: Part) -> float:
        recorded = [self._recorded[name] for name in part.sounds if name in self._recorded]
        return sum(recorded) if recorded else self._seconds_of(part)

    def _returned(self, command: str, outcome: Outcome, takes: float) -> None:
        if isinstance(outcome, Delayed):
            takes = outcome.takes
        if takes < inf:
            self._schedule(ActionReturned(self.now + takes, command, outcome.name, outcome.result))

    def _record(self, command: Record) -> None:
        if not self._world.records():
            self._schedule(RecordingEnded(self.now, command.id, 0.0, "error"))
            return
        beep = media.Clip("", (media.Part("", BEEP),) if command.beep else ())
        recording = media.record(self._line, command.limit, command.silence, command.stop_keys, beep)
        self._heed(self._line.start(recording, self.now, command))

    def _transfer(self, command: Transfer) -> None:
        end = self._world.far_ends.get(command.target, NOBODY)
        if end.rings > command.ring:
            end = FarEnd(command.ring, fails="NO_ANSWER")
        if command.whisper and not end.fails:
            self.whispered.append(command.whisper)
            end = replace(end, talks=end.talks + self._seconds_of(command.whisper))
        seconds = end.rings if end.fails else end.rings + end.talks
        if seconds < inf:
            self._schedule(TransferEnded(self.now + seconds, command.id, transfer_outcome(end.fails or "SUCCESS")))

    def _hang_up(self, cause: str) -> None:
        self._heed(self._line.unwind(self.now))
        self._events.append(HungUp(self.now, cause))

    def _finished(self, notice: media.Finished) -> Event:
        """What a session learns of an activity that has come to its end."""
        if isinstance(notice.result, media.RecordingDone):
            self._recorded[RECORDED + notice.tag.name] = notice.result.seconds
            return RecordingEnded(notice.at, notice.tag.id, notice.result.seconds, notice.result.by)
        return PlaybackEnded(notice.at, notice.tag, heard=notice.result.by != "missing")
