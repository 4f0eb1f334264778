"""Where calls and customers' records are kept: one class for each URL scheme, all with the same contract."""

from __future__ import annotations

from pathlib import Path

from ivrkit.errors import StoreError
from ivrkit.prompts.problems import did_you_mean
from ivrkit.store.contract import Store
from ivrkit.store.demo import write_demo_data
from ivrkit.store.memory import MemoryStore
from ivrkit.store.sqlite import SqliteStore

__all__ = ["STORES", "MemoryStore", "SqliteStore", "Store", "open_store", "write_demo_data"]

STORES: dict[str, type[Store]] = {"memory": MemoryStore, "sqlite": SqliteStore}
"URL scheme → store."


def open_store(url: str, folder: Path = Path()) -> Store:
    """The store that `url` names: `memory:`, `sqlite:///ivrkit.db` in `folder`, `sqlite:////var/lib/ivrkit.db`.

    StoreError says in one line why it cannot be opened. Close it, or leave its `with` block, when done.
    """
    scheme, colon, rest = url.partition(":")
    if not colon:
        raise StoreError(f'"{url}" is no store: write sqlite:///ivrkit.db or memory:')
    if scheme not in STORES:
        raise StoreError(f'there is no store "{scheme}"{did_you_mean(scheme, STORES)}; there are {", ".join(STORES)}')
    return STORES[scheme].from_url(rest, folder)
