from __future__ import annotations

import gc
from collections.abc import Iterator
from time import process_time

import gevent
import pytest
from gevent import Greenlet


@pytest.fixture
def deadline() -> Iterator[None]:
    """No scene waits longer than this, whatever hangs."""
    with gevent.Timeout(20):
        yield


@pytest.fixture
def leaves_nothing(deadline: None) -> Iterator[None]:
    """The scene ends with no greenlet more than it began with, and has burned no second of CPU."""
    before, started = _alive(), process_time()
    yield
    gevent.sleep(0.02)
    assert not [greenlet for greenlet in _alive() if greenlet not in before]
    assert process_time() - started < 1.0


def _alive() -> list[Greenlet[..., object]]:
    return [thing for thing in gc.get_objects() if isinstance(thing, Greenlet) and not thing.dead]
