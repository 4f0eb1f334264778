"""Opening the database file: the tables, their versions, and a clear line for whatever stands in the way."""

from __future__ import annotations

import os
import sqlite3
from contextlib import closing
from pathlib import Path

from sqlite_utils import Database

from ivrkit.errors import StoreError

BUSY_TIMEOUT = 1.0
"Seconds that one statement waits for a lock."
APPLICATION_ID = 0x49565231
"`IVR1` in the file's header: nobody else's database is written into (sqlite.org/pragma.html#pragma_application_id)."

MIGRATIONS = (
    (
        """CREATE TABLE calls (
            call_id TEXT PRIMARY KEY, flow TEXT NOT NULL, script TEXT NOT NULL,
            caller_number TEXT NOT NULL, called_number TEXT NOT NULL, language TEXT NOT NULL,
            started TEXT NOT NULL, seconds REAL NOT NULL, answered_after REAL,
            path TEXT NOT NULL, ended_by TEXT NOT NULL, hangup_cause TEXT NOT NULL, faults TEXT NOT NULL)""",
        "CREATE INDEX calls_started ON calls (started)",
        "CREATE TABLE customers (number TEXT PRIMARY KEY, name TEXT NOT NULL)",
        """CREATE TABLE phones (
            phone TEXT NOT NULL, customer TEXT NOT NULL REFERENCES customers (number),
            PRIMARY KEY (phone, customer))""",
        """CREATE TABLE accounts (
            number TEXT PRIMARY KEY, customer TEXT NOT NULL REFERENCES customers (number),
            address TEXT NOT NULL, tariff TEXT NOT NULL)""",
        "CREATE INDEX accounts_customer ON accounts (customer)",
        """CREATE TABLE tariffs (
            kind TEXT NOT NULL, step INTEGER NOT NULL, price TEXT NOT NULL, up_to TEXT,
            PRIMARY KEY (kind, step))""",
        """CREATE TABLE bills (
            account TEXT NOT NULL REFERENCES accounts (number), month TEXT NOT NULL, usage TEXT NOT NULL,
            amount_cents INTEGER NOT NULL CHECK (typeof(amount_cents) = 'integer'),
            paid INTEGER NOT NULL CHECK (paid IN (0, 1)),
            PRIMARY KEY (account, month))""",
    ),
    ("ALTER TABLE calls ADD COLUMN recordings TEXT NOT NULL DEFAULT '[]'",),
)
"Each entry brings a database to the next version (its user_version). Entries are added, never changed."

UNKNOWN_OWNER = "a record names a customer or an account that is not there: keep that first"
_WHAT_TO_DO = {
    sqlite3.SQLITE_BUSY: "it is locked by another program: end that, or wait for it",
    sqlite3.SQLITE_CANTOPEN: "it cannot be opened: check that the file and its folder may be read and written",
    sqlite3.SQLITE_CONSTRAINT: UNKNOWN_OWNER,
    sqlite3.SQLITE_CORRUPT: "it is damaged: put a backup in its place, or move it away",
    sqlite3.SQLITE_FULL: "the disk is full: make room",
    sqlite3.SQLITE_IOERR: "the disk does not answer as it should",
    sqlite3.SQLITE_NOTADB: "it is not an SQLite database: name another file, or move this one away",
    sqlite3.SQLITE_READONLY: "it may only be read: check the owner and permissions of the file and its folder",
}


def reason(error: Exception) -> str:
    """Why SQLite did not do it, with what to do where that is known."""
    primary_code = getattr(error, "sqlite_errorcode", 0) & 0xFF
    return _WHAT_TO_DO.get(primary_code, str(error))


def open_database(path: Path) -> Database:
    """The database at `path`, made where it is missing and brought to the newest version; StoreError says why not."""
    try:
        if path.is_dir():
            raise StoreError(f"{path}: it is a folder: name a database file in it, such as {path / 'ivrkit.db'}")
        path.parent.mkdir(parents=True, exist_ok=True)
        return _prepared(connect(path), path)
    except OSError as error:
        raise StoreError(f"{path}: it cannot be made there: {error.strerror}") from error
    except sqlite3.Error as error:
        raise StoreError(f"{path}: {reason(error)}") from error


def connect(path: Path) -> Database:
    """One more connection, for one thread at a time."""
    connection = sqlite3.connect(path, timeout=BUSY_TIMEOUT, check_same_thread=False)
    try:
        connection.execute("PRAGMA foreign_keys = ON")
        return Database(connection, execute_plugins=False)
    except sqlite3.Error:
        connection.close()
        raise


def _prepared(database: Database, path: Path) -> Database:
    try:
        _check_ours(database, path)
        _check_writable(path)
        _use_wal(database, path)
        _migrate(database)
    except (StoreError, sqlite3.Error):
        database.close()
        raise
    return database


def _check_ours(database: Database, path: Path) -> None:
    tables = _number(database, "SELECT count(*) FROM sqlite_master")
    if tables and _number(database, "PRAGMA application_id") != APPLICATION_ID:
        raise StoreError(f"{path}: it is the database of another program: name a file of its own for ivrkit")
    version = _number(database, "PRAGMA user_version")
    if version > len(MIGRATIONS):
        raise StoreError(
            f"{path}: a newer ivrkit wrote it (version {version}, this one knows {len(MIGRATIONS)}): update ivrkit"
        )


def _check_writable(path: Path) -> None:
    # SQLite opens a file that it may not write, and says so only when a call has ended and its record is to be kept.
    if not os.access(path, os.W_OK):
        raise StoreError(f"{path}: {_WHAT_TO_DO[sqlite3.SQLITE_READONLY]}")


def _use_wal(database: Database, path: Path) -> None:
    with closing(database.conn.execute("PRAGMA journal_mode = WAL")) as cursor:
        if cursor.fetchone()[0] != "wal":
            raise StoreError(f"{path}: its disk cannot keep a write-ahead log: put it on a local disk")


def _migrate(database: Database) -> None:
    if _number(database, "PRAGMA user_version") == len(MIGRATIONS):
        return
    with database.conn:
        database.conn.execute("BEGIN IMMEDIATE")
        # Another process may have done it while this one waited for the lock.
        for statements in MIGRATIONS[_number(database, "PRAGMA user_version") :]:
            for statement in statements:
                database.conn.execute(statement)
        database.conn.execute(f"PRAGMA user_version = {len(MIGRATIONS)}")
        database.conn.execute(f"PRAGMA application_id = {APPLICATION_ID}")


def _number(database: Database, question: str) -> int:
    with closing(database.conn.execute(question)) as cursor:
        return int(cursor.fetchone()[0])
