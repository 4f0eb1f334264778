"""Lines over real sockets: a call port in this process, called by the embedded switch or by a FreeSWITCH that runs.

What is said is silence of the length that it takes to say, so that no sound has to be built: what is heard, a scenario
learns from the session.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from math import isinf
from tempfile import TemporaryDirectory
from time import monotonic
from uuid import uuid4

from gevent import sleep
from gevent.event import Event as Signal

from ivrkit.commands import PAUSE, Command, Part, RunAction
from ivrkit.errors import StoreError, SwitchError
from ivrkit.esl import commands
from ivrkit.events import CallArrived, Event
from ivrkit.flow.scenarios import Scenario
from ivrkit.script import Outcome, Script
from ivrkit.serving.project import sounds_of
from ivrkit.switch.connection import Connection
from ivrkit.switch.outbound import Services, call_port
from ivrkit.switch.recordings import Recordings
from ivrkit.switch.simulated import SimulatedSwitch
from ivrkit.switch.virtual import estimated_seconds
from ivrkit.switch.world import Delayed, FarEnd
from ivrkit.testing.answers import Answers, Hours
from ivrkit.testing.observed import Observed

LOOPBACK = "127.0.0.1"
LONGEST_QUIET = 180.0
"Seconds of the wall after which nothing more is expected to happen."
REACTION = 0.2
"Seconds that a prompt is heard before a key cuts it off: a key pressed before it plays would not."
SPEED = 5.0
"How many times faster than the wall's the embedded switch's time is."
ANSWER_DEADLINE = 10.0
GREETING_DEADLINE = 5.0


class SilentSounds:
    """Every sound of a script as silence of about its length."""

    def __init__(self, script: Script) -> None:
        self._seconds = {
            sound.name: estimated_seconds(Part("", sound.text, (sound.name,))) for sound in sounds_of([script])
        }

    def path(self, name: str) -> str:
        return f"silence_stream://{self.duration(name) * 1000:.0f}"

    def duration(self, name: str) -> float:
        return max(self._seconds.get(name, 1.0), 0.02)


class SocketLine:
    """A call that a switch hands to a call port of its own."""

    speed = 1.0

    def __init__(self, script: Script, scenario: Scenario, hours: Hours | None = None) -> None:
        self.observed = Observed()
        self.answers = Answers(scenario, self.observed, hours)
        self._script, self._scenario = script, scenario
        self._sounds, self._news = SilentSounds(script), Signal()
        self._folder = TemporaryDirectory(prefix="ivrkit-scenario-")
        self._port = call_port(self._services(), LOOPBACK, 0)
        self._port.start()

    def _services(self) -> Services:
        return Services(
            script_for=lambda number: self._script,
            sounds=self._sounds,
            perform=self._perform,
            fetch=lambda request: _in_time(self.answers.fetch(request)),
            write_record=lambda record: None,
            targets=Targets(self.answers, self._dial_string),
            recordings=_Recordings(self._folder.name, self.answers),
            watch=self._watch,
            hours=self.answers.hours,
            sessions=self.observed.sessions,
        )

    # --- the line ---

    @property
    def now(self) -> float:
        return monotonic()

    def pass_on(self) -> bool:
        if self.observed.over:
            return False
        self._news.clear()
        return bool(self._news.wait(LONGEST_QUIET))

    def advance(self, until: float) -> None:
        while not self.observed.over and (left := until - monotonic()) > 0:
            self._news.clear()
            self._news.wait(left)

    def seconds_of(self, part: Part) -> float:
        return (sum(map(self._sounds.duration, part.sounds)) + PAUSE) / self.speed

    def press(self, key: str) -> None:
        if self.observed.said:
            self.advance(self.observed.said[-1].at + REACTION / self.speed)
        self._press(key)

    def speak(self, seconds: float) -> None:
        self._speak(seconds)
        self.advance(monotonic() + seconds / self.speed)

    def hang_up(self) -> None:
        self._hang_up()

    def close(self) -> None:
        self._port.stop(0)
        self._folder.cleanup()

    # --- what a switch does ---

    def _press(self, key: str) -> None:
        raise NotImplementedError

    def _speak(self, seconds: float) -> None:
        raise NotImplementedError

    def _hang_up(self) -> None:
        raise NotImplementedError

    def _dial_string(self, end: FarEnd) -> str:
        """Where somebody answers, or fails to, as it is written."""
        raise NotImplementedError

    # --- what the call port needs ---

    def _watch(self, call_id: str, event: Event, answer: list[Command]) -> None:
        self.observed.watch(event, answer)
        self._news.set()

    def _perform(self, command: RunAction, arrived: CallArrived, language: str) -> Outcome:
        return _in_time(self.answers.perform(command.name, command.arguments))


class SimulatedLine(SocketLine):
    """A call on the embedded switch."""

    speed = SPEED

    def __init__(self, script: Script, scenario: Scenario, hours: Hours | None = None) -> None:
        super().__init__(script, scenario, hours)
        self._switch = SimulatedSwitch(speed=SPEED)
        caller = scenario.caller
        self._call = self._switch.call(LOOPBACK, self._port.port, caller.number, caller.name, caller.called)

    def _press(self, key: str) -> None:
        self._call.press(key)

    def _speak(self, seconds: float) -> None:
        self._call.speak(seconds)

    def _hang_up(self) -> None:
        self._call.hang_up()

    def _dial_string(self, end: FarEnd) -> str:
        target = f"sofia/scenario/{uuid4().hex}"
        self._switch.far_ends[target] = end
        return target

    def close(self) -> None:
        super().close()
        self._switch.close()


class FreeSwitchLine(SocketLine):
    """A call that a running FreeSWITCH makes to itself, by its event socket; mod_loopback answers for the caller."""

    def __init__(
        self,
        address: tuple[str, int],
        password: str,
        script: Script,
        scenario: Scenario,
        hours: Hours | None = None,
    ) -> None:
        super().__init__(script, scenario, hours)
        self._uuid = str(uuid4())
        self._socket = Connection.open(*address)
        self._socket.receive(GREETING_DEADLINE)
        self._send(commands.auth(password))
        caller = scenario.caller
        variables = {
            "origination_uuid": self._uuid,
            "origination_caller_id_number": _plain(caller.number),
            "origination_caller_id_name": _plain(caller.name or caller.number),
        }
        given = ",".join(f"{name}='{value}'" for name, value in variables.items())
        self._api(
            f"originate {{{given}}}null/{_plain(caller.called)} &socket('{LOOPBACK}:{self._port.port} async full')"
        )

    def _press(self, key: str) -> None:
        self._api(f"uuid_recv_dtmf {self._uuid} {key}")

    def _speak(self, seconds: float) -> None:
        tone = f"tone_stream://%({seconds * 1000:.0f},0,800)"
        self._api(f"uuid_displace {self._uuid} start {tone} {seconds:.0f} r")

    def _hang_up(self) -> None:
        self._api(f"uuid_broadcast {self._uuid} hangup::NORMAL_CLEARING aleg")

    def _dial_string(self, end: FarEnd) -> str:
        if end.fails:
            return f"error/{end.fails}"
        hang_up = "" if isinf(end.talks) else f"{{execute_on_answer='sched_hangup +{max(1, round(end.talks))}'}}"
        return f"{hang_up}null/person"

    def close(self) -> None:
        super().close()
        self._socket.close()

    def _api(self, line: str) -> str:
        reply = self._send(commands.api(line))
        if reply.startswith("-ERR"):
            raise SwitchError(f"FreeSWITCH refused {line.split()[0]}: {reply.strip()}")
        return reply

    def _send(self, command: bytes) -> str:
        return self._socket.send(command, ANSWER_DEADLINE).text


class _Recordings(Recordings):
    """A folder that cannot be written where the scenario says so."""

    def __init__(self, root: str, answers: Answers) -> None:
        super().__init__(root)
        self._answers = answers

    def prepare(self, name: str) -> str:
        if not self._answers.records():
            raise StoreError("the scenario says that nothing can be recorded now")
        return super().prepare(name)


class Targets(Mapping[str, str]):
    """The transfer targets as a call port looks them up, each time for one call."""

    def __init__(self, answers: Answers, dial_string: Callable[[FarEnd], str]) -> None:
        self._answers, self._dial_string = answers, dial_string

    def __getitem__(self, target: str) -> str:
        end = self._answers.far_end(target)
        if end is None:
            raise KeyError(target)
        return self._dial_string(end)

    def __iter__(self) -> Iterator[str]:
        return iter(())

    def __len__(self) -> int:
        return 0


def _plain(text: str) -> str:
    """What can stand in a dial string: letters, digits, and a few signs."""
    return re.sub(r"[^\w+ .@*#-]", "", text)


def _in_time(outcome: Outcome) -> Outcome:
    """The outcome when its time has come; one that never comes is waited for until nobody does any more."""
    if isinstance(outcome, Delayed):
        sleep(LONGEST_QUIET if isinf(outcome.takes) else outcome.takes)
    return outcome
