"""One record for a call that several controllers served: each writes the part it saw, the stores keep the whole.

controller 1   |--A--|x                  died; the dialplan dials the next one
controller 2            |------B------|
kept           |----------A+B---------|  whichever came first, and however often each was given
"""

from __future__ import annotations

import logging
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from operator import eq
from typing import Any, TypeVar

from ivrkit.commands import CallRecord, Visit
from ivrkit.store.rows import MOST_FAULTS, MOST_RECORDINGS, MOST_VISITS, Row, call_from, call_row

T = TypeVar("T")

ROUNDING = 0.005
"Seconds by which a visit may move when its path is shifted: each shift rounds to a millisecond."

log = logging.getLogger("ivrkit.store")


def merged(first: CallRecord, second: CallRecord) -> CallRecord:
    """The whole of a call from two records of it; one of them unchanged where it holds the other already.

    In a path that was put together, a visit without a way out before the end is where a controller was lost.
    """
    if _holds(first, second):
        return first
    if _holds(second, first):
        return second
    earlier, later = sorted((first, second), key=lambda record: record.started)
    shift = _between(earlier, later)
    return replace(
        earlier,
        flow=later.flow,
        script=later.script,
        language=later.language,
        seconds=max(earlier.seconds, round(later.seconds + shift, 3)),
        answered_after=_answered_after(earlier, later, shift),
        path=earlier.path + _shifted(later.path, shift),
        ended_by=later.ended_by,
        hangup_cause=later.hangup_cause,
        faults=earlier.faults + later.faults,
        recordings=earlier.recordings + later.recordings,
    )


def merged_rows(stored: Mapping[str, Any], given: Row) -> Row:
    """`merged` for two rows of `calls`; the given one where the stored one cannot be read."""
    try:
        return call_row(merged(call_from(stored), call_from(given)))
    except (KeyError, TypeError, ValueError, AttributeError) as error:
        # Somebody else wrote into the table. The thread that writes must not end over it.
        log.error("the stored record of call %s cannot be read and is replaced: %s", given["call_id"], error)
        return given


def _between(earlier: CallRecord, later: CallRecord) -> float:
    return (later.started - earlier.started).total_seconds()


def _answered_after(earlier: CallRecord, later: CallRecord, shift: float) -> float | None:
    if earlier.answered_after is not None or later.answered_after is None:
        return earlier.answered_after
    return round(later.answered_after + shift, 3)


def _shifted(path: Sequence[Visit], by: float) -> tuple[Visit, ...]:
    return tuple(replace(visit, seconds=round(visit.seconds + by, 3)) for visit in path)


def _holds(whole: CallRecord, part: CallRecord) -> bool:
    """Whether the time, visits and faults of `part` are all in `whole`: then it is a write that is tried again."""
    shift = _between(whole, part)
    return (
        shift >= 0
        and shift + part.seconds <= whole.seconds + ROUNDING
        and _has_run(whole.path, _shifted(part.path, shift), MOST_VISITS, _same_visit)
        and _has_run(whole.faults, part.faults, MOST_FAULTS, eq)
        and _has_run(whole.recordings, part.recordings, MOST_RECORDINGS, eq)
    )


def _has_run(whole: Sequence[T], part: Sequence[T], most: int, same: Callable[[T, T], bool]) -> bool:
    """Whether `part` is in `whole` in one piece. A full `whole` may have been cut, so that it tells nothing."""
    starts = range(len(whole) - len(part) + 1)
    return len(whole) >= most or any(all(map(same, whole[start:], part)) for start in starts)


def _same_visit(one: Visit, other: Visit) -> bool:
    return abs(one.seconds - other.seconds) <= ROUNDING and replace(one, seconds=other.seconds) == other
