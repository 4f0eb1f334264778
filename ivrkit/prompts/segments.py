"""A prompt as scripts keep it: fixed stretches that have a sound each, and blanks that values fill during the call.

您本期应缴水费{{ bill.amount | money }}。  →  Fixed(您本期应缴水费), Blank(bill.amount, money), Fixed(。, no sound)
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from hashlib import sha256

from ivrkit.expressions import Expression

TEXT = "text"
"The way of saying whose words are in the catalogue's lists and not in a language."


@dataclass(frozen=True, slots=True)
class Fixed:
    """Words that are the same in every call."""

    text: str
    sound: str
    "Name of its sound; empty when there is nothing to hear, as in a full stop."
    fragment: bool = False
    "It is spliced with values into one sentence; otherwise it is a sentence of its own."


@dataclass(frozen=True, slots=True)
class Blank:
    """A value of the call and how it is said."""

    expression: Expression
    way: str
    arguments: tuple[str, ...] = ()

    def __str__(self) -> str:
        brackets = "(" + ", ".join(f'"{argument}"' for argument in self.arguments) + ")" if self.arguments else ""
        return f"{{{{ {self.expression.source} | {self.way}{brackets} }}}}"


Segment = Fixed | Blank
Segments = tuple[Segment, ...]
Prompt = Mapping[str, Segments]
"One prompt in each of its languages."
Lists = Mapping[str, Mapping[str, Mapping[str, Fixed]]]
'List name, value, language: what `| text("…")` says.'


def assemble(parts: Iterable[str | Blank], sound: str) -> Segments:
    """Words and blanks as segments. Without a blank there is one sound, `sound`; else `sound_1`, `sound_2` …"""
    merged = list(_merged(parts))
    if not any(isinstance(part, Blank) for part in merged):
        return tuple(Fixed(part, sound if audible(part) else "") for part in merged if isinstance(part, str))
    segments: list[Segment] = []
    fragments = 0
    for part in merged:
        if isinstance(part, str) and audible(part):
            fragments += 1
            segments.append(Fixed(part, f"{sound}_{fragments}", fragment=True))
        else:
            segments.append(part if isinstance(part, Blank) else Fixed(part, ""))
    return tuple(segments)


def parts(segments: Segments) -> list[str | Blank]:
    """What `assemble` made them from."""
    return [segment.text if isinstance(segment, Fixed) else segment for segment in segments]


def audible(text: str) -> bool:
    """Whether there is anything to speak in it, beside punctuation."""
    return any(char.isalnum() for char in text)


def written(segments: Segments) -> str:
    """The prompt about as its author wrote it."""
    return "".join(str(part) for part in parts(segments))


def sound_id(name: str) -> str:
    """A name as part of a file name, `[a-z][a-z0-9_]*`: itself where that is possible, else a hash of it."""
    plain = re.sub(r"[-. ]", "_", name.lower())
    if re.fullmatch(r"[a-z][a-z0-9_]*", plain):
        return plain
    return "x" + sha256(name.encode("utf-8", "surrogatepass")).hexdigest()[:12]


def _merged(parts: Iterable[str | Blank]) -> Iterator[str | Blank]:
    """Neighbouring words as one, white space made single and none at the ends."""
    kept: list[str | Blank] = []
    for part in parts:
        if isinstance(part, str) and kept and isinstance(kept[-1], str):
            kept[-1] += part
        else:
            kept.append(part)
    for number, part in enumerate(kept):
        if isinstance(part, str):
            part = re.sub(r"\s+", " ", part)
            part = part.lstrip() if number == 0 else part
            part = part.rstrip() if number == len(kept) - 1 else part
        if part:
            yield part
