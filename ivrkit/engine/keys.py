"""The keys a caller has pressed that no question has taken yet."""

from __future__ import annotations

from collections import deque

MOST_WAITING = 30
"Keys kept for the questions that follow; the newest beyond them are dropped."

TELEPHONE = "1234567890*#"


class TypeAhead:
    """Keys in the order they were pressed.

    A full-length entry needs no end key, but callers press one: right behind the entry it belongs to it, is dropped,
    and does not stop the prompt that has begun meanwhile.
    """

    def __init__(self) -> None:
        self._waiting: deque[str] = deque()
        self._trailing, self._until = "", 0.0

    def press(self, key: str, at: float) -> None:
        """Keep a key; A to D, which no telephone has, are ignored."""
        belongs_to_entry = key == self._trailing and at <= self._until
        self._trailing = ""
        if not belongs_to_entry and len(key) == 1 and key in TELEPHONE and len(self._waiting) < MOST_WAITING:
            self._waiting.append(key)

    def interrupting(self, at: float) -> str:
        """The keys that may stop a prompt which begins now."""
        return TELEPHONE.replace(self._trailing, "") if self._trailing and at <= self._until else TELEPHONE

    def take(self) -> str:
        return self._waiting.popleft()

    def forget(self) -> None:
        self._waiting.clear()

    def drop_trailing(self, key: str, until: float) -> None:
        """Drop `key` when it is the next one and comes before `until`."""
        if self._waiting and self._waiting[0] == key:
            self._waiting.popleft()
        elif not self._waiting:
            self._trailing, self._until = key, until

    def __len__(self) -> int:
        return len(self._waiting)
