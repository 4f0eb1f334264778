"""Days, hours and dates as authors write them. A ValueError is what the author reads: it says what to write instead."""

from __future__ import annotations

import re
from datetime import date
from itertools import pairwise
from unicodedata import normalize

from ivrkit.calendars import Span
from ivrkit.calendars.spans import DAY
from ivrkit.flow.diagnostic import quoted
from ivrkit.prompts.problems import did_you_mean

_NAMES = {
    "{}": ("mon", "tue", "wed", "thu", "fri", "sat", "sun"),
    "{}day": ("mon", "tues", "wednes", "thurs", "fri", "satur", "sun"),
    "周{}": ("一", "二", "三", "四", "五", "六", "日"),
    "星期{}": ("一", "二", "三", "四", "五", "六", "日"),
}
_DAYS = {form.format(name): day for form, names in _NAMES.items() for day, name in enumerate(names)}
_EVERY_DAY = ("daily", "每天")
_MEANT = {
    **dict.fromkeys(("weekend", "weekends", "周末"), "sat-sun"),
    **dict.fromkeys(("weekday", "weekdays", "workday", "workdays", "工作日"), "mon-fri"),
}
_WHOLE: dict[str, tuple[Span, ...]] = {"24h": (Span(0, DAY),), "closed": ()}

# What stands between a beginning and an end, or between two entries, whatever keyboard it comes from.
_TO = re.compile(r"\s*(?:[-‐-―−~〜]|至|到)\s*")
_AND = re.compile(r"\s*[,、;]\s*")
_HOURS = re.compile(r"(\d{1,2}):(\d{2})-(\d{1,2}):(\d{2})")
_DATE = re.compile(r"(\d{4})-(\d{2})-(\d{2})")
_ANY_DATE = re.compile(r"(\d{4})\s*[-‐-―−/.年]\s*(\d{1,2})\s*[-‐-―−/.月]\s*(\d{1,2})日?")


def read_days(text: str) -> tuple[int, ...]:
    """`mon-fri`, `sat`, `sat, sun`, `fri-mon`, `daily`, 周一至周五: days from 0, Monday, on."""
    plain = normalize("NFKC", text).strip().lower()
    if plain in _EVERY_DAY:
        return tuple(range(7))
    return tuple(day for part in _AND.split(plain) for day in _days(part, text))


def _days(part: str, text: str) -> list[int]:
    ends = _TO.split(part)
    for end in ends:
        if end not in _DAYS or len(ends) > 2:
            raise ValueError(f"{quoted(text)} is no day of the week{_day_meant(end)}")
    first, last = _DAYS[ends[0]], _DAYS[ends[-1]]
    return [day % 7 for day in range(first, last + (1 if last >= first else 8))]


def _day_meant(word: str) -> str:
    if word in _MEANT:
        return f"; write {_MEANT[word]}"
    if not word.isascii():
        return "; write 周一, 周一至周五 or 每天"
    near = "" if word in _DAYS else did_you_mean(word, (*_DAYS, *_EVERY_DAY))
    return near or "; write mon, mon-fri or daily"


def read_hours(text: str) -> tuple[Span, ...]:
    """`08:30-17:30`, `08:30-12:00, 13:30-17:30`, over midnight `22:00-06:00`, `24h`, `closed`."""
    if (whole := _WHOLE.get(text.strip().lower())) is not None:
        return whole
    plain = _AND.sub(", ", _TO.sub("-", normalize("NFKC", text).strip()))
    spans = tuple(_span(part, text) for part in plain.split(", "))
    if re.sub(r"\s", "", text) != plain.replace(" ", ""):
        raise ValueError(f"{quoted(text)} has signs of another keyboard in it; write {plain}")
    for before, span in pairwise(spans):
        if span.start < before.start:
            raise ValueError(f"{span} stands behind {before}; write the hours in their order")
    return spans


def _span(part: str, text: str) -> Span:
    found = _HOURS.fullmatch(part)
    if not found:
        raise ValueError(f"{quoted(text)} are no hours; write 08:30-17:30, or 24h for the whole day")
    start, end = _minute(found[1], found[2]), _minute(found[3], found[4])
    if start == DAY:
        raise ValueError(f"no day begins at 24:00; write 00:00 in {quoted(part)}")
    if start == end:
        raise ValueError(f"{quoted(part)} ends when it begins; write 24h for the whole day")
    return Span(start, end if end > start else end + DAY)


def _minute(hour: str, minute: str) -> int:
    at = int(hour) * 60 + int(minute)
    if int(minute) > 59 or at > DAY:
        raise ValueError(f"{hour}:{minute} is no time of day; they go from 00:00 to 24:00")
    return at


def read_dates(text: str) -> tuple[date, date]:
    """`2026-12-31`, or both ends of `2027-02-17..2027-02-23`."""
    first, *rest = re.split(r"\s*\.\.\s*", text.strip())
    if len(rest) > 1 or not all(map(_DATE.fullmatch, (first, *rest))):
        raise ValueError(_no_date(text))
    begins, ends = _date(first), _date(rest[0] if rest else first)
    if ends < begins:
        raise ValueError(f"{begins}..{ends} ends before it begins; write {ends}..{begins}")
    return begins, ends


def _no_date(text: str) -> str:
    """What is wrong with a date; the one that is meant, where it can be seen."""
    meant = [
        "-".join((year, month.zfill(2), day.zfill(2)))
        for year, month, day in _ANY_DATE.findall(normalize("NFKC", text))
    ]
    example = "..".join(meant) if len(meant) in (1, 2) else "2026-12-31, or 2027-02-17..2027-02-23"
    return f"{quoted(text)} is no date; write {example}"


def _date(text: str) -> date:
    try:
        return date.fromisoformat(text)
    except ValueError:
        raise ValueError(f"there is no {text} in any calendar; write a day that exists") from None
