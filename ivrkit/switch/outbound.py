"""FreeSWITCH dials us: one connection for each call (`socket … async full`), one greenlet that runs its session.

    FreeSWITCH ── event ──> Connection ──> translate ──> Session.receive ──> commands ──> one write back

Timers are the hub's, actions run in greenlets or threads of their own; whatever they bring enters at `_deliver`.
"""

from __future__ import annotations

import logging
from collections import deque
from collections.abc import Callable
from dataclasses import replace
from datetime import datetime
from functools import partial
from itertools import count
from math import ceil
from time import monotonic
from typing import Any

import gevent
from gevent.event import Event as Signal

from ivrkit.commands import (
    BEEP,
    PAUSE,
    RECORDED,
    Answer,
    CancelAction,
    CancelTimer,
    Command,
    DeleteRecording,
    HangUp,
    Play,
    ReadHours,
    Record,
    RunAction,
    SendRequest,
    StartTimer,
    Transfer,
    WriteRecord,
)
from ivrkit.engine import HANGUP_SECONDS, Session, refused
from ivrkit.errors import IvrkitError, PromptError, SwitchError
from ivrkit.esl import EslEvent, commands
from ivrkit.esl.calls import EVENTS, arrival, translate
from ivrkit.events import (
    ActionReturned,
    CalendarState,
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
from ivrkit.script import Outcome, Script
from ivrkit.switch import dialing
from ivrkit.switch.call_port import CallPort
from ivrkit.switch.connection import Connection
from ivrkit.switch.deadlines import Deadlines
from ivrkit.switch.recordings import Recordings
from ivrkit.switch.services import Services

__all__ = ["OutboundCall", "Services", "call_port"]

log = logging.getLogger("ivrkit.outbound")

SWITCH_DEADLINE = 10.0
"Seconds that FreeSWITCH has to do a thing that takes no time, and to end a playback that should be over."
TALK_LIMIT = 4 * 3600.0
"Seconds that a caller may talk with a transfer target."
_BETWEEN = f"!silence_stream://{PAUSE * 1000:.0f}!"
PREPARED = {
    # Nothing in an argument is expanded on this channel, whatever gets into one.
    "app_disable_expand_variables": "true",
    # Several sounds in one playback without the 250 ms of silence that file_string begins with (mod_dptools.c).
    "playback_delimiter": "!",
    "playback_sleep_val": "0",
    "continue_on_fail": "true",
    # Telephones that send nothing while nobody speaks: their pauses are recorded as well.
    "record_fill_cng": "true",
}
PULSE = 30.0
"Seconds between two looks whether the switch is still there while two talk, for then it has nothing to say."
TONE = f"tone_stream://%({BEEP * 1000:.0f},0,1000)"
"What says that a recording begins."
SILENT = 200
"The mean size of a sample below which a frame is silence, of 32767: -44 dBFS, between a line's noise and a voice."
LINGER = 2
"""Seconds that FreeSWITCH keeps the connection after the call's end. Without it a busy one closes before it has told
of the hang-up, and nobody knows who ended the call (mod_event_socket.c, the end of listener_run)."""
LOST = "CONNECTION_LOST"
"The cause in the record of a call whose switch is gone."
NO_FLOW = "UNALLOCATED_NUMBER"


class OutboundCall:
    """One call: translates between its connection and its session."""

    def __init__(self, connection: Connection, services: Services, tag: str) -> None:
        self._connection, self._services, self._tag = connection, services, tag
        self._session: Session | None = None
        self._arrived: CallArrived
        self._uuid = ""
        self._stop_keys = ""
        self._outbox: list[bytes] = []
        self._deadlines = Deadlines(self._too_late)
        self._actions: dict[str, gevent.Greenlet[..., None]] = {}
        self._inbox: deque[Event] = deque()
        self._delivering = False
        self._resume = "false"
        self._given_away = ""
        "The blind transfer that runs."
        self._pulse: gevent.Greenlet[[], None] | None = None
        self._recorded: dict[str, float] = {}
        "How long each recording is at most, in seconds."
        self._batches = count(1)
        self._over = Signal()

    def run(self, channel: EslEvent) -> None:
        """Serve the call until it is over; `channel` is the reply to `connect`."""
        self._uuid = channel["Unique-ID"]
        self._resume = channel.variable("socket_resume") or self._resume
        arrived = arrival(channel, monotonic(), datetime.now().astimezone())
        script = self._services.script_for(arrived.called_number)
        if script is None:
            self._refuse(arrived)
            return
        with self._services.running(arrived.call_id, script):
            try:
                self._serve(script, arrived)
            finally:
                self._release()

    def _serve(self, script: Script, arrived: CallArrived) -> None:
        self._arrived = arrived
        self._session = self._services.sessions(script, arrived, self._tag)
        self._post(commands.filter_events("Unique-ID", self._uuid))
        self._post(commands.event_plain(EVENTS))
        self._post(commands.linger(LINGER))
        self._post(commands.uuid_setvar(self._uuid, PREPARED))
        self._perform(arrived, self._session.begin())
        patience = HANGUP_SECONDS + 1.0
        # FreeSWITCH says goodbye, and no hang-up came: the caller had gone before this call's events were asked for.
        gone = HungUp(0.0, "NORMAL_UNSPECIFIED")
        try:
            for event in self._connection.events():
                self._translate(event)
                if self._session.done:
                    return
        except SwitchError as error:
            if self._session.done:
                return
            log.warning("%s: %s", self._uuid, error)
            gone = HungUp(0.0, LOST, lost=True)
        except gevent.GreenletExit:
            # The patience of a process that stops is over: this call has its record, and the dialplan goes on with it.
            log.warning("%s: cut off, for ivrkit stops", self._uuid)
            patience, gone = 0.0, HungUp(0.0, LOST, lost=True)
        gone = replace(gone, at=monotonic())
        self._deliver(gone)
        if not self._over.wait(patience):
            # Somebody who still answers the event before keeps the hang-up waiting in the inbox.
            self._answer_event(gone)
            if not self._session.done:
                self._perform(gone, self._session.fail("cut off after the caller had gone"))

    def _refuse(self, arrived: CallArrived) -> None:
        """Nothing serves this number: the caller's network says so, and the record."""
        log.error("no flow for %r: add it under numbers: in the configuration", arrived.called_number)
        self._services.write_record(refused(arrived, NO_FLOW, f"no flow for {arrived.called_number!r}"))
        self._connection.send(commands.sendmsg_hangup(NO_FLOW))

    # --- events ---

    def _translate(self, event: EslEvent) -> None:
        """An event of this call as the session knows it; anything else changes nothing."""
        known = translate(event, self._uuid, monotonic())
        if known is None:
            return
        self._deadlines.met(getattr(known, "id", ""))
        if isinstance(known, HungUp) and self._given_away and event.variable("bridge_hangup_cause"):
            # The far end has left, and FreeSWITCH ends a call that was given away with it.
            self._deliver(TransferEnded(known.at, self._given_away, "answered"))
        self._deliver(known)

    def _deliver(self, event: Event) -> None:
        """Let the session answer an event; one that comes while it answers another waits for its turn."""
        self._inbox.append(event)
        if self._delivering:
            return
        self._delivering = True
        try:
            while self._inbox:
                self._answer_event(self._inbox.popleft())
        finally:
            self._delivering = False

    def _answer_event(self, event: Event) -> None:
        assert self._session is not None
        if self._session.done:
            return
        if isinstance(event, TransferEnded):
            self._transferred()
        seen = replace(event, key="•") if isinstance(event, KeyPressed) and self._session.hides(event) else event
        try:
            answer = self._session.receive(event)
        except Exception as error:  # the guard of a call: a node of somebody's own may raise anything
            log.exception("%s: %s failed at node %s", self._uuid, seen, self._session.node)
            answer = self._session.fail(f"{type(error).__name__} at node {self._session.node}")
        self._perform(seen, answer)
        if self._session.done:
            self._over.set()
            # Who reads it goes home, though FreeSWITCH may keep it open.
            self._connection.close()

    # --- commands ---

    def _perform(self, event: Event, answer: list[Command]) -> None:
        self._tell(event, answer)
        for command in answer:
            self._carry_out(command)
        self._send_outbox()

    def _tell(self, event: Event, answer: list[Command]) -> None:
        if self._services.watch:
            try:
                self._services.watch(self._arrived.call_id, event, answer)
            except Exception:  # the guard of a call: whoever watches is somebody's own code
                log.exception("%s: the observer failed", self._uuid)

    def _carry_out(self, command: Command) -> None:
        try:
            _PERFORM[type(command)](self, command)
        except Exception:  # the guard of a call: what it needs of the application may fail in any way
            log.exception("%s: %s was not done", self._uuid, type(command).__name__)
            if not isinstance(command, WriteRecord):
                self._deadlines.set(command.id, 0.0, HungUp(0.0, "NORMAL_TEMPORARY_FAILURE", lost=True))

    def _post(self, command: bytes) -> None:
        """Send a command with the others that answer this event."""
        self._outbox.append(command)

    def _send_outbox(self) -> None:
        posted, self._outbox = self._outbox, []
        if not posted:
            return
        batch = f"batch {next(self._batches)}"
        self._deadlines.set(batch, SWITCH_DEADLINE, HungUp(0.0, LOST, lost=True))
        try:
            self._connection.post_all(posted, lambda reply: self._deadlines.met(batch))
        except SwitchError as error:
            # Who reads learns it too, and ends the call.
            log.debug("%s: not sent: %s", self._uuid, error)

    def _answer(self, command: Answer) -> None:
        self._deadlines.set(command.id, SWITCH_DEADLINE, HungUp(0.0, "NO_ANSWER_FROM_SWITCH", lost=True))
        self._post(commands.sendmsg_execute("answer", "", command.id))

    def _play(self, command: Play) -> None:
        seconds = sum(self._seconds_of(name) + PAUSE for part in command.parts for name in part.sounds)
        self._deadlines.set(command.id, seconds + SWITCH_DEADLINE, PlaybackEnded(0.0, command.id))
        self._stop_by(command.stop_keys or "none")
        arg = _BETWEEN.join("!".join(map(self._path, part.sounds)) for part in command.parts if part.sounds)
        self._post(commands.sendmsg_execute("playback", arg, command.id))

    def _path(self, name: str) -> str:
        if not name.startswith(RECORDED):
            return self._services.sounds.path(name)
        return self._recordings.path(name.removeprefix(RECORDED))

    @property
    def _recordings(self) -> Recordings:
        if self._services.recordings is None:
            raise PromptError("nothing can be recorded here: no folder is set for it")
        return self._services.recordings

    def _seconds_of(self, name: str) -> float:
        if name.startswith(RECORDED):
            return self._recorded.get(name.removeprefix(RECORDED), 0.0)
        try:
            return self._services.sounds.duration(name)
        except PromptError as error:
            log.error("%s: %s", self._uuid, error)
            return 0.0

    def _stop_by(self, keys: str) -> None:
        if keys != self._stop_keys:
            self._stop_keys = keys
            self._post(commands.uuid_setvar(self._uuid, {"playback_terminators": keys}))

    def _start_timer(self, command: StartTimer) -> None:
        self._deadlines.set(command.id, command.seconds, TimerFired(0.0, command.id))

    def _cancel_timer(self, command: CancelTimer) -> None:
        self._deadlines.met(command.id)

    def _run_action(self, command: RunAction) -> None:
        assert self._session is not None
        language = self._session.language
        perform = partial(self._services.perform, command, self._arrived, language)
        self._actions[command.id] = gevent.spawn(self._work, command, f"action {command.name}", perform)

    def _send_request(self, command: SendRequest) -> None:
        fetch = partial(self._services.fetch, command)
        self._actions[command.id] = gevent.spawn(self._work, command, "a request", fetch)

    def _work(self, command: RunAction | SendRequest, named: str, work: Callable[[], Outcome]) -> None:
        try:
            outcome = work()
        except Exception:  # the guard of a call: an action is somebody's own code
            log.exception("%s: %s failed", self._uuid, named)
            outcome = Outcome("error")
        if self._actions.pop(command.id, None) is not None:
            self._deliver(ActionReturned(monotonic(), command.id, outcome.name, outcome.result))

    def _cancel_action(self, command: CancelAction) -> None:
        greenlet = self._actions.pop(command.id, None)
        if greenlet is not None:
            greenlet.kill(block=False)

    def _record(self, command: Record) -> None:
        failed = RecordingEnded(0.0, command.id, 0.0, "error")
        try:
            path = self._recordings.prepare(command.name)
        except IvrkitError as error:
            log.error("%s: %s", self._uuid, error)
            self._deadlines.set(command.id, 0.0, failed)
            return
        # FreeSWITCH counts whole seconds, the limit's up to one too many.
        limit, silence = max(1, ceil(command.limit)), max(1, ceil(command.silence))
        self._deadlines.set(command.id, BEEP + limit + 1 + SWITCH_DEADLINE, failed)
        self._recorded[command.name] = limit + 1
        self._stop_by(command.stop_keys or "none")
        if command.beep:
            self._post(commands.sendmsg_execute("playback", TONE, f"{command.id} beep", event_lock=True))
        self._post(commands.sendmsg_execute("record", f"{path} {limit} {SILENT} {silence}", command.id))

    def _delete_recording(self, command: DeleteRecording) -> None:
        try:
            self._recordings.delete(command.name)
        except IvrkitError as error:
            log.error("%s: %s", self._uuid, error)

    def _transfer(self, command: Transfer) -> None:
        target = self._services.targets.get(command.target)
        if not target:
            self._deadlines.set(command.id, 0.0, TransferEnded(0.0, command.id, "failed"))
            return
        names = command.whisper.sounds if command.whisper else ()
        whispered, seconds = [self._path(name) for name in names], sum(map(self._seconds_of, names))
        self._deadlines.set(command.id, command.ring + seconds + TALK_LIMIT, HungUp(0.0, "ALLOTTED_TIMEOUT"))
        self._given_away = command.id if command.blind else ""
        self._pulse = gevent.spawn(self._feel_pulse)
        self._post(commands.uuid_setvar(self._uuid, dialing.variables(command, whispered, seconds)))
        dialled = dialing.dial_string(command, target, whispered)
        self._post(commands.sendmsg_execute("bridge", dialled, command.id))

    def _transferred(self) -> None:
        self._given_away = ""
        self._stop_pulse()
        self._post(commands.uuid_setvar(self._uuid, {"socket_resume": self._resume}))

    def _feel_pulse(self) -> None:
        """Ask for something now and then: a switch that hangs does not answer, and its call has a deadline again."""
        while True:
            gevent.sleep(PULSE)
            self._post(commands.api(f"uuid_exists {self._uuid}"))
            self._send_outbox()

    def _stop_pulse(self) -> None:
        if self._pulse is not None:
            self._pulse.kill(block=False)
            self._pulse = None

    def _hang_up(self, command: HangUp) -> None:
        self._deadlines.set(command.id, SWITCH_DEADLINE, HungUp(0.0, command.cause))
        self._post(commands.sendmsg_hangup(command.cause))

    def _write_record(self, command: WriteRecord) -> None:
        self._services.write_record(command.record)

    def _read_hours(self, command: ReadHours) -> None:
        state: CalendarState = "closed"
        try:
            state = self._services.hours(command.calendar)
        except Exception:  # the guard of a call: a calendar that cannot be read is closed
            log.exception("%s: calendar %r could not be read", self._uuid, command.calendar)
        self._deliver(HoursRead(monotonic(), command.id, state))

    # --- the end ---

    def _too_late(self, event: Event) -> None:
        """The switch did not answer in time, or a timer of the session has run out."""
        if not isinstance(event, TimerFired):
            log.warning("%s: the switch is late: %s", self._uuid, event)
        if isinstance(event, HungUp):
            self._post(commands.sendmsg_hangup(event.cause))
        self._deliver(replace(event, at=monotonic()))

    def _release(self) -> None:
        self._deadlines.clear()
        self._stop_pulse()
        for greenlet in self._actions.values():
            greenlet.kill(block=False)
        self._actions.clear()


_PERFORM: dict[type[Command], Callable[[OutboundCall, Any], None]] = {
    Answer: OutboundCall._answer,
    Play: OutboundCall._play,
    StartTimer: OutboundCall._start_timer,
    CancelTimer: OutboundCall._cancel_timer,
    RunAction: OutboundCall._run_action,
    SendRequest: OutboundCall._send_request,
    CancelAction: OutboundCall._cancel_action,
    Record: OutboundCall._record,
    DeleteRecording: OutboundCall._delete_recording,
    Transfer: OutboundCall._transfer,
    ReadHours: OutboundCall._read_hours,
    HangUp: OutboundCall._hang_up,
    WriteRecord: OutboundCall._write_record,
}


def call_port(services: Services, host: str, port: int, **limits: Any) -> CallPort:
    """The port that FreeSWITCH dials, ready to start; `limits` are CallPort's."""
    numbers = count(1)

    def serve(connection: Connection, channel: EslEvent) -> None:
        OutboundCall(connection, services, f"c{next(numbers)}").run(channel)

    return CallPort(serve, host, port, **limits)
