"""How the engine asks: the prompts, then keys, until they amount to an answer."""

from __future__ import annotations

from typing import Any

from ivrkit.engine.call import Call
from ivrkit.engine.handler import PENDING
from ivrkit.events import Event, KeyPressed, PlaybackEnded, TimerFired
from ivrkit.script import Ask, Choices, Heard, Verdict

FINGERS_REST = 0.5
"Seconds without a key after which a wrong entry is over."
MOST_STRAY = 60
"Keys behind a wrong one that are waited for."
MOST_KEYS = 200
"Keys of one answer: who goes on clearing the entry answers nothing."


class Asking:
    """Ask: play, then wait for keys, one timer at a time, until they amount to an answer."""

    def __init__(self, call: Call, step: Ask) -> None:
        self._call, self._step = call, step
        self._playback = self._timer = self._entered = ""
        self._pressed = self._stray = 0
        "Keys pressed, and those of them behind a wrong one."

    def start(self) -> Any:
        self._call.secret |= self._step.secret
        if self._call.keys and self._step.barge_in:
            return self._listen()
        self._playback = self._call.play(self._step.lines, self._step.barge_in)
        return PENDING

    def receive(self, event: Event) -> Any:
        match event:
            case PlaybackEnded(id=self._playback):
                return self._listen()
            case KeyPressed() if self._stray:
                return self._hush()
            case KeyPressed() if self._timer:
                return self._listen()
            case TimerFired(id=self._timer):
                self._timer = ""
                return self._answer(self._step.entry.judge(self._entered) is Verdict.ENOUGH)
        return PENDING

    def stop(self) -> None:
        self._call.cancel_timer(self._timer)
        self._timer = ""

    def _listen(self) -> Any:
        self.stop()
        while self._call.keys:
            verdict = self._take(self._call.keys.take())
            if verdict is Verdict.DONE:
                return self._answer(complete=True)
            if verdict is Verdict.WRONG:
                return self._hush()
        begun = bool(self._step.entry.value(self._entered))
        if begun and not self._step.between_digits and isinstance(self._step.entry, Choices):
            return self._answer(self._step.entry.judge(self._entered) is Verdict.ENOUGH)
        self._timer = self._call.start_timer((begun and self._step.between_digits) or self._step.first_digit)
        return PENDING

    def _hush(self) -> Any:
        """Wait until the fingers rest: an account number keyed into a menu is one wrong entry and not eight."""
        self.stop()
        while self._call.keys:
            self._call.note_key(self._call.keys.take())
            self._stray += 1
        self._stray += 1
        if self._stray > MOST_STRAY:
            return self._answer(complete=False)
        self._timer = self._call.start_timer(FINGERS_REST)
        return PENDING

    def _take(self, key: str) -> Verdict:
        self._call.note_key(key)
        self._pressed += 1
        if self._pressed > MOST_KEYS:
            return Verdict.WRONG
        verdict = self._step.entry.judge(self._entered + key)
        cleared = verdict is Verdict.MORE and not self._step.entry.value(self._entered + key)
        self._entered = "" if cleared else self._entered + key
        return verdict

    def _answer(self, complete: bool) -> Heard:
        value = self._step.entry.value(self._entered)
        trailing = self._step.entry.trailing
        if complete and trailing and self._entered[-1:] != trailing:
            self._call.keys.drop_trailing(trailing, self._call.now + self._step.between_digits)
        if value and not complete:
            self._call.keys.forget()
        return Heard(value, complete and bool(value))
