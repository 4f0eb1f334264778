"""The same caller on the virtual switch and on a Lua interpreter: what is heard, and when."""

from __future__ import annotations

import re
import subprocess
from collections.abc import Iterator, Mapping
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

from ivrkit.calendars import Calendar
from ivrkit.commands import PAUSE, RECORDED, Command, HangUp, Part, Play
from ivrkit.events import Event, PlaybackEnded
from ivrkit.flow.lua import Fallback, as_lua
from ivrkit.nodes.hangup import Hangup
from ivrkit.nodes.play import Play as PlayNode
from ivrkit.nodes.set import Set
from ivrkit.script import Script
from ivrkit.switch.virtual import VirtualCall
from ivrkit.switch.world import FarEnd, World

STUB = Path(__file__).parent / "stub.lua"
START = datetime(2026, 11, 23, 10, 0, tzinfo=UTC)
DISPOSITION = "USER_BUSY"
LONGEST = 600.0

Keys = list[tuple[float, str]]
"Seconds since the call began, and a key, `~4` for four seconds of speech, or `hangup`."


class Lines:
    """What the line does on the virtual switch, sound by sound."""

    def __init__(self) -> None:
        self.heard: list[str] = []
        self._play: tuple[float, Play] | None = None

    def watch(self, event: Event, commands: list[Command]) -> None:
        if isinstance(event, PlaybackEnded):
            self.ends(event.at)
        for command in commands:
            if isinstance(command, Play):
                self._play = (event.at, command)
            elif isinstance(command, HangUp):
                self.heard.append(f"hangup {event.at:.2f} {command.cause}")

    def ends(self, at: float) -> None:
        if self._play:
            began, play = self._play
            self.heard += [f"hears {start:.2f} {name}" for start, name in _sounds(play, began) if start < at - 1e-6]
            self._play = None


def _sounds(play: Play, at: float) -> Iterator[tuple[float, str]]:
    for part in play.parts:
        for sound in part.sounds:
            yield at, "a recording" if sound.startswith(RECORDED) else sound
            at += 1.0
        at += PAUSE


def a_second_a_sound(part: Part) -> float:
    return float(len(part.sounds))


def on_virtual_switch(script: Script, keys: Keys, calendars: Mapping[str, Calendar], at: datetime = START) -> list[str]:
    _, left = as_lua(script, Fallback(str, {}, calendars, now=at))
    nodes = dict(script.nodes)
    for one in left:
        skip = Set(set={}, next=one.to) if one.to else PlayNode(play=("ivrkit.sorry",), barge_in=False, next="-")  # type: ignore[arg-type]
        nodes |= {one.node: skip, "-": Hangup(hangup="normal")}
    lines = Lines()
    world = World(
        far_ends={name: FarEnd(0.0, fails=DISPOSITION) for name in ("person", "desk", "service", "duty")},
        hours=lambda name: calendars[name].state(at),
    )
    call = VirtualCall(
        replace(script, nodes=nodes),
        world=world,
        seconds_of=a_second_a_sound,
        watch=lines.watch,
    )
    for when, key in keys:
        call.advance(when)
        if key == "hangup" and not call.ended:
            call.hang_up()
        elif key.startswith("~") and not call.ended:
            call.speak(float(key[1:]))
        elif not call.ended:
            call.press(key)
    call.run(LONGEST)
    lines.ends(call.now)
    return lines.heard


def on_lua(
    script: Script, keys: Keys, calendars: Mapping[str, Calendar], folder: Path, at: datetime = START
) -> list[str]:
    targets = {name: f"user/{name}" for name in ("person", "desk", "service", "duty")}
    text, _ = as_lua(script, Fallback(str, targets, calendars, str(folder), at))
    file = folder / "fallback.lua"
    file.write_text(text, "utf-8")
    pressed = " ".join(f"{when}:{key}" for when, key in keys)
    arguments = ["lua5.3", str(STUB), str(file), pressed, str(int(at.timestamp())), DISPOSITION]
    done = subprocess.run(arguments, capture_output=True, text=True, timeout=20, check=False)
    assert done.returncode == 0, done.stderr
    said = re.sub(r"/\S+/fallback-uuid-\d+\.wav", "a recording", done.stdout)
    return [line for line in said.splitlines() if not line.startswith("bridge ")]
