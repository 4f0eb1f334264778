"""One of each store, and the calls that are put into them."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from ivrkit.commands import CallRecord, Visit
from ivrkit.store import Store, open_store

MakeCall = Callable[..., CallRecord]

CALL = CallRecord(
    call_id="c1",
    flow="water-hotline",
    script="ab12",
    caller_number="13800001111",
    called_number="4000",
    language="zh",
    started=datetime(2026, 11, 23, 2, 0, tzinfo=UTC),
    seconds=41.25,
    answered_after=0.02,
    path=(
        Visit("main", 0.02, "2", "account"),
        Visit("account", 9.5, "12345674", "bill"),
        Visit("card", 20.0, "••••", ""),
    ),
    ended_by="caller",
    hangup_cause="NORMAL_CLEARING",
    faults=('a sound of "main" is missing',),
)

LOST = replace(
    CALL,
    script="ab11",
    seconds=0.1,
    path=(Visit("main", 0.02, "", ""),),
    ended_by="caller",
    hangup_cause="CONNECTION_LOST",
    faults=("the connection was lost",),
)
"The controller dies in the first node …"
RESUMED = replace(CALL, started=CALL.started + timedelta(seconds=0.15), answered_after=0.0)
"… and another one serves the rest of the call."
WHOLE = replace(
    CALL,
    seconds=41.4,
    path=(
        Visit("main", 0.02, "", ""),
        Visit("main", 0.17, "2", "account"),
        Visit("account", 9.65, "12345674", "bill"),
        Visit("card", 20.15, "••••", ""),
    ),
    faults=("the connection was lost", 'a sound of "main" is missing'),
)


@pytest.fixture
def make_call() -> MakeCall:
    """A call like any other, but for what the test names."""
    return lambda call_id="c1", **changes: replace(CALL, call_id=call_id, **changes)


@pytest.fixture(params=["memory:", "sqlite:///deep/down/ivrkit.db"])
def store(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Store]:
    with open_store(request.param, tmp_path) as store:
        yield store
