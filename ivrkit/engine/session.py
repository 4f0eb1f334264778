"""Runs one script for one call: events in, commands out, no I/O and no clock."""

from __future__ import annotations

from typing import Any

from ivrkit.commands import Answer, CallRecord, Command, HangUp, Visit, WriteRecord
from ivrkit.engine.call import Call
from ivrkit.engine.steps import HANDLERS, PENDING, Handler
from ivrkit.errors import ScriptError
from ivrkit.events import CallAnswered, CallArrived, Event, HungUp, KeyPressed, PlaybackEnded
from ivrkit.script import Back, End, Goto, Line, Run, Say, Script, Way

STEP_LIMIT = 1000
"Nodes that a call may pass before it goes to give_up."
LAST_STEPS = 20
"Nodes that it may pass after that."
FAULT_LIMIT = 3
"Faults of the script that a call survives."
SORRY = "ivrkit.sorry"
NORMAL = "NORMAL_CLEARING"


class Session:
    """One call on its way through a script. `receive` is the only way in, its result the only way out."""

    def __init__(self, script: Script, arrived: CallArrived, tag: str = "c") -> None:
        self._script, self._arrived = script, arrived
        self._call = Call(script, arrived, tag)
        self._run: Run | None = None
        self._handler: Handler | None = None
        self._node, self._entered_at = "", arrived.at
        self._menus: list[str] = []
        self._entries: dict[str, int] = {}
        self._path: list[Visit] = []
        self._steps, self._limit = 0, STEP_LIMIT
        self._answer = ""
        self._answered_at: float | None = None
        self._ending = ""
        self._gone: HungUp | None = None
        self._script_faults = 0
        self.done = False
        "Whether the call has ended and its record is written."

    @property
    def node(self) -> str:
        """The name of the node that the call is at; empty before the first."""
        return self._node

    @property
    def language(self) -> str:
        """The language that the call has now."""
        return self._call.language

    def hides(self, event: Event) -> bool:
        """Whether an event, not received yet, holds a key that must not be shown to anyone."""
        return self._call.hides(event)

    def begin(self) -> list[Command]:
        """Answer the call."""
        self._answer = self._call.next_id()
        self._call.issue(Answer(self._answer))
        return self._call.outbox()

    def receive(self, event: Event) -> list[Command]:
        """What the switch has to do now. After HungUp nothing more, whatever arrives."""
        if self.done:
            return []
        self._call.now = event.at
        match event:
            case HungUp():
                self._end(event)
            case CallAnswered(id=self._answer) if self._answered_at is None:
                self._answered_at = event.at
                self._walk(Goto(self._script.start))
            case _:
                self._go_on(event)
        return self._call.outbox()

    def fail(self, reason: str) -> list[Command]:
        """End the call for a fault outside the script, with a word to the caller."""
        self._call.fault(reason)
        if self._gone is not None:
            self._write_record(self._gone)
            return self._call.outbox()
        self._stop()
        self._walk(self._sorry())
        return self._call.outbox()

    # --- walking ---

    def _go_on(self, event: Event) -> None:
        if isinstance(event, KeyPressed) and (self._call.secret or not self._call.hides(event)):
            self._call.keys.press(event.key, event.at)
        if isinstance(event, PlaybackEnded) and not event.heard:
            self._call.fault(f'a sound of "{self._node}" is missing')
        if self._handler is None:
            return
        try:
            result = self._handler.receive(event)
        except ScriptError as error:
            self._walk(self._fault(error))
            return
        if result is not PENDING:
            self._handler = None
            self._walk(self._advance(result))

    def _walk(self, way: Way | None) -> None:
        """Go from node to node until one waits for an event or the call ends."""
        while way is not None:
            if isinstance(way, End):
                self._hang_up(way.cause)
                return
            way = self._enter(self._target(way))

    def _enter(self, name: str) -> Way | None:
        self._leave(name)
        node = self._script.nodes[name]
        self._steps += 1
        self._entries[name] = self._entries.get(name, 0) + 1
        if self._steps > self._limit:
            return self._too_far()
        if node.visits is not None and self._entries[name] > node.visits:
            return self._give_up() if name != self._script.give_up else End(NORMAL)
        if node.landmark:
            self._remember(name)
        self._run = node.run(self._call)
        return self._advance(None)

    def _advance(self, result: Any) -> Way | None:
        """Let the node go on until it waits (None) or knows where the call goes."""
        assert self._run is not None
        while True:
            try:
                step = self._run.send(result)
                handler: Handler = HANDLERS[type(step)](self._call, step)
                result = handler.start()
            except StopIteration as stop:
                if isinstance(stop.value, Goto | Back | End):
                    return stop.value
                return self._fault(ScriptError("it does not say where the call goes"))
            except ScriptError as error:
                return self._fault(error)
            if result is PENDING:
                self._handler = handler
                return None

    def _target(self, way: Goto | Back) -> str:
        if isinstance(way, Goto):
            return way.node
        if self._menus and self._menus[-1] == self._node:
            return self._menus[-2] if len(self._menus) > 1 else self._node
        return self._menus[-1] if self._menus else self._node

    def _remember(self, menu: str) -> None:
        """The menus on the way here; coming back to one forgets those behind it."""
        if menu in self._menus:
            del self._menus[self._menus.index(menu) :]
        self._menus.append(menu)

    def _leave(self, way_out: str) -> None:
        if self._run is not None:
            self._run.close()
            self._run = None
        if self._node:
            seconds = self._entered_at - self._arrived.at
            self._path.append(Visit(self._node, round(seconds, 3), self._call.pressed, way_out))
        self._call.end_secret()
        self._node, self._entered_at, self._call.pressed = way_out, self._call.now, ""

    # --- when it does not go as written ---

    def _fault(self, error: ScriptError) -> Way | None:
        self._call.fault(f'node "{self._node}": {error}')
        self._stop()
        self._script_faults += 1
        return self._give_up() if self._script_faults <= FAULT_LIMIT else self._sorry()

    def _too_far(self) -> Way:
        if self._limit > STEP_LIMIT:
            self._ending = "fault"
            return End(NORMAL)
        self._call.fault(f"more than {STEP_LIMIT} nodes in one call")
        self._limit += LAST_STEPS
        return self._give_up()

    def _give_up(self) -> Way:
        return Goto(self._script.give_up) if self._script.give_up else End(NORMAL)

    def _sorry(self) -> Way | None:
        if self._ending or SORRY not in self._script.prompts:
            self._ending = "fault"
            return End(NORMAL)
        self._ending = "fault"
        self._run = _say_sorry()
        return self._advance(None)

    # --- the end ---

    def _hang_up(self, cause: str) -> None:
        self._ending = self._ending or "flow"
        self._call.issue(HangUp(self._call.next_id(), cause))

    def _stop(self) -> None:
        if self._handler is not None:
            self._handler.stop()
            self._handler = None

    def _end(self, event: HungUp) -> None:
        self._gone = event
        self._stop()
        self._leave("")
        self._write_record(event)

    def _write_record(self, event: HungUp) -> None:
        self.done = True
        self._call.issue(WriteRecord(self._call.next_id(), self._record(event)))

    def _record(self, event: HungUp) -> CallRecord:
        arrived = self._arrived
        answered = None if self._answered_at is None else round(self._answered_at - arrived.at, 3)
        return CallRecord(
            call_id=arrived.call_id,
            flow=self._script.flow,
            script=self._script.version,
            caller_number=arrived.caller_number,
            called_number=arrived.called_number,
            language=self._call.language,
            started=arrived.started,
            seconds=round(event.at - arrived.at, 3),
            answered_after=answered,
            path=tuple(self._path),
            ended_by=self._ending or ("fault" if event.lost else "caller"),
            hangup_cause=event.cause,
            faults=tuple(self._call.faults),
        )


def _say_sorry() -> Run:
    yield Say((Line(SORRY),), barge_in=False)
    return End(NORMAL)


def refused(arrived: CallArrived, cause: str, fault: str) -> CallRecord:
    """The record of a call that no script served."""
    return CallRecord(
        call_id=arrived.call_id,
        flow="",
        script="",
        caller_number=arrived.caller_number,
        called_number=arrived.called_number,
        language="",
        started=arrived.started,
        seconds=0.0,
        answered_after=None,
        path=(),
        ended_by="fault",
        hangup_cause=cause,
        faults=(fault,),
    )
