"""`# ivrkit: ignore[rule] because …`: what an author knows and wants so, and is not warned of any more."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass

from ivrkit.flow.diagnostic import Diagnostic, quoted
from ivrkit.flow.source import Source
from ivrkit.prompts.problems import did_you_mean

BAD, UNNEEDED = "bad-ignore", "unneeded-ignore"

_FORM = re.compile(r"#\s*ivrkit\s*:\s*ignore\s*\[\s*([^\[\],，]+?)\s*\]\s*(.*)")
_REASON = re.compile(r"because\b[\s:：]*\w")

_Place = tuple[str, int, str]
"File, line from 1, and rule."


@dataclass(frozen=True, slots=True)
class _Ignore:
    """One such comment."""

    source: Source
    line: int
    "Of the comment, from 0."
    column: int
    "Where its rule begins, from 0."
    rule: str
    meant: int
    "The line that it is about, from 0."

    def note(self, message: str, check: str) -> Diagnostic:
        return self.source.note(self.line, self.column, len(self.rule), message, check)

    @property
    def place(self) -> _Place:
        return self.source.path, self.meant + 1, self.rule


def heed_ignores(
    found: Collection[Diagnostic], sources: Iterable[Source], rules: Collection[str]
) -> Iterator[Diagnostic]:
    """What is left of `found`, and what is wrong with the comments. `rules` are the warnings that there are."""
    ignores: list[_Ignore] = []
    for source in sources:
        for line, column in source.instructions.items():
            read = _read(source, line, column)
            if isinstance(read, Diagnostic):
                yield read
            else:
                ignores.append(read)
    wanted = {ignore.place for ignore in ignores}
    yield from (one for one in found if one.severity == "error" or _place(one) not in wanted)
    yield from _useless(ignores, found, rules)


def _place(found: Diagnostic) -> _Place:
    return found.path, found.line, found.check


def _read(source: Source, line: int, column: int) -> _Ignore | Diagnostic:
    text = source.lines[line]
    form = _FORM.match(text, column)
    if not form:
        message = "write one rule and its reason like this: # ivrkit: ignore[many-options] because callers know it"
        return source.note(line, column, len(text.rstrip()) - column, message, BAD)
    if not _REASON.match(form[2]):
        message = f"say why nothing is said of it: # ivrkit: ignore[{form[1]}] because …"
        return source.note(line, column, len(text.rstrip()) - column, message, BAD)
    alone = not text[:column].strip()
    return _Ignore(source, line, form.start(1), form[1], _line_below(source, line) if alone else line)


def _line_below(source: Source, line: int) -> int:
    """The next line that is not empty and no comment."""
    below = (number for number in range(line + 1, len(source.lines)) if source.lines[number].strip())
    return next((number for number in below if not source.lines[number].lstrip().startswith("#")), line)


def _useless(ignores: Iterable[_Ignore], found: Collection[Diagnostic], rules: Collection[str]) -> Iterator[Diagnostic]:
    """Why comments silence nothing. While there are errors, warnings that they are about may still be to come."""
    severities = {_place(one): one.severity for one in found}
    whole = "error" not in severities.values()
    for ignore in ignores:
        if severities.get(ignore.place) == "error":
            yield ignore.note(f"{quoted(ignore.rule)} is an error: it cannot be ignored, only mended", BAD)
        elif ignore.rule not in rules and ignore.place not in severities:
            near = did_you_mean(ignore.rule, rules) or "; only warnings can be ignored"
            yield ignore.note(f"no warning is called {quoted(ignore.rule)}{near}", BAD)
        elif ignore.place not in severities and whole:
            message = f"{quoted(ignore.rule)} finds nothing in line {ignore.meant + 1}; take this comment away"
            yield ignore.note(message, UNNEEDED)
