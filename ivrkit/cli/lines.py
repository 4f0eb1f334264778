"""The lines that a telephone in the terminal can have: a call in virtual time, or one on the embedded switch."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import replace
from datetime import datetime, timedelta
from itertools import groupby
from typing import Any

from ivrkit.app import App
from ivrkit.cli.screen import HIDDEN, Screen
from ivrkit.commands import PAUSE, CallRecord, Command, Part, Play, RunAction, WriteRecord
from ivrkit.engine import Session
from ivrkit.errors import PromptError, SwitchError
from ivrkit.events import CalendarState, CallArrived, Event, KeyPressed, PlaybackEnded
from ivrkit.prompts.languages import LANGUAGES
from ivrkit.script import Outcome, Script
from ivrkit.switch.simulated import Heard, Over, Pressed, SimulatedSwitch, Speaking
from ivrkit.switch.virtual import VirtualCall
from ivrkit.switch.world import World
from ivrkit.testing.recorder import Recorder
from ivrkit.tts import SoundTree

SILENCE = "silence_stream://"
NO_FLOW = "UNALLOCATED_NUMBER"


class Saying:
    """What the line says: each prompt is shown when it begins, so one that a key cut off before then is not."""

    def __init__(self, screen: Screen) -> None:
        self._screen = screen
        self._coming: deque[tuple[float, Part]] = deque()
        self.quiet_since: float | None = 0.0
        "When the last sound ended; None while one is heard."

    def begins(self, at: float, parts: Iterable[tuple[float, Part]]) -> None:
        """A playback begins; each part comes with the seconds after which it is its turn."""
        self.quiet_since = None
        self._coming = deque((at + after, part) for after, part in parts)
        self.until(at)

    def until(self, at: float) -> None:
        """Show what has begun by now."""
        while self._coming and self._coming[0][0] <= at:
            self._screen.heard(*self._coming.popleft())

    def ends(self, at: float) -> None:
        """Nothing is heard any more."""
        self.until(at)
        self._coming.clear()
        self.quiet_since = at


class VirtualLine:
    """A script called without any server: words as text, in the time that it takes to say them."""

    def __init__(
        self,
        script: Script,
        screen: Screen,
        caller: str,
        called: str,
        app: App,
        seconds_of: Callable[[Part], float],
        hours: Callable[[str, datetime], CalendarState],
        started: datetime | None = None,
        recorder: Recorder | None = None,
    ) -> None:
        self._recorder = recorder
        self._screen, self._app, self._seconds_of, self._hours = screen, app, seconds_of, hours
        self._saying = Saying(screen)
        self._language, self._secret = script.languages[0], False
        started = started or datetime.now().astimezone()
        self._now = 0.0
        self._arrived = CallArrived(0.0, "dial", caller, "", called, started)
        screen.begins(caller, called)
        self._call = VirtualCall(
            script,
            caller,
            called,
            started=started,
            world=World(self._act, fetch=app.fetch, hours=self._read_hours),
            seconds_of=seconds_of,
            watch=self._watch,
            sessions=recorder.sessions if recorder else Session,
        )

    @property
    def ended(self) -> bool:
        return self._call.ended

    @property
    def quiet_since(self) -> float | None:
        return self._saying.quiet_since

    def next_due(self) -> float | None:
        """When something happens by itself; None when only the caller can make it happen."""
        return self._call.next_due()

    def advance(self, at: float) -> None:
        self._call.advance(at)
        self._saying.until(at)

    def press(self, key: str) -> None:
        self._secret = self._call.session.hides(KeyPressed(self._call.now, key))
        self._call.press(key)

    def speak(self, seconds: float) -> None:
        self._screen.spoke(self._call.now, seconds)
        if self._recorder:
            self._recorder.spoke(self._call.now, seconds)
        self._call.speak(seconds)

    def hang_up(self) -> None:
        self._call.hang_up()

    def _act(self, name: str, arguments: Mapping[str, Any]) -> Outcome:
        return self._app.perform(RunAction("dial", name, arguments), self._arrived, self._language)

    def _read_hours(self, calendar: str) -> CalendarState:
        return self._hours(calendar, self._arrived.started + timedelta(seconds=self._now))

    def _watch(self, event: Event, commands: list[Command]) -> None:
        self._now = event.at
        if hasattr(self, "_call"):  # it begins while it is being made
            self._language = self._call.session.language
        self._saying.until(event.at)
        if isinstance(event, KeyPressed) and self._secret:
            event = replace(event, key=HIDDEN)
        if self._recorder:
            self._recorder.watch(event, commands)
        match event:
            case KeyPressed():
                self._screen.pressed(event.at, event.key)
            case PlaybackEnded():
                self._saying.ends(event.at)
        for command in commands:
            match command:
                case Play():
                    self._saying.begins(event.at, self._turns(command.parts))
                case WriteRecord():
                    self._end(command.record)

    def _turns(self, parts: Iterable[Part]) -> Iterator[tuple[float, Part]]:
        after = 0.0
        for part in parts:
            yield after, part
            after += self._seconds_of(part) + PAUSE

    def _end(self, record: CallRecord) -> None:
        for fault in record.faults:
            self._screen.failed(record.seconds, fault)
        self._screen.ended(record.seconds, record.hangup_cause, record.ended_by)


class SocketLine:
    """A call that the embedded switch hands to a serving ivrkit; what is heard is read off the sounds that it plays.

    Keys are shown as they are pressed: like any telephone, it does not know which of them are secret.
    """

    def __init__(
        self,
        address: tuple[str, int],
        sounds: SoundTree,
        screen: Screen,
        caller: str,
        called: str,
        switch: SimulatedSwitch,
    ) -> None:
        self._address, self._called, self._screen, self._sounds = address, called, screen, sounds
        self._saying = Saying(screen)
        self._hung_up, self._at = False, 0.0
        screen.begins(caller, called)
        self._call = switch.call(*address, caller, called_number=called, on_event=self._tell)

    @property
    def ended(self) -> bool:
        return self._call.ended

    @property
    def quiet_since(self) -> float | None:
        return self._saying.quiet_since

    def advance(self, at: float) -> None:
        """Show what has begun by now; its time passes by itself."""
        self._at = at
        self._saying.until(at)

    def press(self, key: str) -> None:
        self._call.press(key)

    def speak(self, seconds: float) -> None:
        self._screen.spoke(self._at, seconds)
        self._call.speak(seconds)

    def hang_up(self) -> None:
        self._hung_up = True
        self._call.hang_up()

    def check_answered(self) -> None:
        """SwitchError when the call has ended because nobody took it."""
        if self._hung_up or self._call.answered_at is not None:
            return
        host, port = self._address
        if self._call.cause == NO_FLOW:
            raise SwitchError(f"{self._called} leads to no flow there: add it under numbers: in ivrkit.yaml")
        raise SwitchError(f"nobody takes calls at {host}:{port}: start ivrkit serve, or name its HOST:PORT")

    def _tell(self, event: Any) -> None:
        match event:
            case Speaking():
                self._saying.begins(event.at, self._turns(event.paths))
            case Heard():
                self._saying.ends(event.at + event.seconds)
            case Pressed():
                self._saying.until(event.at)
                self._screen.pressed(event.at, event.key)
            case Over():
                self._screen.ended(event.at, event.cause, "caller" if self._hung_up else "flow")

    def _turns(self, paths: Iterable[str]) -> Iterator[tuple[float, Part]]:
        after = 0.0
        for silent, group in groupby(paths, lambda path: path.startswith(SILENCE)):
            if silent:
                after += sum(int(path.removeprefix(SILENCE)) / 1000 for path in group)
            else:
                names = tuple(self._sounds.name_of(path) or path for path in group)
                words, seconds = zip(*map(self._known, names), strict=True)
                join = LANGUAGES[language].join if (language := names[0].partition("/")[0]) in LANGUAGES else " ".join
                yield after, Part("", join(words), names)
                after += sum(seconds)

    def _known(self, name: str) -> tuple[str, float]:
        """The words and the length of a sound; one that is not of this project is shown as it is called."""
        try:
            return self._sounds.transcript(name), self._sounds.duration(name)
        except PromptError:
            return name, 0.0
