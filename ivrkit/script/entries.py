"""The keys that an Ask takes, and what they amount to."""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum
from typing import Protocol


class Verdict(Enum):
    """What the keys of an entry amount to so far."""

    MORE = "more keys are needed"
    ENOUGH = "complete, and more may follow"
    DONE = "complete"
    WRONG = "it can become nothing"


class Entry(Protocol):
    """The keys that an Ask takes."""

    def judge(self, keys: str) -> Verdict:
        """What the raw keys, as pressed, amount to."""

    def value(self, keys: str) -> str:
        """The entry without the keys that only end or clear it."""

    @property
    def trailing(self) -> str:
        """A key that belongs to an entry even when it comes after the last digit; empty for none."""


@dataclass(frozen=True, slots=True)
class Choices:
    """One key, or several, of a menu."""

    keys: frozenset[str]
    trailing: str = ""

    def judge(self, keys: str) -> Verdict:
        longer = any(key != keys and key.startswith(keys) for key in self.keys)
        if keys in self.keys:
            return Verdict.ENOUGH if longer else Verdict.DONE
        return Verdict.MORE if longer else Verdict.WRONG

    def value(self, keys: str) -> str:
        return keys


@dataclass(frozen=True, slots=True)
class Digits:
    """A number of digits. `*` clears what was entered, `end_key` ends it and is never part of it."""

    least: int
    most: int
    end_key: str

    @property
    def trailing(self) -> str:
        return self.end_key

    def judge(self, keys: str) -> Verdict:
        entered = self._entered(keys)
        if self.end_key and entered.endswith(self.end_key):
            return Verdict.DONE if self.least < len(entered) or len(entered) == 1 else Verdict.WRONG
        if not entered.isdigit() and entered:
            return Verdict.WRONG
        if len(entered) == self.most:
            return Verdict.DONE
        return Verdict.ENOUGH if len(entered) >= max(self.least, 1) else Verdict.MORE

    def value(self, keys: str) -> str:
        return self._entered(keys).removesuffix(self.end_key)

    def _entered(self, keys: str) -> str:
        return keys if self.end_key == "*" else keys.rpartition("*")[2]
