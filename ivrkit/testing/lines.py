"""The line that a scenario runs on, and the one in virtual time. `ivrkit.testing.sockets` has those over real ones."""

from __future__ import annotations

from typing import Protocol

from ivrkit.commands import PAUSE, Part
from ivrkit.flow.scenarios import Scenario
from ivrkit.script import Script
from ivrkit.switch.virtual import VirtualCall, estimated_seconds
from ivrkit.testing.answers import Answers, Hours
from ivrkit.testing.observed import Observed

LONGEST = 24 * 3600.0
"Seconds after which a call that has nothing to wait for any more is not waited for either."


class Line(Protocol):
    """One call as its caller has it. Times are those of the call's events."""

    observed: Observed
    answers: Answers

    @property
    def now(self) -> float: ...

    def pass_on(self) -> bool:
        """Let time pass until something happens; False when nothing will."""

    def advance(self, until: float) -> None:
        """Let time pass."""

    def seconds_of(self, part: Part) -> float:
        """How long a prompt is heard, with the pause behind it."""

    def press(self, key: str) -> None: ...

    def speak(self, seconds: float) -> None:
        """The caller speaks; time passes until that is over."""

    def hang_up(self) -> None: ...

    def close(self) -> None:
        """The call is over, or nobody waits for its end."""


class VirtualLine:
    """A call in virtual time: hours in milliseconds."""

    def __init__(self, script: Script, scenario: Scenario, hours: Hours | None = None) -> None:
        self.observed = Observed()
        self.answers = Answers(scenario, self.observed, hours)
        caller = scenario.caller
        self._call = VirtualCall(
            script,
            caller.number,
            caller.called,
            caller_name=caller.name,
            started=caller.moment,
            world=self.answers.world(),
            watch=self.observed.watch,
            sessions=self.observed.sessions,
        )

    @property
    def now(self) -> float:
        return self._call.now

    def pass_on(self) -> bool:
        due = self._call.next_due()
        if due is None or due > LONGEST or self._call.ended:
            return False
        self._call.advance(due)
        return True

    def advance(self, until: float) -> None:
        self._call.advance(until)

    def seconds_of(self, part: Part) -> float:
        return estimated_seconds(part) + PAUSE

    def press(self, key: str) -> None:
        self._call.press(key)

    def speak(self, seconds: float) -> None:
        self._call.speak(seconds)
        self._call.advance(self._call.now + seconds)

    def hang_up(self) -> None:
        self._call.hang_up()

    def close(self) -> None:
        pass
