"""Reads the recorded conversations in tests/data/transcripts: who said what, when, byte for byte.

[     42.8 ms] C> sendmsg                     a command, its further lines indented below
[     43.1 ms] S< Content-Type: command/reply a frame's headers, `S|` its body
[   4760.3 ms] -- socket closed               what happened besides
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from pathlib import Path

from ivrkit.esl.frames import Frame

TRANSCRIPTS = Path(__file__).parent.parent / "data" / "transcripts"

_LINE = re.compile(r"^(?:\[ *([\d.]+) ms\]|              ) ?(?:(\d) +)?(?:\d )?(C>|S<|S\||--)(?: (.*))?$")


@dataclass
class Sent:
    """A command of the controller."""

    at: float
    connection: int
    lines: list[str]

    @property
    def raw(self) -> bytes:
        text = "\n".join(self.lines)
        return text.encode() if "content-length" in text else text.encode() + b"\n\n"


@dataclass
class Got:
    """A frame of FreeSWITCH: the headers that were written down, raw, and the text of its body."""

    at: float
    connection: int
    fields: list[tuple[str, str]] = field(default_factory=list)
    text: list[str] = field(default_factory=list)
    length: int = 0
    "Content-Length."

    def get(self, name: str) -> str:
        return next((value for key, value in self.fields if key == name), "")

    @property
    def label(self) -> str:
        kind = self.get("Event-Name") or self.get("Content-Type")
        return " ".join(filter(None, (kind, self.get("Application"), self.get("Reply-Text"))))


@dataclass
class Happened:
    """What the recorder noted besides."""

    at: float
    what: str


Item = Sent | Got | Happened


def read_transcript(path: Path) -> list[Item]:
    items: list[Item] = []
    in_event = False
    for line in path.read_text(encoding="utf-8").splitlines()[1:]:
        found = _LINE.match(line)
        if found is None:
            # A carriage return in a command was written down as a line break.
            if items and isinstance(items[-1], Sent) and line and not line.startswith(" "):
                items[-1].lines[-1] += "\r" + line
            continue
        stamp, connection, kind, text = found[1], int(found[2] or 1), found[3], found[4] or ""
        at = float(stamp) / 1000 if stamp else items[-1].at
        if kind == "--":
            items.append(Happened(at, text))
        elif kind == "C>":
            _extend_command(items, at, connection, text, bool(stamp))
        elif kind == "S<":
            if stamp or not isinstance(items[-1], Got):
                items.append(Got(at, connection))
                in_event = False
            _header(items[-1], text)
            in_event = in_event or text == "Content-Type: text/event-plain"
        else:
            in_event = _body(items[-1], text.removeprefix("  "), in_event)
    return items


def _extend_command(items: list[Item], at: float, connection: int, text: str, begins: bool) -> None:
    if begins:
        items.append(Sent(at, connection, [text]))
    else:
        assert isinstance(items[-1], Sent)
        items[-1].lines.append(text)


def _header(frame: Item, text: str) -> None:
    assert isinstance(frame, Got)
    name, _, value = text.partition(": ")
    if name == "Content-Length":
        frame.length = int(value)
    else:
        frame.fields.append((name, value))


def _body(frame: Item, text: str, in_event: bool) -> bool:
    """Whether header lines of an event still follow."""
    assert isinstance(frame, Got)
    if in_event and not text.startswith("Content-Length: "):
        _header(frame, text)
        return True
    if not in_event:
        frame.text.append(text)
    return False


def got_frame(frame: Frame) -> Got:
    """A frame off the wire in the form of a recorded one."""
    got = Got(0.0, 1)
    for line in frame.block.decode().split("\n"):
        _header(got, line)
    body = frame.body.decode()
    if frame.content_type != "text/event-plain":
        got.text = body.rstrip("\n").split("\n") if body else []
        return got
    head, _, inner = body.partition("\n\n")
    for line in head.split("\n"):
        _header(got, line)
    got.text = inner.rstrip("\n").split("\n") if inner.strip("\n") else []
    return got
