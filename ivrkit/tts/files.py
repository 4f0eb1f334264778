"""The folder that one build at a time fills, and what a build that was cut short leaves there."""

from __future__ import annotations

import fcntl
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from ivrkit.errors import PromptError


def clear_leftovers(root: Path) -> None:
    """Remove what a build that was cut short had written aside."""
    for aside in root.rglob(".*.tmp"):
        aside.unlink()


@contextmanager
def sole_builder(root: Path) -> Iterator[None]:
    """Hold the tree at `root`; PromptError when another process does. The system frees it when a holder dies."""
    root.mkdir(parents=True, exist_ok=True)
    with (root / ".building").open("wb") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            raise PromptError(f"{root}: another build is at work here; run this one when that has ended") from None
        yield
