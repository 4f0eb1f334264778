"""A source to calendars: every value read, all mistakes at once, each at its place."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from functools import partial
from pathlib import Path as File
from typing import Any, TypeVar

from ivrkit.calendars import Calendar, OwnDate, Span
from ivrkit.calendars.calendar import WEEKDAYS
from ivrkit.calendars.spans import DAY, overlap
from ivrkit.errors import FlowError
from ivrkit.flow.calendars.values import read_country, read_meaning, read_zone
from ivrkit.flow.calendars.words import read_dates, read_days, read_hours
from ivrkit.flow.diagnostic import MOST, Diagnostic, listed, quoted
from ivrkit.flow.head import NAME, NAME_RULE
from ivrkit.flow.source import Source, load_source
from ivrkit.flow.tree import Path
from ivrkit.prompts.problems import did_you_mean

CALENDARS = "calendars.yaml"
"What the file is called, beside the flows."
LONGEST_NAME = 60
EXAMPLE = "office: {timezone: Asia/Shanghai, open: {mon-fri: 08:30-17:30}}"
NOTHING = f"there is nothing in this file; it begins with the line calendars: and below it {EXAMPLE}"
FIELDS = ("timezone", "open", "holidays", "dates")

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class CalendarFile:
    """What a calendars.yaml holds."""

    source: Source
    calendars: Mapping[str, Calendar] = field(default_factory=dict)
    "Those without a mistake."
    diagnostics: tuple[Diagnostic, ...] = ()

    @property
    def names(self) -> frozenset[str] | None:
        """All, also those with mistakes; None when nobody can know, for the file cannot be read."""
        written = self.source.tree.get("calendars")
        if isinstance(written, Mapping):
            return frozenset(written)
        return None if self.diagnostics else frozenset()


def joined(files: Iterable[CalendarFile]) -> dict[str, Calendar]:
    """The calendars of several files, which are known by their names alone; FlowError has every mistake."""
    found: dict[str, Calendar] = {}
    faults: list[Diagnostic] = []
    for file in files:
        faults += [fault for fault in file.diagnostics if fault.severity == "error"]
        for name in file.calendars.keys() & found.keys():
            message = f"there is a calendar {quoted(name)} in another folder of this project too; rename one"
            faults.append(file.source.error(("calendars", name), message, "duplicate-key", key=True))
        found |= file.calendars
    if faults:
        raise FlowError(faults)
    return found


def _clash(calendar: Calendar, day: int) -> str:
    """How the night of a day reaches into the hours of the next one."""
    tomorrow = (day + 1) % 7
    for night in calendar.week[day]:
        for morning in calendar.week.get(tomorrow, ()):
            if night.end > morning.start + DAY:
                return f"{night} of {WEEKDAYS[day]} overlaps {morning} of {WEEKDAYS[tomorrow]}; end it before that"
    return ""


def load_calendars(path: str | File) -> CalendarFile:
    """The calendars in a file; none, and no mistake, where there is no such file."""
    return read_calendars(load_source(path)) if File(path).exists() else CalendarFile(Source(str(path)))


def read_calendars(source: Source) -> CalendarFile:
    """The calendars in `source`, and what is wrong whatever the date is."""
    reader = _Reader(source)
    calendars = dict(reader.read()) if source.tree else {}
    faults = [replace(fault, message=NOTHING) if fault.check == "empty" else fault for fault in source.faults]
    misread = {fault.line for fault in faults}
    faults += [fault for fault in reader.faults if fault.line not in misread]
    return CalendarFile(source, calendars, tuple(faults[:MOST]))


class _Reader:
    """Reads one file and keeps what is wrong."""

    def __init__(self, source: Source) -> None:
        self._source = source
        self.faults: list[Diagnostic] = []

    def read(self) -> Iterator[tuple[str, Calendar]]:
        for name in self._source.tree:
            if name != "calendars":
                near = did_you_mean(name, ("calendars",)) or "; everything here stands below calendars:"
                self._wrong((name,), f"{quoted(name)} cannot stand here{near}", "unknown-field", key=True)
        for name, raw in self._pairs(("calendars",), EXAMPLE, optional=bool(self.faults)):
            if len(self.faults) >= MOST:
                return
            if calendar := self._calendar(name, raw):
                yield name, calendar

    def _calendar(self, name: str, raw: Any) -> Calendar | None:
        place, before = ("calendars", name), len(self.faults)
        if not NAME.fullmatch(name) or len(name) > LONGEST_NAME:
            self._wrong(place, f"{quoted(name)} cannot name a calendar; {NAME_RULE}", "bad-name", key=True)
        for part, _ in self._pairs(place, "timezone: Asia/Shanghai"):
            if part not in FIELDS:
                near = did_you_mean(part, FIELDS) or f"; there are {listed(FIELDS)}"
                message = f"a calendar has no field {quoted(part)}{near}"
                self._wrong((*place, part), message, "unknown-field", key=True)
        if not isinstance(raw, Mapping):
            return None
        calendar = self._read(place, raw)
        if calendar and before == len(self.faults):
            self._look_at_hours(place, calendar)
        return calendar if before == len(self.faults) else None

    def _read(self, place: Path, raw: Mapping[str, Any]) -> Calendar | None:
        if "timezone" not in raw:
            message = f'calendar {quoted(place[-1])} needs "timezone:", such as Asia/Shanghai'
            self._wrong(place, message, "missing-field", key=True)
        zone = self._value((*place, "timezone"), read_zone) if "timezone" in raw else None
        country = self._value((*place, "holidays"), read_country) if "holidays" in raw else None
        week, dates = dict(self._week((*place, "open"))), tuple(self._dates((*place, "dates")))
        return Calendar(zone, week, country, dates) if zone else None

    def _week(self, place: Path) -> Iterator[tuple[int, tuple[Span, ...]]]:
        seen: dict[int, str] = {}
        for words, _ in self._pairs(place, "mon-fri: 08:30-17:30", optional=True):
            path = (*place, words)
            days, hours = self._name(path, read_days) or (), self._value(path, read_hours)
            self._look_for_overlap(path, hours)
            if twice := sorted({day for day in days if day in seen}):
                message = f"{WEEKDAYS[twice[0]]} stands in {quoted(seen[twice[0]])} already; write each day once"
                self._wrong(path, message, "overlapping-hours", key=True)
            seen |= dict.fromkeys(days, words)
            yield from ((day, hours) for day in days if hours)

    def _dates(self, place: Path) -> Iterator[OwnDate]:
        found: list[tuple[OwnDate, str]] = []
        for words, _ in self._pairs(place, '"2026-12-31": closed', optional=True):
            path = (*place, words)
            days, means = self._name(path, read_dates), self._value(path, read_meaning)
            self._look_for_overlap(path, means)
            if days and means is not None:
                found.append((OwnDate(*days, means), words))
        last: tuple[OwnDate, str] | None = None
        for own, words in sorted(found, key=lambda one: (one[0].first, one[0].last)):
            if last and own.first <= last[0].last:
                message = f"{own.first} stands in {quoted(last[1])} already; write each day once"
                self._wrong((*place, words), message, "overlapping-hours", key=True)
            if not last or own.last > last[0].last:
                last = own, words
            yield own

    def _look_at_hours(self, place: Path, calendar: Calendar) -> None:
        """What is wrong with hours that can be read, each by itself."""
        if clash := next(filter(None, map(partial(_clash, calendar), calendar.week)), ""):
            self._wrong((*place, "open"), clash, "overlapping-hours", key=True)
        if not any(calendar.week.values()) and not any(isinstance(own.means, tuple) for own in calendar.dates):
            message = f'calendar {quoted(place[-1])} is never open; add hours, such as open: {{mon-fri: "08:30-17:30"}}'
            self._wrong((*place, "open"), message, "never-open", key=True)

    def _look_for_overlap(self, path: Path, hours: Any) -> None:
        if isinstance(hours, tuple) and (found := overlap(hours)):
            message = f"{found[0]} and {found[1]} overlap; let the one begin where the other ends"
            self._wrong(path, message, "overlapping-hours")

    # --- values ---

    def _pairs(self, place: Path, example: str, optional: bool = False) -> list[tuple[str, Any]]:
        try:
            value = self._source.value(place)
        except KeyError:
            if not optional:
                self._wrong(place, f"write {place[-1]}: here, and below it {example}", "missing-field")
            return []
        if isinstance(value, Mapping) and value:
            return list(value.items())
        self._wrong(place, f"write names and values here, such as {example}", "wrong-value", key=True)
        return []

    def _name(self, path: Path, read: Callable[[str], T]) -> T | None:
        return self._try(path, str(path[-1]), read, key=True)

    def _value(self, path: Path, read: Callable[[str], T]) -> T | None:
        value = self._source.value(path)
        if not isinstance(value, str):
            self._wrong(path, "write one text here, not a list and not lines of their own", "wrong-value")
            return None
        return self._try(path, value, read)

    def _try(self, path: Path, text: str, read: Callable[[str], T], *, key: bool = False) -> T | None:
        try:
            return read(text)
        except ValueError as error:
            self._wrong(path, str(error), "wrong-value", key=key)
            return None

    def _wrong(self, path: Path, message: str, check: str, *, key: bool = False) -> None:
        self.faults.append(self._source.error(path, message, check, key=key))
