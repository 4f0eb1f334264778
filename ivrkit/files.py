"""Files that are whole or not there, whatever happens: written aside, forced to the disk, renamed into place."""

from __future__ import annotations

import os
from pathlib import Path


def publish(path: Path, data: bytes) -> None:
    """Replace `path` by `data` in one step. Of two processes that do so at once, one wins; in one, only one may."""
    aside = path.with_name(f".{path.name}.{os.getpid()}.tmp")
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
