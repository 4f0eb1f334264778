"""How the engine carries out each step that a node can yield."""

from __future__ import annotations

from typing import Any

from ivrkit.commands import BEEP, CancelAction, Command, ReadHours, RunAction, SendRequest, Transfer
from ivrkit.commands import Record as RecordCaller
from ivrkit.engine.asking import Asking
from ivrkit.engine.call import Call
from ivrkit.engine.handler import PENDING
from ivrkit.events import (
    ActionReturned,
    Event,
    HoursRead,
    PlaybackEnded,
    RecordingEnded,
    TimerFired,
    TransferEnded,
)
from ivrkit.script import (
    LEAST_SAID,
    Act,
    Ask,
    Connect,
    Consult,
    Fetch,
    Outcome,
    Record,
    Recorded,
    Say,
    Step,
)

HOLD_AFTER = 0.5
"Seconds that an action may take before its hold prompt is said."
MOST_RECORDINGS = 100
"Recordings of one call: who makes more would fill the disk, and the record keeps no more."


class Saying:
    """Say: play, unless keys wait already and may interrupt."""

    def __init__(self, call: Call, step: Say) -> None:
        self._call, self._step = call, step
        self._playback = ""

    def start(self) -> Any:
        if self._step.barge_in and self._call.keys:
            return None
        self._playback = self._call.play(self._step.lines, self._step.barge_in)
        return PENDING

    def receive(self, event: Event) -> Any:
        return None if isinstance(event, PlaybackEnded) and event.id == self._playback else PENDING

    def stop(self) -> None:
        pass


class Acting:
    """Act, Fetch: have it done under a deadline; a hold prompt that has begun is heard to its end."""

    def __init__(self, call: Call, step: Act | Fetch) -> None:
        self._call, self._step = call, step
        self._action = self._deadline = self._hold = self._playback = ""
        self._outcome: Outcome | None = None

    def start(self) -> Any:
        self._action = self._call.next_id()
        self._call.issue(_work(self._action, self._step))
        self._deadline = self._call.start_timer(self._step.timeout)
        if self._step.hold and not self._call.gone:
            self._hold = self._call.start_timer(HOLD_AFTER)
        return PENDING

    def receive(self, event: Event) -> Any:
        match event:
            case ActionReturned(id=self._action):
                self._action = ""
                self._outcome = Outcome(event.outcome, event.result)
            case TimerFired(id=self._deadline):
                self._deadline = ""
                self._outcome = Outcome("timeout")
            case TimerFired(id=self._hold) if self._step.hold:
                self._hold = ""
                self._playback = self._call.play((self._step.hold,), barge_in=False)
            case PlaybackEnded(id=self._playback):
                self._playback = ""
        return self._result()

    def stop(self) -> None:
        if self._action:
            self._call.issue(CancelAction(self._action))
        self._call.cancel_timer(self._deadline)
        self._call.cancel_timer(self._hold)
        self._action = self._deadline = self._hold = ""

    def _result(self) -> Any:
        if self._outcome is None:
            return PENDING
        self.stop()
        return PENDING if self._playback else self._outcome


def _work(action: str, step: Act | Fetch) -> Command:
    if isinstance(step, Act):
        return RunAction(action, step.action, step.arguments)
    return SendRequest(action, step.method, step.url, step.body, step.timeout, step.retries)


class Consulting:
    """Consult: ask the calendar."""

    def __init__(self, call: Call, step: Consult) -> None:
        self._call, self._step = call, step
        self._asked = ""

    def start(self) -> Any:
        self._asked = self._call.next_id()
        self._call.issue(ReadHours(self._asked, self._step.calendar))
        return PENDING

    def receive(self, event: Event) -> Any:
        return event.state if isinstance(event, HoursRead) and event.id == self._asked else PENDING

    def stop(self) -> None:
        pass


class Recording:
    """Record: the keys pressed before and meanwhile are no answers to what follows."""

    def __init__(self, call: Call, step: Record) -> None:
        self._call, self._step = call, step
        self._recording = self._name = ""
        self._began = 0.0

    def start(self) -> Any:
        self._call.forget_keys()
        if len(self._call.recordings) >= MOST_RECORDINGS:
            self._call.fault(f"more than {MOST_RECORDINGS} recordings in one call")
            return Recorded("", 0.0, "error")
        self._recording, self._name = self._call.next_id(), self._call.next_recording()
        self._began = self._call.now
        step = self._step
        self._call.issue(RecordCaller(self._recording, self._name, step.limit, step.silence, step.stop_keys, step.beep))
        return PENDING

    def receive(self, event: Event) -> Any:
        if not (isinstance(event, RecordingEnded) and event.id == self._recording):
            return PENDING
        self._recording = ""
        self._call.forget_keys()
        if event.ended_by != "error":
            self._call.keep_recording(self._name, event.seconds)
        return Recorded(self._name, event.seconds, event.ended_by)

    def stop(self) -> None:
        """The caller has hung up: what was said until then is kept."""
        if not self._recording:
            return
        self._recording = ""
        seconds = self._call.now - self._began - (BEEP if self._step.beep else 0.0)
        if seconds < LEAST_SAID:
            self._call.forget_recording(self._name)
        else:
            self._call.keep_recording(self._name, seconds)


class Connecting:
    """Connect: the switch rings and bridges; keys pressed meanwhile were for the far end."""

    def __init__(self, call: Call, step: Connect) -> None:
        self._call, self._step = call, step
        self._transfer = ""

    def start(self) -> Any:
        self._transfer = self._call.next_id()
        whisper = self._call.part(self._step.whisper) if self._step.whisper else None
        self._call.issue(Transfer(self._transfer, self._step.target, self._step.ring, self._step.blind, whisper))
        return PENDING

    def receive(self, event: Event) -> Any:
        if not (isinstance(event, TransferEnded) and event.id == self._transfer):
            return PENDING
        self._call.forget_keys()
        return event.outcome

    def stop(self) -> None:
        pass


HANDLERS: dict[type[Step], Any] = {
    Say: Saying,
    Ask: Asking,
    Act: Acting,
    Fetch: Acting,
    Consult: Consulting,
    Record: Recording,
    Connect: Connecting,
}
