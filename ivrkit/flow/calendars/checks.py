"""What is wrong with calendars on a day: what was written for days that are over, and holidays nobody knows yet."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import date
from itertools import islice

from ivrkit.flow.calendars.reading import CalendarFile
from ivrkit.flow.diagnostic import MOST, Diagnostic, quoted
from ivrkit.flow.ignores import heed_ignores

Check = Callable[[CalendarFile, date], Iterator[Diagnostic]]
_LAST_MONTH = 12


def check_calendars(file: CalendarFile, today: date) -> list[Diagnostic]:
    """Everything that is wrong with a file on a day, in the order of its lines."""
    found = [*file.diagnostics, *(fault for check in CHECKS for fault in islice(check(file, today), MOST))]
    told = heed_ignores(found, [file.source], ["unknown-year"])
    return sorted(dict.fromkeys(told), key=lambda fault: (fault.line, fault.column))


def passed_dates(file: CalendarFile, today: date) -> Iterator[Diagnostic]:
    for name, calendar in file.calendars.items():
        if calendar.dates and all(own.last < today for own in calendar.dates):
            last = max(own.last for own in calendar.dates)
            message = f"all dates of calendar {quoted(name)} have passed, the last on {last}; write those that come"
            yield file.source.error(("calendars", name, "dates"), message, "passed-dates", key=True)


def unknown_year(file: CalendarFile, today: date) -> Iterator[Diagnostic]:
    """In December the next year matters too."""
    years = (today.year, today.year + 1) if today.month == _LAST_MONTH else (today.year,)
    for name, calendar in file.calendars.items():
        unknown = [year for year in years if calendar.holidays and not calendar.holidays.known(year)]
        if calendar.holidays and unknown:
            message = (
                f"the make-up workdays of {calendar.holidays.country} in {unknown[0]} are not known yet: "
                f"update with pip install -U holidays, or write them under dates:"
            )
            yield file.source.warning(("calendars", name, "holidays"), message, "unknown-year")


CHECKS: tuple[Check, ...] = (passed_dates, unknown_year)
