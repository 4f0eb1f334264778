"""What must be true afterwards when the database is locked, full or gone: calls went on, each record is there once."""

from __future__ import annotations

import logging
import resource
import sqlite3
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path

import gevent
import pytest

from ivrkit.errors import StoreError
from ivrkit.store import SqliteStore, open_store, write_demo_data
from ivrkit.store.native import off_the_hub
from ivrkit.store.saved import saved_files
from ivrkit.store.writer import Writer
from tests.store.conftest import LOST, RESUMED, WHOLE

WAIT = 10.0
TICK = 0.01


@contextmanager
def locked(path: Path) -> Iterator[None]:
    """Another program holds the write lock."""
    with closing(sqlite3.connect(path, isolation_level=None)) as other:
        other.execute("BEGIN IMMEDIATE")
        yield
        other.execute("ROLLBACK")


def ids_in(path: Path) -> list[str]:
    with closing(sqlite3.connect(path)) as connection:
        return [row[0] for row in connection.execute("SELECT call_id FROM calls ORDER BY rowid")]


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "ivrkit.db"


class Ticks:
    """A greenlet that ticks every 10 ms, as the prompts of other calls do."""

    def __init__(self) -> None:
        self._times: list[float] = []
        self._greenlet = gevent.spawn(self._tick)

    def _tick(self) -> None:
        while True:
            self._times.append(time.monotonic())
            gevent.sleep(TICK)

    def delays(self) -> list[float]:
        """Seconds by which each tick was late, the worst first."""
        self._greenlet.kill()
        pairs = zip(self._times, self._times[1:], strict=False)
        return sorted((later - earlier - TICK for earlier, later in pairs), reverse=True)


def assert_never_frozen(delays: list[float]) -> None:
    # One or two late ticks are a busy machine; a call into SQLite from the hub would be late by a second.
    assert len(delays) > 20
    assert delays[2] < 0.05
    assert delays[0] < 0.5


def test_other_calls_go_on_while_another_program_holds_the_lock(path, make_call):
    with SqliteStore(path) as store:
        write_demo_data(store)
        ticks = Ticks()
        with locked(path):
            store.write_call(make_call())
            assert off_the_hub(time.sleep, 0.2) is None
            assert store.accounts_of("13800001111"), "readers do not wait for a writer"
            assert not store.flush(0.3)
            gevent.sleep(1.5)
            assert (store.waiting, ids_in(path)) == (1, [])
        assert store.flush(WAIT)
        assert_never_frozen(ticks.delays())
        assert ids_in(path) == ["c1"]


PATCHED = """
import gevent.monkey
gevent.monkey.patch_all()
import sys
from pathlib import Path
from tests.store.conftest import CALL
from tests.store.test_faults import Ticks, assert_never_frozen, gevent, ids_in, locked
from ivrkit.store import SqliteStore, write_demo_data

path = Path(sys.argv[1])
with SqliteStore(path) as store:
    write_demo_data(store)
    ticks = Ticks()
    with locked(path):
        store.write_call(CALL)
        assert gevent.get_hub().threadpool.apply(store.accounts_of, ("13800001111",))
        assert not store.flush(1.2)
    assert store.flush(10)
    assert_never_frozen(ticks.delays())
assert ids_in(path) == ["c1"]
print("went on")
"""


def test_other_calls_go_on_also_where_gevent_has_patched_threads(path):
    done = subprocess.run(
        [sys.executable, "-c", PATCHED, path], capture_output=True, text=True, timeout=60, check=False
    )
    assert (done.stdout, done.stderr.count("Traceback")) == ("went on\n", 0), done.stderr


def test_a_locked_database_is_told_once_and_so_is_its_return(path, make_call, caplog):
    with SqliteStore(path) as store:
        with locked(path):
            store.write_call(make_call())
            assert not store.flush(2.5)
        assert store.flush(WAIT)
    told = [(record.levelno, record.getMessage()) for record in caplog.records]
    assert told == [
        (logging.ERROR, f"{path}: it is locked by another program: end that, or wait for it; 1 records wait for it"),
        (logging.WARNING, f"{path}: it can be written again"),
    ]


def test_calls_that_could_not_be_written_are_saved_beside_and_taken_in_again(path, make_call, caplog):
    store = SqliteStore(path)
    with locked(path):
        for number in range(3):
            store.write_call(make_call(f"c{number}"))
        store.close()
        assert len(saved_files(path)) == 1
        assert f"3 calls wait in {saved_files(path)[0]}" in caplog.text
    with SqliteStore(path) as store:
        store.write_call(make_call("c0"))
        store.write_call(make_call("c3"))
        assert store.flush(WAIT)
        assert store.call("c1") == make_call("c1")
    assert ids_in(path) == ["c0", "c1", "c2", "c3"]
    assert saved_files(path) == []


def test_a_call_that_two_controllers_served_under_a_lock_is_one_whole_call(path):
    with SqliteStore(path) as store:
        with locked(path):
            for part in (LOST, RESUMED, LOST):
                store.write_call(part)
            assert not store.flush(1.2)
        assert store.flush(WAIT)
        assert store.calls() == (WHOLE,)


def test_a_call_whose_parts_were_saved_beside_is_one_whole_call(path):
    store = SqliteStore(path)
    store.write_call(LOST)
    assert store.flush(WAIT)
    with locked(path):
        store.write_call(LOST)
        store.write_call(RESUMED)
        store.close()
    saved = saved_files(path)[0].read_bytes()
    for _ in range(2):
        path.with_name("ivrkit.db.calls-0.jsonl").write_bytes(saved)
        with SqliteStore(path) as store:
            assert store.flush(WAIT)
            assert store.calls() == (WHOLE,)
    assert saved_files(path) == []


@pytest.mark.parametrize(
    "damage", ["path = '[7]'", "path = ''", "started = 'noon'", "seconds = 'x'", "faults = 'null'"]
)
def test_a_stored_call_that_cannot_be_read_is_replaced_and_stops_nothing(path, make_call, caplog, damage):
    with SqliteStore(path) as store:
        store.write_call(LOST)
        assert store.flush(WAIT)
        with closing(sqlite3.connect(path)) as other, other:
            other.execute(f"UPDATE calls SET {damage}")
        store.write_call(RESUMED)
        store.write_call(make_call("c2"))
        assert store.flush(WAIT)
        assert (store.call("c1"), store.call("c2")) == (RESUMED, make_call("c2"))
    assert "the stored record of call c1 cannot be read and is replaced" in caplog.text


def test_a_store_that_opens_under_a_lock_keeps_what_was_saved_for_later(path, make_call):
    with locked_from_the_start(path):
        store = SqliteStore(path)
        store.write_call(make_call())
        store.close()
        SqliteStore(path).close()
        assert len(saved_files(path)) == 1
    SqliteStore(path).close()
    assert (ids_in(path), saved_files(path)) == (["c1"], [])


@contextmanager
def locked_from_the_start(path: Path) -> Iterator[None]:
    SqliteStore(path).close()
    with closing(sqlite3.connect(path)) as keeps_the_log, locked(path):
        keeps_the_log.execute("SELECT count(*) FROM calls").fetchone()
        yield


@pytest.mark.parametrize("damage", [b"\xff\xfe", b"{}", b'{"call_id": 7}', b"[]", b"null", b'{"call_id": "c1"'])
def test_a_damaged_file_of_saved_calls_stays_and_stops_nothing(path, make_call, caplog, damage):
    SqliteStore(path).close()
    file = path.with_name("ivrkit.db.calls-0.jsonl")
    file.write_bytes(damage)
    with SqliteStore(path) as store:
        store.write_call(make_call())
        assert store.flush(WAIT)
    assert ids_in(path) == ["c1"]
    assert file.read_bytes() == damage
    assert f"{file}: it cannot be read and stays as it is" in caplog.text


FULL_DISK = """
import resource, signal, sys
from dataclasses import replace
from pathlib import Path
from tests.store.conftest import CALL
from ivrkit.errors import StoreError
from ivrkit.store import SqliteStore, write_demo_data

def let_files_grow_to(size):
    resource.setrlimit(resource.RLIMIT_FSIZE, (size, resource.RLIM_INFINITY))

store = SqliteStore(Path(sys.argv[1]))
store.flush(10)
let_files_grow_to(4096)
for number in range(200):
    store.write_call(replace(CALL, call_id=f"c{number}"))
assert not store.flush(0.5)
if sys.argv[2] == "recovers":
    let_files_grow_to(resource.RLIM_INFINITY)
    assert store.flush(20)
    write_demo_data(store)
try:
    store.close()
except StoreError as error:
    print(error)
"""


def on_a_full_disk(path: Path, then: str) -> subprocess.CompletedProcess[str]:
    done = subprocess.run(
        [sys.executable, "-c", FULL_DISK, path, then], capture_output=True, text=True, timeout=60, check=False
    )
    assert "Traceback" not in done.stderr, done.stderr
    return done


@pytest.mark.skipif(resource.getrlimit(resource.RLIMIT_FSIZE)[1] != resource.RLIM_INFINITY, reason="files are limited")
def test_a_disk_that_was_full_gets_every_call_once_when_there_is_room(path):
    assert on_a_full_disk(path, "recovers").stdout == ""
    assert sorted(ids_in(path)) == sorted(f"c{number}" for number in range(200))


def test_a_disk_that_stays_full_says_what_is_lost(path):
    done = on_a_full_disk(path, "stays full")
    assert f"{path}: 200 calls are lost, nor can {path}.calls-" in done.stdout
    assert ids_in(path) == []


class Flaky:
    """A place to write to that fails as often as told, once after half of the work."""

    def __init__(self, failures: int) -> None:
        self.failures, self.written, self.closed = failures, {}, False

    def write(self, rows: list[dict[str, str]]) -> None:
        self.written.update((row["call_id"], row) for row in rows[: len(rows) // 2])
        if self.failures:
            self.failures -= 1
            raise sqlite3.OperationalError("disk I/O error")
        self.written.update((row["call_id"], row) for row in rows)

    def close(self) -> None:
        self.closed = True


def test_rows_are_tried_again_until_they_are_taken():
    place = Flaky(failures=3)
    writer = Writer("a.db", place.write, place.close)
    for number in range(1200):
        writer.put({"call_id": str(number)})
    writer.run(lambda: None, WAIT)
    assert list(place.written) == [str(number) for number in range(1200)]
    assert writer.waiting == 0
    assert writer.stop(WAIT) == []
    assert place.closed


def test_beyond_the_bound_rows_are_counted_not_kept(caplog):
    place = Flaky(failures=1_000_000)
    writer = Writer("a.db", place.write, place.close, most_waiting=5)
    for number in range(8):
        writer.put({"call_id": str(number)})
    assert (writer.waiting, writer.lost) == (5, 3)
    assert [row["call_id"] for row in writer.stop(WAIT)] == ["0", "1", "2", "3", "4"]
    assert caplog.text.count("5 records wait already, further ones are lost") == 1


def test_work_whose_turn_did_not_come_is_not_done_later():
    place = Flaky(failures=3)
    writer = Writer("a.db", place.write, place.close)
    done: list[str] = []
    with pytest.raises(StoreError, match=r"a\.db: nothing could be written for 0\.05 s: disk I/O error"):
        writer.run(lambda: done.append("late"), 0.05)
    writer.run(lambda: done.append("in time"), WAIT)
    writer.stop(WAIT)
    assert done == ["in time"]


def test_a_database_that_is_damaged_while_it_is_open_is_told(path):
    with SqliteStore(path) as store:
        write_demo_data(store)
    path.write_bytes(path.read_bytes()[:4096] + b"\xff" * (path.stat().st_size - 4096))
    with SqliteStore(path) as store, pytest.raises(StoreError, match="it cannot be read: it is damaged"):
        store.accounts_of("13800001111")


def test_greenlets_and_threads_read_at_once(path):
    with SqliteStore(path) as store:
        write_demo_data(store)
        pool = gevent.get_hub().threadpool
        greenlets = [gevent.spawn(store.account, "12345674") for _ in range(20)]
        threads = [pool.spawn(store.account, "12345674") for _ in range(20)]
        gevent.wait([*greenlets, *threads], timeout=WAIT)
        assert {reader.get(block=False).number for reader in [*greenlets, *threads]} == {"12345674"}


def test_a_call_between_two_processes_is_written_once(path, make_call):
    with open_store(f"sqlite:///{path}") as one, open_store(f"sqlite:///{path}") as other:
        for store in (one, other):
            for number in range(50):
                store.write_call(make_call(f"c{number}"))
        assert one.flush(WAIT)
        assert other.flush(WAIT)
    assert len(ids_in(path)) == 50
