"""Moments as a person types them: `18:00`, `2026-11-23T18:00`, and as they are shown to one."""

from __future__ import annotations

import re
from collections.abc import Iterable
from datetime import datetime, time, tzinfo

from ivrkit.calendars import Calendar
from ivrkit.errors import ConfigError
from ivrkit.flow.diagnostic import quoted

_YEARS = range(1970, 2200)
"In which every zone and every holiday can be worked out."
_CLOCK = re.compile(r"(\d{1,2}):(\d{2})")


def read_moment(text: str, zone: tzinfo, today: datetime | None = None) -> datetime:
    """`2026-11-23T18:00`, in `zone` where it names none; with `today`, `18:00` of that day too. ConfigError else."""
    clock = _CLOCK.fullmatch(text)
    example = "2026-11-23T18:00, or 18:00" if today else "2026-11-23T18:00"
    try:
        if clock and today:
            at = datetime.combine(today.astimezone(zone), time(int(clock[1]), int(clock[2])))
        else:
            at = datetime.fromisoformat(text)
        if at.year not in _YEARS or (not clock and not re.search(r"\d[T ]\d", text)):
            raise ValueError
    except ValueError:
        raise ConfigError(f"{quoted(text)} is no time; write {example}") from None
    return at if at.tzinfo else at.replace(tzinfo=zone)


def zone_of(calendars: Iterable[Calendar]) -> tzinfo:
    """The time zone of calendars that have the same; that of this machine when they differ."""
    zones = {calendar.timezone.key: calendar.timezone for calendar in calendars}
    here = datetime.now().astimezone().tzinfo
    assert here is not None
    return next(iter(zones.values())) if len(zones) == 1 else here


def shown_moment(at: datetime, zone: tzinfo) -> str:
    return f"{at.astimezone(zone):%Y-%m-%d %H:%M}"
