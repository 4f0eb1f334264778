"""One channel of the embedded switch and the applications that run on it, one inside another.

Everything happens in turns: a command, a key or a deadline comes in, the notices of the media line become events, and
then whatever is due next is done (`_next`) until nothing is.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from ivrkit.switch.media import Activity, Finished, KeyTaken, Mark, Notice, PlayStarted, PlayStopped
from ivrkit.switch.simulated.applications import APPLICATIONS
from ivrkit.switch.simulated.causes import cause_of
from ivrkit.switch.simulated.clock import Timer
from ivrkit.switch.simulated.expansion import Expansion, Scope, expand
from ivrkit.switch.simulated.sounds import progress
from ivrkit.switch.simulated.state import ChannelState, Party

if TYPE_CHECKING:
    from ivrkit.switch.simulated.listener import Listener
    from ivrkit.switch.simulated.switch import SimulatedSwitch

RESTING = frozenset({"park", "socket", "bridge", "uuid_bridge"})
"Applications that wait for something to happen, and that `uuid_break` does not end."


@dataclass(frozen=True, slots=True)
class Step:
    """One action of a dialplan."""

    application: str
    argument: str = ""


@dataclass(eq=False, slots=True)
class Execution:
    """One application that runs or has run."""

    application: str
    argument: str
    uuid: str
    "Application-UUID; empty for what runs without being told, such as the talk after a uuid_bridge."
    commanded: bool
    "Whether a `sendmsg` asked for it, and the channel had media then: FreeSWITCH says so in a PRIVATE_COMMAND event."


@dataclass(frozen=True, slots=True)
class Private:
    """A command for a channel that waits for its next media tick (`sendmsg`, `uuid_broadcast`)."""

    headers: Mapping[str, str]
    body: str = ""


class Channel(ChannelState):
    """A call's end at the switch."""

    def __init__(self, switch: SimulatedSwitch, uuid: str, name: str, party: Party, direction: str = "inbound") -> None:
        super().__init__(switch, uuid, name, party, direction)
        self.links: list[Listener] = []
        "The controllers that it was handed to."
        self.holding = False
        "While a controller is being connected, commands wait."
        self.gone = False
        self._steps: deque[Step] = deque()
        self._private: deque[Private] = deque()
        self._pumping = False
        self._pump: Timer | None = None
        self._lock: Execution | None = None
        self._divert: Callable[[], None] | None = None
        self._dying = False
        self._turning = False
        self._deadline: Timer | None = None

    # What comes in

    def run(self, steps: Iterable[Step]) -> None:
        """Go through a dialplan, from its first action."""
        self._steps = deque(steps)
        self.change(state="CS_EXECUTE")
        self.turn()

    def command(self, private: Private) -> None:
        """A `sendmsg`: obeyed one media tick from now."""
        if self.cause:
            return
        self._private.append(private)
        if self.switch.tick <= 0:
            self._open_pump()
        elif not self._pumping and self._pump is None:
            self._pump = self.switch.timers.after(self.switch.tick, self._open_pump)

    def press(self, key: str, source: str = "RTP") -> None:
        if not self.cause:
            self.turn(self.line.press(key, self.switch.clock.now(), source))

    def speak(self, seconds: float) -> None:
        if not self.cause:
            self.turn(self.line.speak(seconds, self.switch.clock.now()))

    def look_again(self) -> None:
        """What the channel rests in has something new to see; whatever runs inside it ends."""
        resting = [depth for depth, tag in enumerate(self.line.tags, 1) if tag.application in RESTING]
        if resting and not self.cause:
            now = self.switch.clock.now()
            self.turn([*self.line.unwind(now, keep=resting[-1]), *self.line.break_(now)])

    def break_all(self) -> None:
        """`uuid_break`: what runs ends, innermost first, one media tick after another."""
        for level in range(self.line.depth):
            self.switch.timers.after(self.switch.tick * (level + 1), self._break_one)

    def _break_one(self) -> None:
        if not self.cause and not self.line.idle and self.line.tags[-1].application not in RESTING:
            self.turn(self.line.break_(self.switch.clock.now()))

    def forget_commands(self) -> None:
        self._private.clear()

    def divert(self, way: Callable[[], None]) -> None:
        """Leave everything that runs, then go `way`."""
        if not self.cause:
            self._divert = way
            self.turn()

    def hang_up(self, cause: str, later: bool = False) -> None:
        """End the channel; `later` where the media thread learns of it a tick after the rest."""
        if self.cause:
            return
        if self.peer:
            self.variables.set("last_bridge_role", "originatee" if self.direction == "outbound" else "originator")
        self.change(cause=cause, ended=self.switch.clock.now())
        self._private.clear()
        self._steps.clear()
        self.emit("CHANNEL_HANGUP")
        if later:
            for link in self.links:
                link.hangup_begins()
            self.switch.timers.after(self.switch.tick, self._die)
        else:
            self._die()

    def answer(self) -> None:
        if self.answered is not None or self.cause:
            return
        self.change(answered=self.switch.clock.now(), call_state="ACTIVE")
        self.emit("CHANNEL_ANSWER")
        self.emit("CHANNEL_CALLSTATE", variables=False)
        self.variables.set("endpoint_disposition", "ANSWER")
        self.observe("answered")

    # Turns

    def turn(self, notices: Iterable[Notice] = ()) -> None:
        """Tell what the line brought, then do what is due."""
        outer, self._turning = self._turning, True
        try:
            for notice in notices:
                _TELL[type(notice)](self, notice)
            while not outer and self._next():
                pass
        finally:
            self._turning = outer
        self._arm()

    def _next(self) -> bool:
        """Do one thing that is due; False where nothing is."""
        if self._dying:
            self._tear_down()
        elif self.cause:
            return False
        elif self._divert is not None:
            way, self._divert = self._divert, None
            self.turn(self.line.unwind(self.switch.clock.now()))
            way()
        elif self._pumping and self._lock is None and not self.holding:
            self._obey()
        elif self.line.idle and self._steps:
            step = self._steps.popleft()
            self.execute(step.application, step.argument)
        elif self.line.idle and self.state == "CS_EXECUTE":
            self.hang_up("NORMAL_CLEARING")
        else:
            return False
        return True

    def _open_pump(self) -> None:
        self._pump, self._pumping = None, bool(self._private)
        self.turn()

    def _obey(self) -> None:
        private = self._private.popleft()
        self._pumping = bool(self._private)
        headers = private.headers
        match headers.get("call-command"):
            case "execute" if headers.get("execute-app-name"):
                argument = headers.get("execute-app-arg") or (
                    private.body if headers.get("content-type") == "text/plain" else ""
                )
                locked = headers.get("event-lock", "").lower() in ("true", "yes", "on", "1")
                self.execute(headers["execute-app-name"], argument, headers.get("event-uuid", ""), True, locked)
            case "hangup":
                self.hang_up(cause_of(headers.get("hangup-cause")))

    def begin(self, activity: Activity, application: str) -> None:
        """Start an activity that no event announces."""
        execution = Execution(application, "", "", False)
        self.turn(self.line.start(activity, self.switch.clock.now(), execution))

    def execute(
        self, application: str, argument: str = "", uuid: str = "", commanded: bool = False, locked: bool = False
    ) -> None:
        """Run an application inside what runs now; an unknown one ends the call, as in FreeSWITCH."""
        run = APPLICATIONS.get(application)
        if run is None:
            return self.hang_up("DESTINATION_OUT_OF_ORDER")
        argument = self._expanded(argument)
        execution = Execution(
            application, argument, uuid or self.switch.new_uuid(), commanded and self.answered is not None
        )
        if locked:
            self._lock = execution
        self.variables.set("current_application", application)
        self.variables.set("current_application_data", argument)
        self.variables.set("current_application_response", None)
        self.emit("CHANNEL_EXECUTE", _application_headers(execution))
        activity = run(self, argument)
        if activity is None:
            self._complete(execution)
        else:
            self.turn(self.line.start(activity, self.switch.clock.now(), execution))
        return None

    def _expanded(self, argument: str) -> str:
        if "$" not in argument and "\\" not in argument:
            return argument
        if (self.variables.get("app_disable_expand_variables") or "").lower() == "true":
            return argument
        scope = Scope(self.variable, self.switch.global_variables.get, self.switch.expanded_call)
        found: list[Expansion] = []
        expanded = expand(argument, scope, found)
        self.switch.expansions += found
        return expanded

    def _complete(self, execution: Execution) -> None:
        response = self.variables.get("current_application_response") or "_none_"
        self.emit("CHANNEL_EXECUTE_COMPLETE", _application_headers(execution, response))
        if execution.commanded:
            self.emit("PRIVATE_COMMAND", variables=False)
        if self._lock is execution:
            self._lock = None

    def _arm(self) -> None:
        due = None if self.gone else self.line.next_deadline()
        if self._deadline is not None:
            if self._deadline.due == due:
                return
            self._deadline.cancel()
        self._deadline = None if due is None else self.switch.timers.at(due, self._due)

    def _due(self) -> None:
        self._deadline = None
        self.turn(self.line.advance(self.switch.clock.now()))

    # Notices

    def _tell_key(self, notice: KeyTaken) -> None:
        self.digits_dialed += notice.key
        duration = "2080" if notice.source == "RTP" else "2000"
        extra = (("DTMF-Digit", notice.key), ("DTMF-Duration", duration), ("DTMF-Source", notice.source))
        self.emit("DTMF", extra, variables=False)
        self.observe(notice)

    def _tell_started(self, notice: PlayStarted) -> None:
        self.emit("PLAYBACK_START", _playback_headers(notice.clip.path))
        self.observe(notice)

    def _tell_stopped(self, notice: PlayStopped) -> None:
        for name, value in progress(notice.played).items():
            self.variables.set(name, str(value))
        extra = (*_playback_headers(notice.played.clip.path), ("Playback-Status", "done"))
        self.emit("PLAYBACK_STOP", extra)
        self.observe(notice)

    def _tell_finished(self, notice: Finished) -> None:
        if notice.tag.uuid:
            self._complete(notice.tag)

    def _tell_mark(self, notice: Mark) -> None:
        notice.what()

    # The end

    def _die(self) -> None:
        self._dying = True
        if not self._turning:
            self.turn()

    def _tear_down(self) -> None:
        self._dying, self.gone = False, True
        self.turn(self.line.unwind(self.switch.clock.now()))
        if self.peer:
            self.peer.peer_gone()
        self.emit_state("CS_HANGUP")
        self.change(call_state="HANGUP")
        self.emit("CHANNEL_CALLSTATE", variables=False)
        self.emit_state("CS_REPORTING")
        self.keep_hangup_variables()
        self.emit("CHANNEL_HANGUP_COMPLETE", before=(("Hangup-Cause", self.cause),))
        self.switch.forget(self)
        if not self.links:
            self.destroy()
        for link in tuple(self.links):
            link.call_over()
        self.observe("ended")

    def abandon(self) -> None:
        """The switch closes: no events, no media, the caller sees the call ended."""
        self.gone, self.cause = True, self.cause or "MANAGER_REQUEST"
        self.line.unwind(self.switch.clock.now())
        self._arm()
        self.observe("ended")

    def destroy(self) -> None:
        """The channel's last words; the connection that controls it outlives it and does not hear them."""
        self.emit("CHANNEL_DESTROY")
        self.emit("CHANNEL_STATE", variables=False)

    def peer_gone(self) -> None:
        """The other end of the bridge hung up."""
        self.peer = None
        self.look_again()


_TELL: Mapping[type, Callable[[Channel, Any], None]] = {
    KeyTaken: Channel._tell_key,
    PlayStarted: Channel._tell_started,
    PlayStopped: Channel._tell_stopped,
    Finished: Channel._tell_finished,
    Mark: Channel._tell_mark,
}


def _application_headers(execution: Execution, response: str = "") -> list[tuple[str, str]]:
    headers = [("Application", execution.application)]
    if execution.argument:
        headers.append(("Application-Data", execution.argument))
    if response:
        headers.append(("Application-Response", response))
    headers.append(("Application-UUID", execution.uuid))
    return headers


def _playback_headers(path: str) -> tuple[tuple[str, str], ...]:
    scheme, separator, _ = path.partition("://")
    return ("Playback-File-Type", scheme if separator else "file"), ("Playback-File-Path", path)
