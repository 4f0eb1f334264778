"""A call that somebody makes, written down as a scenario that goes the same way."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from decimal import Decimal
from typing import Any

from ivrkit.commands import CancelAction, Command, Play, ReadHours, RunAction, SendRequest, Transfer
from ivrkit.commands import Record as RecordCaller
from ivrkit.events import (
    ActionReturned,
    CallArrived,
    Event,
    HoursRead,
    KeyPressed,
    RecordingEnded,
    TransferEnded,
)
from ivrkit.expressions import Secret
from ivrkit.flow.scenarios.names import nodes_of
from ivrkit.script import Script
from ivrkit.testing.observed import Observed
from ivrkit.testing.scenarios import KEY_GAP, own_words

HIDDEN = "•"
"What stands for a secret key in the events that are watched."
FILL_IN = "0"
"What stands in its place in a scenario."
ONE_ENTRY = 1.0
"Seconds between two keys up to which they are one step."
LEAST = 0.05
"Seconds that are worth a step of their own."


class Recorder(Observed):
    """Watches one call; `document` is the scenario, once it has ended."""

    def __init__(self, script: Script) -> None:
        super().__init__()
        self.secrets = False
        "Whether keys were pressed that nobody may see: the author has to fill them in."
        self._script, self._nodes = script, nodes_of(script)
        self._steps: list[tuple[str, str]] = []
        self._acted = self._pressed = 0.0
        self._asked: dict[str, tuple[str, str, float]] = {}
        "By command: the part of the world, the name, and when."
        self._answers: dict[tuple[str, str], list[str]] = {}
        self._arrival: CallArrived | None = None

    def watch(self, event: Event, commands: list[Command]) -> None:
        if isinstance(event, KeyPressed):
            self._key(event)
        super().watch(event, commands)
        match event:
            case CallArrived():
                self._arrival = event
            case ActionReturned():
                self._answered(event.id, event.at, event.outcome, event.result)
            case TransferEnded():
                self._answered(event.id, event.at, event.outcome, {})
            case HoursRead():
                self._answered(event.id, event.at, event.state, {})
            case RecordingEnded(ended_by="error"):
                self._answered(event.id, event.at, "error", {})
        for command in commands:
            self._command(command, event.at)

    def spoke(self, at: float, seconds: float) -> None:
        """The caller begins to speak."""
        self._steps.append(("speaks", f"{seconds:g}s"))
        self._acted = at + seconds

    def document(self, name: str) -> str:
        """The scenario as YAML."""
        assert self._arrival
        assert self.record
        caller = {"number": self._arrival.caller_number, "called": self._arrival.called_number}
        lines = [f"scenario: {written(name)}", f"flow: {self._script.flow}", f"caller: {written(caller)}"]
        lines += self._world()
        if self.record.ended_by == "caller":
            self._steps.append(("hangs_up", ""))
        self._steps.append(("ends", f"{{at: {self.ended_at}, by: {self.record.ended_by}}}"))
        lines += ["steps:", *(f"  - {word}: {value}".removesuffix(": ") for word, value in self._steps)]
        return "\n".join(lines) + "\n"

    def _world(self) -> Iterator[str]:
        for part in dict.fromkeys(part for part, _ in self._answers):
            yield f"{part}:"
            for (_, name), answers in ((key, value) for key, value in self._answers.items() if key[0] == part):
                if len(set(answers)) == 1:
                    yield f"  {name}: {answers[0]}"
                else:
                    yield f"  {name}:"
                    yield from (f"    - {answer}" for answer in answers)

    def _key(self, event: KeyPressed) -> None:
        self.secrets |= event.key == HIDDEN
        key = FILL_IN if event.key == HIDDEN else event.key
        secret = "                 # secret keys: fill them in" if event.key == HIDDEN else ""
        if self._steps and self._steps[-1][0] == "presses" and event.at - self._pressed <= ONE_ENTRY:
            keys = self._steps.pop()[1].split('"')[1] + key
        else:
            keys = key
            self._wait(event.at)
        self._steps.append(("presses", f'"{keys}"{secret}'))
        self._acted = self._pressed = event.at

    def _wait(self, at: float) -> None:
        """What passed since the last thing that was heard or done is a step, unless something is heard now."""
        over = self.said[-1].over if self.said else 0.0
        if over is not None and (gap := at - max(over, self._acted)) >= LEAST:
            self._steps.append(("waits", f"{gap * 1000:.0f}ms"))

    def _command(self, command: Command, at: float) -> None:
        match command:
            case Play():
                self._steps.append(("hears", self._name(command)))
            case RunAction():
                self._asked[command.id] = ("actions", command.name, at)
            case SendRequest():
                self._asked[command.id] = ("requests", self.node, at)
            case Transfer():
                self._asked[command.id] = ("transfers", command.target, at)
            case ReadHours():
                self._asked[command.id] = ("calendars", command.calendar, at)
            case RecordCaller():
                self._asked[command.id] = ("recordings", self.node, at)
            case CancelAction() if command.id in self._asked:
                self._answered(command.id, at, "timeout", {})

    def _name(self, command: Play) -> str:
        first = command.parts[0].prompt
        return self.node if first in own_words(self._nodes[self.node]) else first

    def _answered(self, command: str, at: float, outcome: str, result: Mapping[str, Any]) -> None:
        part, name, asked = self._asked.pop(command, ("", "", 0.0))
        if not part:
            return
        answer: dict[str, Any] = {"outcome": outcome}
        if result:
            answer["result"] = result
        if part == "transfers" and outcome == "answered":
            answer["talks"] = _Plain(f"{max(at - asked - KEY_GAP, 0) * 1000:.0f}ms")
        elif outcome != "timeout" and part != "transfers" and at - asked >= LEAST:
            answer["takes"] = _Plain(f"{(at - asked) * 1000:.0f}ms")
        self._answers.setdefault((part, name), []).append(written(answer) if len(answer) > 1 else outcome)


class _Plain(str):
    """A text that stands without quotes."""

    __slots__ = ()


def written(value: Any) -> str:
    """A value as a scenario reads it: numbers plain, texts in quotes."""
    if isinstance(value, _Plain):
        return str(value)
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, int | Decimal):
        return f"{value:f}" if isinstance(value, Decimal) else str(value)
    if isinstance(value, Mapping):
        return "{" + ", ".join(f"{name}: {written(inner)}" for name, inner in value.items()) + "}"
    if isinstance(value, list | tuple):
        return "[" + ", ".join(map(written, value)) + "]"
    return json.dumps(FILL_IN if isinstance(value, Secret) else str(value), ensure_ascii=False)
