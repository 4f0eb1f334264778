"""A call told as a scene: what the caller hears and does, in virtual time."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from ivrkit.commands import BEEP, CallRecord, Command, Play, Record
from ivrkit.events import Event, RecordingEnded
from ivrkit.prompts.segments import Fixed
from ivrkit.script import Node, Script
from ivrkit.switch.virtual import VirtualCall


class Playbook:
    """One call on a script. Every step lets time pass as far as it has to, and fails with what happened instead.

    Playbook(script).hears("welcome").presses("2").hears("account.ask").waits(5).hears("ivrkit.noinput").ends()
    """

    def __init__(self, script: Script, **call: Any) -> None:
        self._plays: list[Play] = []
        self._seen = 0
        self._recording = False
        self.call = VirtualCall(script, watch=self._watch, **call)

    def hears(self, prompt: str) -> Playbook:
        """Time passes until the next prompt begins; it has to be this one, or hold it."""
        play = self._next_play()
        assert play, f'the caller should hear "{prompt}", but {self._quiet()}'
        heard = [part.prompt for part in play.parts]
        assert prompt in heard, f'the caller should hear "{prompt}", but hears {heard} at node "{self.node}"'
        return self

    def hears_text(self, text: str) -> Playbook:
        """Time passes until the next prompt begins; its words have to hold `text`."""
        play = self._next_play()
        said = "".join(part.text for part in play.parts) if play else self._quiet()
        assert text in said, f"the caller should hear {text!r}, but hears {said!r}"
        return self

    def presses(self, keys: str, gap: float = 0.2) -> Playbook:
        self.call.press(keys, gap)
        return self

    def speaks(self, seconds: float) -> Playbook:
        """Time passes until a recording has begun; then the caller speaks for so long."""
        while not self._recording and not self.call.ended and (due := self.call.next_due()) is not None:
            self.call.advance(due)
        assert self._recording, f"there should be a recording, but {self._quiet()}"
        self.call.advance(self.call.now + BEEP)
        self.call.speak(seconds)
        return self.waits(seconds)

    def whispers(self, prompt: str) -> Playbook:
        """A far end has heard this prompt, last of all, before the caller was there."""
        heard = [part.prompt for part in self.call.whispered]
        assert heard[-1:] == [prompt], f'the far end should have heard "{prompt}" last, but heard {heard}'
        return self

    def waits(self, seconds: float) -> Playbook:
        self.call.advance(self.call.now + seconds)
        return self

    def hangs_up(self) -> Playbook:
        self.call.hang_up()
        return self

    def ends(self) -> CallRecord:
        """Time passes until the call ends without a further prompt; its record."""
        play = self._next_play()
        assert not play, f"the call should end, but the caller hears {play}"
        assert self.call.record, f'the call should end, but waits at node "{self.node}"'
        return self.call.record

    @property
    def node(self) -> str:
        return self.call.session.node

    def _watch(self, event: Event, commands: list[Command]) -> None:
        self._plays += [command for command in commands if isinstance(command, Play)]
        if isinstance(event, RecordingEnded):
            self._recording = False
        self._recording |= any(isinstance(command, Record) for command in commands)

    def _next_play(self) -> Play | None:
        while self._seen == len(self._plays) and not self.call.ended and (due := self.call.next_due()) is not None:
            self.call.advance(due)
        if self._seen == len(self._plays):
            return None
        self._seen += 1
        return self._plays[self._seen - 1]

    def _quiet(self) -> str:
        return "the call has ended" if self.call.ended else f'there is silence at node "{self.node}"'


class AnyPrompts(dict[str, Mapping[str, tuple[Fixed, ...]]]):
    """A catalogue in which every prompt exists and says its own name."""

    def __contains__(self, name: object) -> bool:
        return True

    def __missing__(self, name: str) -> Mapping[str, tuple[Fixed, ...]]:
        return {language: (Fixed(name, f"{language}/test/x"),) for language in ("zh", "en")}


def script_of(nodes: Mapping[str, Node], **changes: Any) -> Script:
    """A script of these nodes that starts at the first, for tests of nodes and of the engine."""
    fields: dict[str, Any] = {
        "flow": "test",
        "version": "0",
        "languages": ("en", "zh"),
        "start": next(iter(nodes)),
        "give_up": None,
        "keys": {},
        "on_hangup": None,
        "arguments": {},
        "nodes": nodes,
        "prompts": AnyPrompts(),
        "lists": {},
        "flows": {},
    }
    return Script(**(fields | changes))
