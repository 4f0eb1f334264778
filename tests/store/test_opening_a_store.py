"""Opening: the URLs that there are, and one clear line for everything that is wrong with a file."""

from __future__ import annotations

import sqlite3
import subprocess
import sys
import tempfile
import threading
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ivrkit.errors import StoreError
from ivrkit.store import MemoryStore, SqliteStore, open_store, write_demo_data
from ivrkit.store.schema import APPLICATION_ID, MIGRATIONS


def refusal(url: str, folder) -> str:
    with pytest.raises(StoreError) as refused:
        open_store(url, folder)
    assert "\n" not in str(refused.value)
    return str(refused.value)


def run_sql(path, *statements: str) -> list[tuple]:
    with closing(sqlite3.connect(path)) as connection, connection:
        return [row for statement in statements for row in connection.execute(statement).fetchall()]


def test_a_url_names_the_store(tmp_path):
    with open_store("memory:") as store:
        assert isinstance(store, MemoryStore)
    with open_store("sqlite:///a.db", tmp_path) as store:
        assert isinstance(store, SqliteStore)
    with open_store(f"sqlite:///{tmp_path}/b.db", tmp_path / "elsewhere"):
        pass
    assert sorted(file.name for file in tmp_path.iterdir()) == ["a.db", "b.db"]


@pytest.mark.parametrize(
    ("url", "said"),
    [
        ("sqlit:///a.db", 'there is no store "sqlit"; did you mean "sqlite"?; there are memory, sqlite'),
        ("postgres://h/d", 'there is no store "postgres"; there are memory, sqlite'),
        ("ivrkit.db", '"ivrkit.db" is no store: write sqlite:///ivrkit.db or memory:'),
        ("", '"" is no store'),
        ("sqlite:a.db", "write sqlite:///ivrkit.db"),
        ("sqlite://a.db", "write sqlite:///ivrkit.db"),
        ("sqlite:///", "names no file"),
        ("sqlite:///:memory:", "memory: for a store without a file"),
        ("sqlite:///a\0.db", "names no file"),
        ("memory:a", 'write "memory:" alone'),
    ],
)
def test_a_url_that_names_none_is_told_what_to_write(tmp_path, url, said):
    assert said in refusal(url, tmp_path)
    assert list(tmp_path.iterdir()) == []


@settings(max_examples=40, deadline=None)
@given(st.text(st.characters(exclude_characters="/.", exclude_categories=[]), max_size=40))
def test_any_name_is_a_file_or_a_clear_line(tmp_path_factory, name):
    try:
        open_store(f"sqlite:///{name}", tmp_path_factory.getbasetemp() / "any").close()
    except StoreError as error:
        assert "\n" not in str(error).replace(name, "")


def test_missing_folders_are_made(tmp_path):
    open_store("sqlite:///a/b/c.db", tmp_path).close()
    assert (tmp_path / "a/b/c.db").is_file()


def test_a_folder_is_no_database(tmp_path):
    assert "it is a folder: name a database file in it" in refusal("sqlite:///.", tmp_path)
    assert "it is a folder" in refusal(f"sqlite:///{tmp_path}/", tmp_path)


def test_a_folder_that_cannot_be_made_is_told(tmp_path):
    (tmp_path / "file").write_text("here")
    assert "a.db: it cannot be made there: " in refusal("sqlite:///file/a.db", tmp_path)
    assert "it cannot be made there: No such file" in refusal("sqlite:////proc/nowhere/a.db", tmp_path)


def test_a_name_that_is_too_long_is_told(tmp_path):
    assert "File name too long" in refusal(f"sqlite:///{'x' * 300}.db", tmp_path)


@pytest.mark.parametrize(
    "junk", [b"flow: water-hotline\n", bytes(range(256)) * 40, b"SQLite format 3\0" + b"\xff" * 5000]
)
def test_a_file_that_is_no_database_is_left_as_it_is(tmp_path, junk):
    (tmp_path / "a.db").write_bytes(junk)
    assert "a.db: it is not an SQLite database" in refusal("sqlite:///a.db", tmp_path)
    assert (tmp_path / "a.db").read_bytes() == junk


AS_NOBODY = """
import os, sys
from pathlib import Path
from ivrkit.errors import StoreError
from ivrkit.store import open_store

if os.getuid() == 0:
    os.setuid(65534)
try:
    open_store("sqlite:///a.db", Path(sys.argv[1])).close()
except StoreError as error:
    print(error)
"""


def opened_as_nobody(folder: Path) -> str:
    return subprocess.run([sys.executable, "-c", AS_NOBODY, folder], capture_output=True, text=True, timeout=30).stdout


@pytest.fixture
def open_to_all() -> Iterator[Path]:
    """A folder outside pytest's own, which only its owner may enter."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        open_store("sqlite:///a.db", folder).close()
        folder.chmod(0o777)
        yield folder


def test_a_file_that_may_only_be_read_is_told(open_to_all):
    (open_to_all / "a.db").chmod(0o444)
    assert "a.db: it may only be read: check the owner and permissions" in opened_as_nobody(open_to_all)


def test_a_folder_that_may_not_be_written_is_told(open_to_all):
    (open_to_all / "a.db").chmod(0o666)
    open_to_all.chmod(0o555)
    assert "a.db: it may only be read: check the owner and permissions" in opened_as_nobody(open_to_all)


def test_the_database_of_another_program_is_left_as_it_is(tmp_path):
    run_sql(tmp_path / "a.db", "CREATE TABLE calls (number TEXT)")
    before = (tmp_path / "a.db").read_bytes()
    assert "it is the database of another program" in refusal("sqlite:///a.db", tmp_path)
    assert (tmp_path / "a.db").read_bytes() == before


def test_a_database_of_a_newer_ivrkit_is_left_alone(tmp_path):
    open_store("sqlite:///a.db", tmp_path).close()
    run_sql(tmp_path / "a.db", f"PRAGMA user_version = {len(MIGRATIONS) + 1}")
    assert f"version {len(MIGRATIONS) + 1}, this one knows {len(MIGRATIONS)}): update ivrkit" in refusal(
        "sqlite:///a.db", tmp_path
    )


def test_a_new_database_is_ours_versioned_and_in_wal_mode(tmp_path):
    open_store("sqlite:///a.db", tmp_path).close()
    pragmas = ("PRAGMA application_id", "PRAGMA user_version", "PRAGMA journal_mode")
    assert run_sql(tmp_path / "a.db", *pragmas) == [(APPLICATION_ID,), (len(MIGRATIONS),), ("wal",)]


def test_what_was_written_is_there_when_it_is_opened_again(tmp_path, make_call):
    with open_store("sqlite:///a.db", tmp_path) as store:
        write_demo_data(store)
        store.write_call(make_call())
    with open_store("sqlite:///a.db", tmp_path) as store:
        assert store.calls() == (make_call(),)
        assert store.account("12345674")


def test_money_is_never_a_floating_number_in_the_file(tmp_path):
    with open_store("sqlite:///a.db", tmp_path) as store:
        write_demo_data(store)
    types = "SELECT DISTINCT typeof(amount_cents), typeof(usage) FROM bills"
    prices = "SELECT DISTINCT typeof(price) FROM tariffs"
    assert run_sql(tmp_path / "a.db", types, prices) == [("integer", "text"), ("text",)]


def test_processes_that_start_together_make_it_once(tmp_path):
    faults: list[StoreError] = []

    def open_it() -> None:
        try:
            open_store("sqlite:///a.db", tmp_path).close()
        except StoreError as error:
            faults.append(error)

    threads = [threading.Thread(target=open_it) for _ in range(6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(20)
    assert faults == []
    assert run_sql(tmp_path / "a.db", "PRAGMA user_version") == [(len(MIGRATIONS),)]
