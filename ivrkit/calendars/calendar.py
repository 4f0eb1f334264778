"""A calendar: what it says at a moment, and why.

Emergency, holiday, open, the first that holds, else closed. A holiday and a date of the calendar's own count from
midnight to midnight: the hours of the day before do not reach into them.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from typing import Literal
from zoneinfo import ZoneInfo

from ivrkit.calendars.public import PublicHolidays
from ivrkit.calendars.spans import DAY, Span, written
from ivrkit.events import CalendarState

WEEKDAYS = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")
_WORKING = 5

Meaning = Literal["closed", "holiday", "workday"] | tuple[Span, ...]
Hours = tuple[Span, ...]
_YESTERDAY = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class OwnDate:
    """Days, both ends among them, that are not as the week and the country say."""

    first: date
    last: date
    means: Meaning


@dataclass(frozen=True, slots=True)
class Reading:
    """What a calendar says at a moment."""

    state: CalendarState
    why: str
    "In words: `Monday, 08:30-17:30`, `春节`."


@dataclass(frozen=True, slots=True)
class _Day:
    hours: Hours
    name: str
    holiday: bool = False
    own: bool = False


@dataclass(frozen=True, slots=True)
class Calendar:
    """The hours of one place."""

    timezone: ZoneInfo
    week: Mapping[int, Hours]
    "0 is Monday; a day that is not there is closed."
    holidays: PublicHolidays | None = None
    dates: tuple[OwnDate, ...] = field(default=())
    "They win over the week and the holidays."

    def state(self, at: datetime, emergency: bool = False) -> CalendarState:
        """What it says at a moment, which has a zone."""
        return self.read(at, emergency).state

    def read(self, at: datetime, emergency: bool = False) -> Reading:
        """The same, with the reason."""
        local = at.astimezone(self.timezone)
        minute, today = local.hour * 60 + local.minute, self._day(local.date())
        if emergency:
            return Reading("emergency", "the emergency switch is on")
        if today.holiday:
            return Reading("holiday", today.name)
        if found := _open(minute, today.hours):
            return Reading("open", f"{today.name}, {found}")
        before = self._day(local.date() - _YESTERDAY)
        if not today.own and not before.holiday and (found := _open(minute + DAY, before.hours)):
            return Reading("open", f"{before.name}, {found}")
        return Reading("closed", f"{today.name}, {written(today.hours) or 'closed'}")

    @property
    def workday(self) -> Hours:
        """The hours that most days of Monday to Friday have; of two that as many have, those of the earlier day."""
        common = Counter(self.week[day] for day in range(_WORKING) if self.week.get(day))
        return common.most_common(1)[0][0] if common else ()

    def _day(self, day: date) -> _Day:
        if own := next((own for own in self.dates if own.first <= day <= own.last), None):
            return self._own_day(day, own.means)
        usual, name = self.week.get(day.weekday(), ()), WEEKDAYS[day.weekday()]
        if self.holidays and (holiday := self.holidays.name(day)):
            return _Day((), holiday, holiday=True)
        if self.holidays and self.holidays.is_makeup_workday(day):
            return _Day(self.workday or usual, f"{name}, a make-up workday")
        return _Day(usual, name)

    def _own_day(self, day: date, means: Meaning) -> _Day:
        name = f"{day} in dates:"
        if means == "holiday":
            # Of a range that only lengthens a public holiday, its name says more.
            public = self.holidays.name(day) if self.holidays else ""
            return _Day((), public or f"{name} holiday", holiday=True, own=True)
        if isinstance(means, tuple):
            return _Day(means, name.removesuffix(":"), own=True)
        return _Day(self.workday if means == "workday" else (), name.removesuffix(":"), own=True)


def _open(minute: int, hours: Hours) -> Span | None:
    return next((span for span in hours if minute in span), None)
