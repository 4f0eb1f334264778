"""Public holidays and make-up workdays of a country, as the `holidays` package knows them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from functools import cache

import holidays
from holidays.registry import COUNTRIES

_STALE = 2
"""Years behind the last exchange of workdays that is known in which another is waited for. Countries that have given
up such exchanges are past it."""


@dataclass(frozen=True, slots=True)
class PublicHolidays:
    """Those of one country, or of a part of it. Years that the package does not reach have none."""

    country: str
    "Two letters: `CN`."
    subdivision: str | None = None
    "As the package calls it: `BY` of `DE`."

    def name(self, day: date) -> str:
        """What the holiday is called where it is kept, 春节; empty on other days."""
        return _table(self.country, self.subdivision).get(day) or ""

    def is_makeup_workday(self, day: date) -> bool:
        """Whether people work on this day of a weekend, for a day off elsewhere (调休)."""
        table = _table(self.country, self.subdivision)
        # Looking a day up makes the package work out its year.
        return day not in table and day in table.weekend_workdays

    def known(self, year: int) -> bool:
        """Whether that year's exchanges of workdays are known: China's are decreed at the end of the year before."""
        exchanges = getattr(_table(self.country, self.subdivision), "special_public_holidays", {})
        last = max(exchanges, default=year)
        return not (self._exchanges and last < year <= last + _STALE)

    @property
    def _exchanges(self) -> bool:
        return _table(self.country, self.subdivision).has_substituted_holidays


@cache
def countries() -> Mapping[str, tuple[str, ...]]:
    """Two letters to the names that authors may write instead: china, CHN."""
    return {code: (name.replace("_", " "), *others) for name, (_, code, *others) in COUNTRIES.items()}


def subdivisions(country: str) -> tuple[str, ...]:
    """The parts of a country that have holidays of their own."""
    return tuple(_table(country, None).subdivisions)


@cache
def _table(country: str, subdivision: str | None) -> holidays.HolidayBase:
    # Names in the country's own language, not in that of the machine.
    language = holidays.country_holidays(country).default_language
    return holidays.country_holidays(country, subdiv=subdivision, language=language)
