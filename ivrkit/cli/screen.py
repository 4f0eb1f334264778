"""What a telephone in the terminal shows: what is heard and pressed, when, and how the call ended."""

from __future__ import annotations

from typing import Protocol

import orjson
from rich.console import Console
from rich.text import Text

from ivrkit.cli.common import printable, write_line
from ivrkit.commands import Part

HIDDEN = "•"
"Stands for a key that nobody may see."
WHO = {"caller": "you hung up", "flow": "the hotline hung up", "fault": "a fault ended the call"}


class Screen(Protocol):
    """Told of everything that the caller hears and does; `at` in seconds since the call began."""

    def begins(self, caller: str, called: str) -> None: ...
    def heard(self, at: float, part: Part) -> None: ...
    def pressed(self, at: float, key: str) -> None: ...
    def spoke(self, at: float, seconds: float) -> None: ...

    def failed(self, at: float, fault: str) -> None:
        """What went wrong underway, in words; told at the end."""

    def ended(self, at: float, cause: str, by: str) -> None:
        """`by`: `caller`, `flow` or `fault`."""


class PlainScreen:
    """For people: one line for each thing; keys that follow one another share a line."""

    def __init__(self, console: Console) -> None:
        self._console = console
        self._in_keys = False

    def begins(self, caller: str, called: str) -> None:
        self._line(0.0, "call", f"{caller} rings {called}", "bold")

    def heard(self, at: float, part: Part) -> None:
        self._line(at, "hears", part.text)

    def pressed(self, at: float, key: str) -> None:
        before = Text(" ") if self._in_keys else _head(at, "press")
        self._console.print(before + Text(key, "cyan"), end="")
        self._in_keys = True

    def spoke(self, at: float, seconds: float) -> None:
        self._line(at, "speaks", f"for {seconds:g} seconds", "cyan")

    def failed(self, at: float, fault: str) -> None:
        self._line(at, "fault", fault, "red")

    def ended(self, at: float, cause: str, by: str) -> None:
        self._line(at, "end", f"{WHO[by]} ({cause})", "bold")

    def _line(self, at: float, what: str, text: str, style: str = "") -> None:
        if self._in_keys:
            self._console.print()
        self._in_keys = False
        self._console.print(_head(at, what) + Text(printable(text), style))


def _head(at: float, what: str) -> Text:
    return Text(f"{at:7.1f} s  {what:<6} ", "dim")


class JsonScreen:
    """For programs: one JSON object a line."""

    def begins(self, caller: str, called: str) -> None:
        _put(0.0, "begins", caller=caller, called=called)

    def heard(self, at: float, part: Part) -> None:
        _put(at, "heard", prompt=part.prompt, text=part.text, sounds=part.sounds)

    def pressed(self, at: float, key: str) -> None:
        _put(at, "pressed", key=key)

    def spoke(self, at: float, seconds: float) -> None:
        _put(at, "spoke", seconds=seconds)

    def failed(self, at: float, fault: str) -> None:
        _put(at, "failed", fault=fault)

    def ended(self, at: float, cause: str, by: str) -> None:
        _put(at, "ended", cause=cause, by=by)


def _put(at: float, event: str, **fields: object) -> None:
    write_line(orjson.dumps({"event": event, "at": round(at, 3), **fields}).decode())
