"""The one thread that writes. Rows wait in a bounded journal until the database takes them, however long that is."""

from __future__ import annotations

import logging
import sqlite3
from collections.abc import Callable, Iterator

from ivrkit.errors import StoreError
from ivrkit.store.native import Empty, native_lock, native_queue, start_native_thread
from ivrkit.store.rows import Row
from ivrkit.store.schema import reason

MOST_WAITING = 10_000
"Rows that may wait: about 30 MB of calls with a dozen visits each, at the very worst what `rows` cuts a call to."
MOST_AT_ONCE = 500
FIRST_PAUSE, LONGEST_PAUSE = 0.1, 5.0
"Seconds between two tries while the database refuses; each pause is twice the one before."

log = logging.getLogger("ivrkit.store")


class Task:
    """Work between two rows, for somebody who waits for it: it is tried once."""

    def __init__(self, work: Callable[[], None]) -> None:
        self.work, self.wanted = work, True
        self.answer = native_queue()

    def run(self) -> None:
        """Do the work and put None, or the error, where `answer` is awaited."""
        if not self.wanted:
            return
        try:
            self.work()
        except (sqlite3.Error, ValueError, OverflowError) as error:
            self.answer.put(error)
        else:
            self.answer.put(None)


class Writer:
    """Gives rows to `write` in order, as many at once as wait, until it takes them. Ends with `close`.

    `write` gets nothing to write once at the start: what was left over from before can go in first. It must do no harm
    to give it a row that it had already taken, because a failed try may have been half a success. Both run in the
    writer's thread.
    """

    def __init__(
        self,
        name: str,
        write: Callable[[list[Row]], None],
        close: Callable[[], None],
        most_waiting: int = MOST_WAITING,
    ) -> None:
        self._name, self._write, self._close, self._most_waiting = name, write, close, most_waiting
        self._items, self._stop, self._ended = native_queue(), native_queue(), native_queue()
        self._batch: list[Row] = []
        self._counting = native_lock()
        self._stopped, self._failure = False, ""
        self.waiting = self.lost = 0
        start_native_thread(self._serve)

    def put(self, row: Row) -> None:
        """Take a row and return at once; it is dropped and counted when too many wait already."""
        self._check_running()
        with self._counting:
            fits = self.waiting < self._most_waiting
            self.waiting += fits
            self.lost += not fits
            first_lost = not fits and self.lost == 1
        if fits:
            self._items.put(row)
        if first_lost:
            log.error("%s: %d records wait already, further ones are lost", self._name, self._most_waiting)

    def run(self, work: Callable[[], None], timeout: float) -> None:
        """Do `work` in the writer's thread, behind the rows that wait, and wait for it.

        StoreError when it failed, and when its turn did not come within `timeout` seconds: it is not done later either.
        """
        self._check_running()
        task = Task(work)
        self._items.put(task)
        try:
            error = task.answer.get(timeout=timeout)
        except Empty:
            task.wanted = False
            why = self._failure or "it is busy"
            raise StoreError(f"{self._name}: nothing could be written for {timeout:g} s: {why}") from None
        if error is not None:
            raise StoreError(f"{self._name}: nothing was written: {reason(error)}") from error

    def stop(self, timeout: float) -> list[Row]:
        """End the thread after a last try, and return the rows that are not known to be written."""
        if self._stopped:
            return []
        self._stopped = True
        self._stop.put(None)
        self._items.put(None)
        try:
            self._ended.get(timeout=timeout)
        except Empty:
            log.error("%s: the database has not answered for %g s", self._name, timeout)
        return [*self._batch, *self._left_over()]

    def _check_running(self) -> None:
        if self._stopped:
            raise StoreError(f"{self._name}: the store is closed: nothing more can be written")

    def _left_over(self) -> Iterator[Row]:
        while True:
            try:
                item = self._items.get_nowait()
            except Empty:
                return
            if isinstance(item, dict):
                yield item

    # --- in the thread ---

    def _serve(self) -> None:
        item: Row | Task | None = {}
        while self._written():
            if isinstance(item, Task):
                item.run()
            if item is None:
                break
            item = self._gather()
        self._close()
        self._ended.put(None)

    def _gather(self) -> Row | Task | None:
        """Wait for an item; rows go into the batch while more are there. The item that ended it."""
        while True:
            item: Row | Task | None = self._items.get()
            if not isinstance(item, dict):
                return item
            self._batch.append(item)
            if self._items.empty() or len(self._batch) == MOST_AT_ONCE:
                return item

    def _written(self) -> bool:
        """Write the batch, trying until it is taken; False when the writer was stopped meanwhile."""
        pause = FIRST_PAUSE
        while not self._try():
            if self._told_to_stop(pause):
                return False
            pause = min(2 * pause, LONGEST_PAUSE)
        return True

    def _try(self) -> bool:
        try:
            self._write(self._batch)
        except sqlite3.Error as error:
            if not self._failure:
                log.error("%s: %s; %d records wait for it", self._name, reason(error), self.waiting)
            self._failure = reason(error)
            return False
        if self._failure:
            log.warning("%s: it can be written again", self._name)
        self._failure = ""
        with self._counting:
            self.waiting -= len(self._batch)
        self._batch = []
        return True

    def _told_to_stop(self, pause: float) -> bool:
        try:
            self._stop.get(timeout=pause)
        except Empty:
            return False
        return True
