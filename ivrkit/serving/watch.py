"""Notices that files were changed, when whoever changes them has paused.

Looks at the files from time to time instead of asking the system to tell: that works on every file system, also over a
network, and with editors that write aside and rename.
"""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterable
from time import monotonic

import gevent

from ivrkit.errors import ReloadError
from ivrkit.serving.project import Stamps

log = logging.getLogger("ivrkit.serving")

POLL = 1.0
"Seconds between two looks."
RESTLESS = 10.0
"Seconds after which files that never rest are taken as they are."


class Watch:
    """Calls `changed(paths)` after a change, and at the start: flows may have changed since they were read."""

    def __init__(
        self, look: Callable[[], Stamps], changed: Callable[[frozenset[str]], object], poll: float, seen: Stamps
    ) -> None:
        """`poll` in seconds; a change is taken when files rested for a quarter of it. `seen` as they are now."""
        self._look, self._changed, self._poll, self._seen = look, changed, poll, seen
        self._trouble = ""
        self._greenlet = gevent.spawn(self._run)

    def stop(self) -> None:
        self._greenlet.kill()

    def _run(self) -> None:
        changed = True
        while True:
            try:
                now = self._look()
                if changed or now != self._seen:
                    changed = True  # until it is taken
                    now = self._at_rest(now)
                    self._changed(frozenset(differing(self._seen, now)))
                self._seen, changed, self._trouble = now, False, ""
            except ReloadError as error:
                self._tell(str(error))
            gevent.sleep(self._poll)

    def _at_rest(self, now: Stamps) -> Stamps:
        until = monotonic() + RESTLESS
        while monotonic() < until:
            before = now
            gevent.sleep(self._poll / 4)
            now = self._look()
            if now == before:
                break
        return now

    def _tell(self, trouble: str) -> None:
        if trouble != self._trouble:
            log.error("%s", trouble)
        self._trouble = trouble


def differing(before: Stamps, now: Stamps) -> Iterable[str]:
    """Files that are new, gone or changed."""
    return (name for name in {**before, **now} if before.get(name) != now.get(name))
