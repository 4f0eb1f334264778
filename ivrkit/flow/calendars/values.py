"""Time zones, countries and what a day can be. A ValueError is what the author reads."""

from __future__ import annotations

from functools import cache
from zoneinfo import ZoneInfo, available_timezones

from ivrkit.calendars import PublicHolidays
from ivrkit.calendars.calendar import Meaning
from ivrkit.calendars.public import countries, subdivisions
from ivrkit.flow.calendars.words import read_hours
from ivrkit.flow.diagnostic import listed, quoted
from ivrkit.prompts.problems import did_you_mean, nearest

_MEANINGS: dict[str, Meaning] = {"closed": "closed", "holiday": "holiday", "workday": "workday"}
_NICKNAMES = dict.fromkeys(("beijing", "asia/beijing", "北京", "上海", "gmt+8", "utc+8", "cst"), "Asia/Shanghai")
"What authors write for a zone that has another name."
_CHINA = ("中国", "中华人民共和国")
_MOST_PARTS = 12


def read_zone(text: str) -> ZoneInfo:
    """`Asia/Shanghai`. ValueError with the nearest name."""
    if text in zones():
        return ZoneInfo(text)
    known = _NICKNAMES.get(text.strip().lower())
    near = f'; did you mean "{known}"?' if known else did_you_mean(text, zones()) or "; write Asia/Shanghai"
    raise ValueError(f"there is no time zone {quoted(text)}{near}")


@cache
def zones() -> frozenset[str]:
    """The names of all time zones."""
    return frozenset(available_timezones())


def read_country(text: str) -> PublicHolidays:
    """`CN`, or with a part of the country `DE-BY`. ValueError with the nearest name."""
    country, _, part = text.strip().partition("-")
    if country not in countries():
        code = _country_meant(country)
        near = f'; did you mean "{code}"?' if code else "; write the two letters of a country, such as CN"
        raise ValueError(f"there are no holidays of {quoted(country)}{near}")
    parts = subdivisions(country)
    if part and part not in parts:
        near = did_you_mean(part, parts) or (f"; there are {listed(parts[:_MOST_PARTS])}" if parts else "")
        raise ValueError(f"{country} has no part {quoted(part)} with holidays of its own{near}")
    return PublicHolidays(country, part or None)


def _country_meant(text: str) -> str:
    """The letters of a country by its name, or by one near it."""
    codes = {name.lower(): code for code, names in countries().items() for name in (*names, code)}
    codes |= dict.fromkeys(_CHINA, "CN")
    plain = text.strip().lower()
    return codes.get(plain) or codes.get(nearest(plain, codes), "")


def read_meaning(text: str) -> Meaning:
    """`closed`, `holiday`, `workday`, or the hours of that day."""
    if text in _MEANINGS:
        return _MEANINGS[text]
    if any(char.isdigit() for char in text):
        return read_hours(text)
    near = did_you_mean(text, _MEANINGS) or f"; write {listed(_MEANINGS, 'or')}, or hours such as 09:00-12:00"
    raise ValueError(f"{quoted(text)} says nothing about a day{near}")
