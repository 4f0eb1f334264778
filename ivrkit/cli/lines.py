"""The lines that a telephone in the terminal can have: a call in virtual time, or one on the embedded switch."""

from __future__ import annotations

from itertools import groupby
from time import monotonic
from typing import Any

from gevent import sleep

from ivrkit.cli.screen import Screen
from ivrkit.commands import Command, Part, Play, WriteRecord
from ivrkit.events import Event, KeyPressed, PlaybackEnded
from ivrkit.prompts.languages import LANGUAGES
from ivrkit.script import Script
from ivrkit.switch.simulated import Heard, Over, Pressed, SimulatedSwitch, Speaking
from ivrkit.switch.virtual import VirtualCall
from ivrkit.switch.world import World
from ivrkit.tts import SoundTree


class VirtualLine:
    """A script called without any server: words as text, in the time that it takes to say them."""

    def __init__(self, script: Script, screen: Screen, caller: str, called: str, world: World) -> None:
        self._screen = screen
        self._playing = False
        self._quiet_since = 0.0
        screen.begins(caller, called)
        self._call = VirtualCall(script, caller, called, world=world, watch=self._watch)

    @property
    def ended(self) -> bool:
        return self._call.ended

    @property
    def quiet_since(self) -> float | None:
        return None if self._playing else self._quiet_since

    def next_due(self) -> float | None:
        return self._call.next_due()

    def advance(self, at: float) -> None:
        self._call.advance(at)

    def press(self, key: str) -> None:
        self._call.press(key)

    def hang_up(self) -> None:
        self._call.hang_up()

    def _watch(self, event: Event, commands: list[Command]) -> None:
        if isinstance(event, KeyPressed):
            self._screen.pressed(event.at, event.key)
        if isinstance(event, PlaybackEnded):
            self._playing, self._quiet_since = False, event.at
        for command in commands:
            self._show(command, event.at)

    def _show(self, command: Command, at: float) -> None:
        if isinstance(command, Play):
            self._playing = True
            for part in command.parts:
                self._screen.heard(at, part)
        elif isinstance(command, WriteRecord):
            record = command.record
            self._screen.ended(record.seconds, record.hangup_cause, record.ended_by)


class SocketLine:
    """A call that the embedded switch hands to a serving ivrkit; what is heard is read off the sounds that it plays."""

    def __init__(
        self,
        address: tuple[str, int],
        sounds: SoundTree,
        screen: Screen,
        caller: str,
        called: str,
        switch: SimulatedSwitch,
    ) -> None:
        self._screen, self._sounds = screen, sounds
        self._playing = False
        self._quiet_since = 0.0
        self._by = ""
        screen.begins(caller, called)
        self._call = switch.call(*address, caller, called_number=called, on_event=self._tell)
        self._begun = monotonic()

    @property
    def ended(self) -> bool:
        return self._call.ended

    @property
    def quiet_since(self) -> float | None:
        return None if self._playing else self._quiet_since

    def next_due(self) -> float | None:
        return monotonic() - self._begun + 0.02

    def advance(self, at: float) -> None:
        sleep(max(0.0, self._begun + at - monotonic()))

    def press(self, key: str) -> None:
        self._call.press(key)

    def hang_up(self) -> None:
        self._by = "caller"
        self._call.hang_up()

    def _tell(self, event: Any) -> None:
        match event:
            case Speaking():
                self._playing = True
                self._screen.heard(event.at, self._part(event.paths))
            case Heard():
                self._playing, self._quiet_since = False, event.at + event.seconds
            case Pressed():
                self._screen.pressed(event.at, event.key)
            case Over():
                self._screen.ended(event.at, event.cause, self._by or "flow")

    def _part(self, paths: tuple[str, ...]) -> Part:
        names = tuple(self._sounds.name_of(path) or path for path in paths)
        said = []
        for language, group in groupby(names, lambda name: name.partition("/")[0]):
            said.append(LANGUAGES[language].join(self._sounds.transcript(name) for name in group))
        return Part("", " ".join(said), names)
