"""What authors get wrong in prompts, as values: `flow` finds the place of each and shows it with a caret."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from rapidfuzz import fuzz, process

Path = tuple[str, ...]

_LONGEST_GUESSED = 100
"Characters of a name for which a near one is looked for: beyond, nobody mistypes a name, and it takes long."


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
    least = 60 if name.isascii() else 50
    known = () if len(name) > _LONGEST_GUESSED else (one for one in names if len(one) <= _LONGEST_GUESSED)
    found = process.extract(name, list(known), scorer=fuzz.ratio, score_cutoff=least, limit=None)
    return min(((-score, near) for near, score, _ in found), default=(0, ""))[1]


def did_you_mean(name: str, names: Iterable[str]) -> str:
    """`; did you mean "money"?`, or nothing when no name is near."""
    near = nearest(name, names)
    return f'; did you mean "{near}"?' if near else ""
