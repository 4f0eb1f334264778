"""Calls and records in an SQLite file: one native thread writes, readers come and go, nobody waits in the hub."""

from __future__ import annotations

import logging
import sqlite3
from collections import deque
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from datetime import datetime
from functools import partial
from pathlib import Path
from typing import Any, Self

from sqlite_utils import Database

from ivrkit.actions.records import Account, Bill, Customer, Record, Tariff
from ivrkit.commands import CallRecord
from ivrkit.errors import StoreError
from ivrkit.store.contract import Store
from ivrkit.store.native import off_the_hub
from ivrkit.store.phones import comparable
from ivrkit.store.rows import Row, bill_from, call_from, call_row, clean, moment, normal, short, tariff_from
from ivrkit.store.saved import discard, save_rows, saved_files, saved_rows
from ivrkit.store.schema import connect, open_database, reason
from ivrkit.store.tables import keep, keep_call
from ivrkit.store.writer import Writer

LAST_TRY = 5.0
"Seconds that closing waits for the database."
KEEP_TIMEOUT = 10.0
"Seconds that `keep` waits for its turn."

log = logging.getLogger("ivrkit.store")


class SqliteStore(Store):
    """A store in the file `path`, which is made with its folders where it is missing.

    Several processes may have it open. A call whose record has been taken but not written when the process is killed is
    lost; when the store is closed while the database is locked or full, it is saved in a file beside it.
    """

    def __init__(self, path: Path) -> None:
        self._path = path
        self._database = off_the_hub(open_database, path)
        self._readers: deque[Database] = deque()
        self._closed = False
        self._saved = saved_files(path)
        self._writer = Writer(str(path), self._write_calls, self._database.close)

    @classmethod
    def from_url(cls, rest: str, folder: Path) -> Self:
        """`///ivrkit.db` is relative to `folder`, `////var/lib/ivrkit.db` is not."""
        name = rest.removeprefix("///")
        if not rest.startswith("///") or name in ("", ":memory:") or "\0" in name or clean(name) != name:
            raise StoreError(
                f'"sqlite:{rest}" names no file: write sqlite:///ivrkit.db, or sqlite:////var/lib/ivrkit.db, '
                "or memory: for a store without a file"
            )
        return cls(folder / name)

    # --- calls ---

    def write_call(self, record: CallRecord) -> None:
        self._writer.put(call_row(record))

    @property
    def waiting(self) -> int:
        return self._writer.waiting

    @property
    def lost(self) -> int:
        return self._writer.lost

    def flush(self, timeout: float) -> bool:
        try:
            off_the_hub(self._writer.run, lambda: None, timeout)
        except StoreError:
            return False
        return True

    def calls(self, limit: int = 100, since: datetime | None = None) -> tuple[CallRecord, ...]:
        rows = self._read(
            "SELECT * FROM calls WHERE started >= ? ORDER BY started DESC, call_id DESC LIMIT ?",
            moment(since) if since else "",
            limit,
        )
        return tuple(call_from(row) for row in rows)

    def call(self, call_id: str) -> CallRecord | None:
        rows = self._read("SELECT * FROM calls WHERE call_id = ?", short(call_id))
        return call_from(rows[0]) if rows else None

    # --- records ---

    def keep(self, records: Iterable[Record]) -> None:
        work = partial(self._keep_all, [normal(record) for record in records])
        off_the_hub(self._writer.run, work, KEEP_TIMEOUT)

    def accounts_of(self, phone: str) -> tuple[Account, ...]:
        rows = self._read(
            "SELECT accounts.* FROM accounts JOIN phones USING (customer) WHERE phone = ? ORDER BY number",
            comparable(phone),
        )
        return tuple(Account(**row) for row in rows)

    def account(self, number: str) -> Account | None:
        rows = self._read("SELECT * FROM accounts WHERE number = ?", number)
        return Account(**rows[0]) if rows else None

    def customer(self, number: str) -> Customer | None:
        rows = self._read(
            """SELECT number, name, phone FROM customers LEFT JOIN phones ON customer = number
            WHERE number = ? ORDER BY phone""",
            number,
        )
        phones = tuple(row["phone"] for row in rows if row["phone"])
        return Customer(rows[0]["number"], rows[0]["name"], phones) if rows else None

    def bills_due(self, account: str) -> tuple[Bill, ...]:
        rows = self._read("SELECT * FROM bills WHERE account = ? AND NOT paid ORDER BY month", account)
        return tuple(bill_from(row) for row in rows)

    def tariff(self, kind: str) -> Tariff | None:
        return tariff_from(self._read("SELECT * FROM tariffs WHERE kind = ? ORDER BY step", kind))

    # --- the end ---

    def close(self) -> None:
        off_the_hub(self._close)

    def _close(self) -> None:
        self._closed = True
        rows = self._writer.stop(LAST_TRY)
        while self._readers:
            self._readers.pop().close()
        if rows:
            file = save_rows(self._path, rows)
            log.warning("%s: %d calls wait in %s until it is opened again", self._path, len(rows), file)

    # --- in the writer's thread ---

    def _write_calls(self, rows: Sequence[Row]) -> None:
        while self._saved:
            found = saved_rows(self._saved[0])
            if found is not None:
                self._insert_calls(found)
                discard(self._saved[0])
            del self._saved[0]
        self._insert_calls(rows)

    def _insert_calls(self, rows: Sequence[Row]) -> None:
        if rows:
            with self._database.conn:
                self._database.conn.execute("BEGIN IMMEDIATE")
                for row in rows:
                    keep_call(self._database.conn, row)

    def _keep_all(self, records: Sequence[Record]) -> None:
        with self._database.conn:
            self._database.conn.execute("BEGIN IMMEDIATE")
            for record in records:
                keep(self._database.conn, record)

    # --- reading ---

    def _read(self, question: str, *values: Any) -> list[Row]:
        return off_the_hub(self._answer, question, [clean(v) if isinstance(v, str) else v for v in values])

    def _answer(self, question: str, values: Sequence[Any]) -> list[Row]:
        try:
            with self._reader() as reader:
                return list(reader.query(question, values))
        except sqlite3.Error as error:
            raise StoreError(f"{self._path}: it cannot be read: {reason(error)}") from error

    @contextmanager
    def _reader(self) -> Iterator[Database]:
        """A connection for one question: an idle one, or one more where as many threads ask at once."""
        try:
            reader = self._readers.pop()
        except IndexError:
            reader = connect(self._path)
        try:
            yield reader
        finally:
            if self._closed:
                reader.close()
            else:
                self._readers.append(reader)
