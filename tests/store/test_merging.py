"""One call from the records of several controllers."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from itertools import pairwise

from hypothesis import given, settings
from hypothesis import strategies as st

from ivrkit.commands import CallRecord, Visit
from ivrkit.store.merging import merged
from tests.store.conftest import CALL, LOST, RESUMED, WHOLE


def test_the_parts_of_a_call_are_joined_in_the_order_of_their_starts():
    assert merged(LOST, RESUMED) == WHOLE
    assert merged(RESUMED, LOST) == WHOLE


def test_a_record_that_is_there_already_changes_nothing():
    assert merged(CALL, CALL) is CALL
    for part in (LOST, RESUMED, WHOLE):
        assert merged(WHOLE, part) == merged(part, WHOLE) == WHOLE


def test_a_first_part_without_visits_is_no_retry_of_the_second():
    nothing = replace(LOST, path=(), answered_after=None, faults=())
    whole = merged(nothing, RESUMED)
    assert (whole.started, whole.seconds, whole.answered_after) == (LOST.started, 41.4, 0.15)
    assert merged(whole, nothing) is whole


def test_a_controller_that_noticed_late_does_not_end_the_call_twice():
    late = replace(LOST, seconds=60.0)
    assert merged(RESUMED, late) == replace(WHOLE, seconds=60.0)
    assert merged(merged(RESUMED, late), RESUMED).path == WHOLE.path


@st.composite
def served_in_parts(draw: st.DrawFn) -> list[CallRecord]:
    """A call whose controllers died one after the other."""
    parts, started = [], CALL.started
    for _ in range(draw(st.integers(1, 5))):
        seconds = round(draw(st.floats(0.05, 500)), 3)
        entered = sorted(draw(st.lists(st.floats(0, seconds), max_size=4)))
        path = tuple(Visit(draw(st.sampled_from("abc")), round(at, 3), "", "") for at in entered)
        faults = tuple(draw(st.lists(st.sampled_from(["f", "g"]), max_size=2)))
        parts.append(replace(CALL, started=started, seconds=seconds, path=path, faults=faults))
        started += timedelta(seconds=seconds, microseconds=draw(st.integers(10_000, 900_000)))
    return parts


@settings(deadline=None)
@given(served_in_parts(), st.data())
def test_a_call_in_any_number_of_parts_is_whole_and_retries_change_nothing(parts, data):
    whole = parts[0]
    for part in parts[1:]:
        whole = merged(whole, part)
    end = (parts[-1].started - whole.started).total_seconds() + parts[-1].seconds
    assert whole.started == CALL.started
    assert abs(whole.seconds - end) < 0.01
    assert [v.node for v in whole.path] == [v.node for part in parts for v in part.path]
    assert all(one.seconds <= next_.seconds + 0.01 for one, next_ in pairwise(whole.path))
    assert merged(whole, data.draw(st.sampled_from(parts))) is whole
