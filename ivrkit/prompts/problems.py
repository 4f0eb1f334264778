"""What authors get wrong in prompts, as values: `flow` finds the place of each and shows it with a caret."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from difflib import get_close_matches

Path = tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Fault:
    """One mistake in one text."""

    message: str
    check: str
    "Name of the check, such as `digits-in-text`."


@dataclass(frozen=True, slots=True)
class Problem:
    """One mistake and the keys that lead to it in its file: `("bill.due", "en")`."""

    path: Path
    message: str
    check: str


def nearest(name: str, names: Iterable[str]) -> str:
    """The one of `names` that was probably meant; empty when none is near."""
    # One wrong character of two is a half: much in Chinese, where names are that short.
    cutoff = 0.6 if name.isascii() else 0.5
    return next(iter(get_close_matches(name, sorted(names), n=1, cutoff=cutoff)), "")


def did_you_mean(name: str, names: Iterable[str]) -> str:
    """`; did you mean "money"?`, or nothing when no name is near."""
    near = nearest(name, names)
    return f'; did you mean "{near}"?' if near else ""
