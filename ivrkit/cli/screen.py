"""What a telephone in the terminal shows: what is heard and pressed, when, and how the call ended."""

from __future__ import annotations

from typing import Protocol

import orjson
from rich.console import Console
from rich.text import Text

from ivrkit.commands import Part


class Screen(Protocol):
    """Told of everything that the caller hears and does; `at` in seconds since the call began."""

    def begins(self, caller: str, called: str) -> None: ...
    def heard(self, at: float, part: Part) -> None: ...
    def pressed(self, at: float, key: str) -> None: ...
    def ended(self, at: float, cause: str, by: str) -> None: ...


class PlainScreen:
    """For people: one line for each thing, keys pressed one after another on one line."""

    def __init__(self, console: Console) -> None:
        self._console = console
        self._keys = ""
        self._keys_at = 0.0

    def begins(self, caller: str, called: str) -> None:
        self._line(0.0, "call", f"{caller} rings {called}", "bold")

    def heard(self, at: float, part: Part) -> None:
        self._flush()
        self._line(at, "hears", part.text, "")

    def pressed(self, at: float, key: str) -> None:
        if not self._keys:
            self._keys_at = at
        self._keys += key

    def ended(self, at: float, cause: str, by: str) -> None:
        self._flush()
        who = {"caller": "you hung up", "flow": "the hotline hung up"}.get(by, "the call was cut")
        self._line(at, "end", f"{who} ({cause})", "bold")

    def _flush(self) -> None:
        if self._keys:
            self._line(self._keys_at, "press", " ".join(self._keys), "cyan")
            self._keys = ""

    def _line(self, at: float, what: str, text: str, style: str) -> None:
        self._console.print(Text(f"{at:7.1f} s  {what:<6} ", style="dim") + Text(text, style=style), soft_wrap=True)


class JsonScreen:
    """For programs: one JSON object a line."""

    def __init__(self, console: Console) -> None:
        self._console = console

    def begins(self, caller: str, called: str) -> None:
        self._put(event="begins", at=0.0, caller=caller, called=called)

    def heard(self, at: float, part: Part) -> None:
        self._put(event="heard", at=round(at, 3), prompt=part.prompt, text=part.text, sounds=part.sounds)

    def pressed(self, at: float, key: str) -> None:
        self._put(event="pressed", at=round(at, 3), key=key)

    def ended(self, at: float, cause: str, by: str) -> None:
        self._put(event="ended", at=round(at, 3), cause=cause, by=by)

    def _put(self, **fields: object) -> None:
        self._console.file.write(orjson.dumps(fields).decode() + "\n")
        self._console.file.flush()
