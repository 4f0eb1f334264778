"""Threads of the operating system for work that waits for a disk, also where gevent has put greenlets in their place.

SQLite waits for a lock inside one C call: in a greenlet that stops every call of the process, so nothing of it runs in
a thread that has a hub.
"""

from __future__ import annotations

import queue
from collections.abc import Callable
from typing import Any, TypeVar, cast

from gevent import get_hub
from gevent._hub_local import get_hub_if_exists  # gevent's public get_hub makes a hub where there is none
from gevent.monkey import get_original

from ivrkit.errors import StoreError

T = TypeVar("T")

Empty = queue.Empty
"What a NativeQueue raises when a timeout has passed."


def native_queue() -> Any:
    """A queue.SimpleQueue between native threads; its `put` never waits."""
    return get_original("queue", "SimpleQueue")()


def start_native_thread(function: Callable[[], None]) -> None:
    """Run `function` in a thread of its own; the end of the process does not wait for it."""
    get_original("_thread", "start_new_thread")(function, ())


def native_lock() -> Any:
    """A lock between native threads, for moments only: who waits for it stops his thread."""
    return get_original("_thread", "allocate_lock")()


def off_the_hub(function: Callable[..., T], *arguments: Any) -> T:
    """Run what may wait: in gevent's thread pool while other greenlets go on, or straight where there are none.

    Raises the StoreError that `function` raised, which is the only error it may raise.
    """
    if get_hub_if_exists() is None:
        return function(*arguments)
    result, error = get_hub().threadpool.apply(_answered, (function, arguments))
    if error is not None:
        raise error
    return cast("T", result)


def _answered(function: Callable[..., T], arguments: tuple[Any, ...]) -> tuple[T | None, StoreError | None]:
    # gevent prints a traceback for whatever a function raises in its pool, also when the caller expects it.
    try:
        return function(*arguments), None
    except StoreError as error:
        return None, error
