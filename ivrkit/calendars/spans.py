"""Hours of a day, in minutes from its midnight."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from itertools import pairwise

DAY = 24 * 60
"Minutes."


@dataclass(frozen=True, slots=True, order=True)
class Span:
    """Open from `start` until just before `end`; an end beyond 24:00 is on the next day."""

    start: int
    end: int

    def __contains__(self, minute: int) -> bool:
        return self.start <= minute < self.end

    def __str__(self) -> str:
        return f"{_clock(self.start)}-{_clock(self.end if self.end <= DAY else self.end - DAY)}"


def written(spans: Iterable[Span]) -> str:
    """As an author writes them: `08:30-12:00, 13:30-17:30`."""
    return ", ".join(map(str, spans))


def overlap(spans: Iterable[Span]) -> tuple[Span, Span] | None:
    """Two of them that have a minute in common."""
    return next(((one, two) for one, two in pairwise(sorted(spans)) if two.start < one.end), None)


def _clock(minute: int) -> str:
    return f"{minute // 60:02}:{minute % 60:02}"
