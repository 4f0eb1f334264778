"""Runs one script for one call: events in, commands out, no I/O and no clock."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from typing import Any

from ivrkit.commands import Answer, CallRecord, Command, HangUp, Visit, WriteRecord
from ivrkit.engine.arguments import converted
from ivrkit.engine.call import Call
from ivrkit.engine.handler import PENDING, Handler
from ivrkit.engine.steps import HANDLERS
from ivrkit.errors import ScriptError
from ivrkit.events import CallAnswered, CallArrived, Event, HungUp, KeyPressed, PlaybackEnded, TimerFired
from ivrkit.script import (
    Ask,
    Back,
    End,
    Enter,
    Goto,
    Leave,
    Line,
    Outcome,
    Return,
    Run,
    Say,
    Script,
    Step,
    Way,
)

STEP_LIMIT = 1000
"Nodes that a call may pass before it goes to give_up, and questions that it may be asked: keys may repeat them free."
LAST_STEPS = 20
"Nodes and questions after that."
FAULT_LIMIT = 3
"Faults of the script that a call survives."
MOST_FLOWS = 20
"Flows that may run inside each other."
HANGUP_SECONDS = 5.0
"What `on_hangup` may take, together."
ERROR = "error"
"What a flow returns that cannot go on."
SORRY = "ivrkit.sorry"
NORMAL = "NORMAL_CLEARING"


class Session:
    """One call on its way through a script. `receive` is the only way in, its result the only way out."""

    def __init__(self, script: Script, arrived: CallArrived, tag: str = "c") -> None:
        self._script, self._arrived = script, arrived
        self._call = Call(script, arrived, tag)
        self._handler: Handler | None = None
        self._entered_at = arrived.at
        self._entries: Counter[str] = Counter()
        self._path: list[Visit] = []
        self._steps, self._questions, self._limit = 0, 0, STEP_LIMIT
        self._answer = self._last = ""
        self._answered_at: float | None = None
        self._ending = ""
        self._gone: HungUp | None = None
        self._script_faults = 0
        self.done = False
        "Whether the call has ended and its record is written."

    @property
    def node(self) -> str:
        """The name of the node that the call is at, as records name it; empty before the first."""
        return self._call.node and self._call.frame.named(self._call.node)

    @property
    def language(self) -> str:
        """The language that the call has now."""
        return self._call.language

    @property
    def path(self) -> tuple[Visit, ...]:
        """The nodes that the call has left so far."""
        return tuple(self._path)

    @property
    def variables(self) -> Mapping[str, Any]:
        """What the flow that runs now knows: `caller`, `call`, `language` and what its nodes saved."""
        return self._call.scope

    def hides(self, event: Event) -> bool:
        """Whether an event, not received yet, holds a key that must not be shown to anyone."""
        return self._call.hides(event)

    def begin(self) -> list[Command]:
        """Answer the call."""
        self._answer = self._call.next_id()
        self._call.issue(Answer(self._answer))
        return self._call.outbox()

    def receive(self, event: Event) -> list[Command]:
        """What the switch has to do now. Once the record is written nothing more, whatever arrives."""
        if self.done:
            return []
        self._call.now = event.at
        match event:
            case HungUp():
                self._hung_up(event)
            case CallAnswered(id=self._answer) if self._answered_at is None:
                self._answered_at = event.at
                self._walk(Goto(self._script.start))
            case TimerFired(id=self._last) if self._last:
                self._call.fault(f"on_hangup took longer than {HANGUP_SECONDS:g} s")
                self._finish()
            case _:
                self._go_on(event)
        return self._call.outbox()

    def fail(self, reason: str) -> list[Command]:
        """End the call for a fault outside the script, with a word to the caller."""
        self._call.fault(reason)
        self._stop()
        if self._gone is not None:
            self._finish()
        else:
            self._walk(self._sorry())
        return self._call.outbox()

    # --- walking ---

    def _go_on(self, event: Event) -> None:
        if isinstance(event, KeyPressed) and (self._call.secret or not self._call.hides(event)):
            self._call.keys.press(event.key, event.at)
        if isinstance(event, PlaybackEnded) and not event.heard:
            self._call.fault(f'a sound of "{self.node}" is missing')
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
            match way:
                case Goto():
                    way = self._enter(way.node, way.way)
                case Back():
                    way = self._enter(self._call.frame.before(), way.way)
                case Leave():
                    way = self._leave_flow(way.key)
                case Return():
                    way = self._return(way)
                case End():
                    self._hang_up(way.cause)
                    return

    def _enter(self, name: str, way_in: str) -> Way | None:
        frame = self._call.frame
        self._visited(frame.named(name), way_in)
        frame.enter(name)
        node = frame.script.nodes[name]
        self._steps += 1
        self._entries[self.node] += 1
        if self._gone is not None and not node.silent:
            self._call.fault(f'on_hangup leads to "{self.node}", which needs a caller')
            return End(NORMAL)
        if self._steps > self._limit:
            return self._too_far("nodes")
        if node.visits is not None and self._entries[self.node] > node.visits:
            return self._give_up("visits") if name != frame.script.give_up else End(NORMAL)
        frame.run = node.run(self._call)
        return self._advance(None)

    def _advance(self, result: Any) -> Way | None:
        """Let the node go on until it waits (None) or knows where the call goes."""
        while True:
            try:
                step = self._next_step(result)
                if self._questions > self._limit:
                    return self._too_far("questions")
                if isinstance(step, Enter):
                    way = self._enter_flow(step)
                    if way is not None:
                        return way
                    result = Outcome(ERROR)
                    continue
                handler: Handler = HANDLERS[type(step)](self._call, step)
                result = handler.start()
            except StopIteration as stop:
                if isinstance(stop.value, Way):
                    return stop.value
                return self._fault(ScriptError("it does not say where the call goes"))
            except ScriptError as error:
                return self._fault(error)
            if result is PENDING:
                self._handler = handler
                return None

    def _next_step(self, result: Any) -> Step:
        run = self._call.frame.run
        assert run is not None
        step: Step = run.send(result)
        self._questions += isinstance(step, Ask)
        return step

    def _visited(self, way_out: str, outcome: str) -> None:
        """The present node is left: note it in the record."""
        frame = self._call.frame
        frame.close()
        if frame.node:
            seconds = round(self._entered_at - self._arrived.at, 3)
            self._path.append(Visit(self.node, seconds, self._call.pressed, way_out, outcome))
        self._call.end_secret()
        self._entered_at, self._call.pressed = self._call.now, ""

    # --- flows that are run ---

    def _enter_flow(self, step: Enter) -> Way | None:
        """Begin a flow that the present node runs; None, and a fault, when that cannot be."""
        script = self._script.flows[step.flow]
        try:
            if len(self._call.frames) >= MOST_FLOWS:
                raise ScriptError(f"more than {MOST_FLOWS} flows run inside each other")
            arguments = converted(step.arguments, script.arguments)
        except ScriptError as error:
            self._call.fault(f'node "{self.node}": {error}')
            return None
        waiting = self._call.frame.run
        self._call.frame.run = None
        self._visited(f"{script.flow}/{script.start}", "run")
        self._call.frame.run = waiting
        self._call.push(script, arguments)
        return Goto(script.start)

    def _return(self, way: Return) -> Way | None:
        if len(self._call.frames) == 1:
            return End(NORMAL)
        outer = self._call.frames[-2]
        self._visited(outer.named(outer.node), way.result)
        self._call.pop()
        return self._advance(Outcome(way.result, way.values))

    def _leave_flow(self, key: str) -> Way:
        """Leave this flow, and those around it that only inherit the key, for where it leads."""
        while isinstance(way := self._call.frame.keys[key], Leave):
            outer = self._call.frames[-2]
            self._visited(outer.named(outer.node), key)
            self._call.pop()
        assert isinstance(way, Goto)
        return way

    def _unwind(self, outcome: str) -> None:
        """Leave every flow but the first."""
        while len(self._call.frames) > 1:
            self._visited("", outcome)
            self._call.pop()

    # --- when it does not go as written ---

    def _fault(self, error: ScriptError) -> Way | None:
        self._call.fault(f'node "{self.node}": {error}')
        self._stop()
        self._script_faults += 1
        return self._give_up("fault") if self._script_faults <= FAULT_LIMIT else self._sorry()

    def _too_far(self, what: str) -> Way:
        if self._limit > STEP_LIMIT:
            self._ending = "fault"
            return End(NORMAL)
        self._call.fault(f"more than {STEP_LIMIT} {what} in one call")
        self._limit += LAST_STEPS
        self._unwind("fault")
        return self._give_up("fault")

    def _give_up(self, why: str) -> Way:
        if self._call.script.give_up:
            return Goto(self._call.script.give_up, why)
        return Return(ERROR, {}) if len(self._call.frames) > 1 else End(NORMAL)

    def _sorry(self) -> Way | None:
        if self._ending or self._gone is not None or SORRY not in self._call.script.prompts:
            self._ending = "fault"
            return End(NORMAL)
        self._ending = "fault"
        self._call.frame.run = _say_sorry()
        return self._advance(None)

    # --- the end ---

    def _hang_up(self, cause: str) -> None:
        if self._gone is not None:
            self._finish()
            return
        self._ending = self._ending or "flow"
        self._call.issue(HangUp(self._call.next_id(), cause))

    def _stop(self) -> None:
        if self._handler is not None:
            self._handler.stop()
            self._handler = None

    def _hung_up(self, event: HungUp) -> None:
        """The caller has gone: what the flow still has to note has a few seconds."""
        if self._gone is not None:
            return
        self._gone, self._call.gone = event, True
        self._stop()
        self._unwind("")
        if self._script.on_hangup is None or self._answered_at is None:
            self._finish()
            return
        self._last = self._call.start_timer(HANGUP_SECONDS)
        self._limit, self._steps, self._questions = STEP_LIMIT + LAST_STEPS, 0, 0
        self._walk(Goto(self._script.on_hangup, ""))

    def _finish(self) -> None:
        assert self._gone is not None
        self._stop()
        self._visited("", "")
        self._call.cancel_timer(self._last)
        self.done = True
        self._call.issue(WriteRecord(self._call.next_id(), self._record(self._gone)))

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
            recordings=tuple(self._call.recordings),
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
