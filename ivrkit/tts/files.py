"""Files that are whole or not there, whatever happens: written aside, forced to the disk, renamed into place."""

from __future__ import annotations

import fcntl
import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from ivrkit.errors import PromptError


def publish(path: Path, data: bytes) -> None:
    """Replace `path` by `data` in one step. Only one process and thread may publish one path at a time."""
    aside = path.with_name(f".{path.name}.tmp")
    # Not tempfile: its files are for their owner only, and FreeSWITCH runs as another user.
    with aside.open("wb") as file:
        file.write(data)
        file.flush()
        os.fsync(file.fileno())
    aside.replace(path)


def settle(folder: Path) -> None:
    """Force the renames in `folder` to the disk: what is written after them must not be there before them."""
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


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
