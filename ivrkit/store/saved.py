"""Files beside a database that keep the calls it could not take when the process ended, until it is opened again.

Each is written whole and appears by a rename, so several processes may end and start at once and none is ever half.
"""

from __future__ import annotations

import logging
import os
from collections.abc import Sequence
from pathlib import Path
from uuid import uuid4

import orjson

from ivrkit.errors import StoreError
from ivrkit.store.rows import Row, call_from, call_row

log = logging.getLogger("ivrkit.store")


def save_rows(database: Path, rows: Sequence[Row]) -> Path:
    """Keep rows of `calls` in a new file `<database>.calls-….jsonl`; StoreError when that fails too."""
    file = database.with_name(f"{database.name}.calls-{uuid4().hex[:12]}.jsonl")
    half = file.with_suffix(".half")
    try:
        with half.open("wb") as lines:
            lines.writelines(orjson.dumps(row, option=orjson.OPT_APPEND_NEWLINE) for row in rows)
            lines.flush()
            os.fsync(lines.fileno())
        half.rename(file)
    except OSError as error:
        raise StoreError(
            f"{database}: {len(rows)} calls are lost, nor can {file} be written: {error.strerror}"
        ) from error
    return file


def saved_files(database: Path) -> list[Path]:
    """The files that wait beside `database`."""
    start = f"{database.name}.calls-"
    return sorted(f for f in database.parent.iterdir() if f.name.startswith(start) and f.suffix == ".jsonl")


def saved_rows(file: Path) -> list[Row] | None:
    """The rows in a file; None, and a line in the log, when it is damaged: then it stays where it is."""
    try:
        return [call_row(call_from(orjson.loads(line))) for line in file.read_bytes().splitlines()]
    except FileNotFoundError:
        return []
    except (OSError, ValueError, TypeError, KeyError, AttributeError) as error:
        log.error("%s: it cannot be read and stays as it is: %s", file, error)
        return None


def discard(file: Path) -> None:
    """Take a file away whose rows are written. Should that fail, they are met again and left as they are."""
    try:
        file.unlink(missing_ok=True)
    except OSError as error:
        log.error("%s: it cannot be taken away: %s", file, error.strerror)
