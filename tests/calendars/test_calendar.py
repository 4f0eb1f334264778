"""What a calendar says, at moments that matter: real holidays, make-up workdays, nights, clocks that are set."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ivrkit.calendars import Calendar, OwnDate, PublicHolidays, Span
from ivrkit.calendars.spans import DAY
from ivrkit.flow import parse_source
from ivrkit.flow.calendars import read_calendars

SHANGHAI, BERLIN = ZoneInfo("Asia/Shanghai"), ZoneInfo("Europe/Berlin")


def calendar(text: str) -> Calendar:
    """A calendar as an author writes it in one line."""
    file = read_calendars(parse_source("calendars.yaml", f"calendars:\n  office: {text}".encode()))
    assert not file.diagnostics, "\n".join(map(str, file.diagnostics))
    return file.calendars["office"]


OFFICE = calendar(
    '{timezone: Asia/Shanghai, open: {mon-fri: "08:30-17:30", sat: "09:00-12:00"}, holidays: CN,'
    ' dates: {"2026-12-31": closed, "2027-02-17..2027-02-23": holiday, "2026-11-29": "09:00-10:00",'
    ' "2027-02-13": workday}}'
)


@pytest.mark.parametrize(
    ("at", "state", "why"),
    [
        ("2026-11-23T08:29:59", "closed", "Monday, 08:30-17:30"),
        ("2026-11-23T08:30", "open", "Monday, 08:30-17:30"),
        ("2026-11-23T17:29:59", "open", "Monday, 08:30-17:30"),
        ("2026-11-23T17:30", "closed", "Monday, 08:30-17:30"),
        ("2026-11-28T11:00", "open", "Saturday, 09:00-12:00"),
        ("2026-11-22T11:00", "closed", "Sunday, closed"),
        # The State Council's notice for 2026: 春节 15 to 23 February, worked for on 14 and 28 February.
        ("2026-02-14T15:00", "open", "Saturday, a make-up workday, 08:30-17:30"),
        ("2026-02-16T10:00", "holiday", "农历除夕"),
        ("2026-02-17T10:00", "holiday", "春节"),
        ("2026-02-20T10:00", "holiday", "休息日（由 2026-02-14 调休）"),
        ("2026-02-23T10:00", "holiday", "休息日（由 2026-02-28 调休）"),
        ("2026-02-24T10:00", "open", "Tuesday, 08:30-17:30"),
        ("2026-02-28T17:00", "open", "Saturday, a make-up workday, 08:30-17:30"),
        ("2026-09-20T10:00", "open", "Sunday, a make-up workday, 08:30-17:30"),
        ("2026-10-01T10:00", "holiday", "国庆节"),
        ("2026-10-07T23:59", "holiday", "休息日（由 2026-10-10 调休）"),
        ("2026-10-08T00:00", "closed", "Thursday, 08:30-17:30"),
        ("2026-10-10T10:00", "open", "Saturday, a make-up workday, 08:30-17:30"),
        ("2027-02-08T10:00", "holiday", "春节"),
        # The calendar's own dates.
        ("2026-12-31T10:00", "closed", "2026-12-31 in dates, closed"),
        ("2027-02-16T10:00", "open", "Tuesday, 08:30-17:30"),
        ("2027-02-17T00:00", "holiday", "2027-02-17 in dates: holiday"),
        ("2027-02-23T23:59", "holiday", "2027-02-23 in dates: holiday"),
        ("2027-02-24T10:00", "open", "Wednesday, 08:30-17:30"),
        ("2026-11-29T09:30", "open", "2026-11-29 in dates, 09:00-10:00"),
        ("2027-02-13T17:00", "open", "2027-02-13 in dates, 08:30-17:30"),
    ],
)
def test_what_the_office_says(at: str, state: str, why: str) -> None:
    reading = OFFICE.read(datetime.fromisoformat(at).replace(tzinfo=SHANGHAI))
    assert (reading.state, reading.why) == (state, why)


def test_an_emergency_comes_first() -> None:
    holiday = datetime(2026, 10, 1, 10, tzinfo=SHANGHAI)
    assert OFFICE.state(holiday) == "holiday"
    assert OFFICE.state(holiday, emergency=True) == "emergency"


def test_the_hours_are_those_of_the_place_wherever_it_is_asked_from() -> None:
    assert OFFICE.state(datetime(2026, 11, 23, 0, 30, tzinfo=UTC)) == "open"
    assert OFFICE.state(datetime(2026, 11, 23, 9, 30, tzinfo=UTC)) == "closed"


def test_hours_over_midnight_belong_to_the_day_they_begin_on_and_end_before_a_day_of_its_own() -> None:
    night = calendar(
        '{timezone: Europe/Berlin, open: {mon-fri: "22:00-06:00"}, holidays: DE-BY,'
        ' dates: {"2026-11-25": closed, "2026-11-29": "01:00-02:00"}}'
    )

    def state(*at: int) -> str:
        return night.state(datetime(2026, *at, tzinfo=BERLIN))  # type: ignore[arg-type]

    assert [state(11, 28, 5, 59), state(11, 28, 6), state(11, 23, 3)] == ["open", "closed", "closed"]
    assert [state(11, 24, 23), state(11, 25, 3), state(11, 26, 3)] == ["open", "closed", "closed"]
    assert [state(11, 29, 1), state(11, 29, 3)] == ["open", "closed"]
    # Thursday's night ends where Christmas begins, and Christmas has none.
    assert [state(12, 24, 23), state(12, 25, 1), state(12, 25, 23), state(12, 26, 1)] == ["open", *["holiday"] * 3]


def test_hours_follow_clocks_that_are_set_forward_and_back() -> None:
    early = calendar('{timezone: Europe/Berlin, open: {daily: "02:30-09:00"}}')
    # 29 March 2026: 02:00 becomes 03:00 at 01:00 UTC. 25 October: 03:00 becomes 02:00 at 01:00 UTC.
    spring = [early.state(datetime(2026, 3, 29, *at, tzinfo=UTC)) for at in ((0, 59), (1, 0), (6, 59), (7, 0))]
    assert spring == ["closed", "open", "open", "closed"]
    times = ((0, 15), (0, 45), (1, 15), (1, 45), (7, 59), (8, 0))
    autumn = [early.state(datetime(2026, 10, 25, *at, tzinfo=UTC)) for at in times]
    assert autumn == ["closed", "open", "closed", "open", "open", "closed"]


def test_a_makeup_workday_has_the_hours_that_most_workdays_have() -> None:
    split = calendar(
        "{timezone: Asia/Shanghai, holidays: CN,"
        ' open: {mon: "10:00-17:00", tue-thu: "08:00-17:00", fri: "08:00-12:00"}}'
    )
    assert split.workday == (Span(8 * 60, 17 * 60),)
    weekend = calendar('{timezone: Asia/Shanghai, open: {sat: "08:00-12:00"}, holidays: CN}')
    assert weekend.state(datetime(2026, 10, 10, 9, tzinfo=SHANGHAI)) == "open"


def test_years_that_nobody_knows_yet_have_no_makeup_workdays_and_years_far_off_no_holidays() -> None:
    china = PublicHolidays("CN")
    unknown = [year for year in range(2024, 2080) if not china.known(year)]
    # Two, behind which nobody waits for an exchange of workdays any more.
    assert unknown == [unknown[0], unknown[0] + 1]
    assert unknown[0] > 2026
    assert all(PublicHolidays("DE").known(year) for year in range(2024, 2080))
    for year in (1, 1949, 2101, 9999):
        assert china.name(date(year, 10, 1)) == ""
        assert not china.is_makeup_workday(date(year, 10, 9))


SPAN = st.tuples(st.integers(0, 47), st.integers(1, 24)).map(lambda at: Span(at[0] * 30, (at[0] + at[1]) * 30))
WEEK = st.dictionaries(st.integers(0, 6), st.tuples(SPAN))
DAYS = st.dates(date(2026, 1, 1), date(2027, 12, 31))
MEANS = st.one_of(st.sampled_from(["closed", "holiday", "workday"]), st.tuples(SPAN))
DATES = st.dictionaries(DAYS, MEANS, max_size=8).map(
    lambda found: tuple(OwnDate(day, day, means) for day, means in found.items())
)
CALENDARS = st.builds(
    Calendar,
    timezone=st.sampled_from([SHANGHAI, BERLIN, ZoneInfo("America/New_York"), ZoneInfo("Asia/Kathmandu")]),
    week=WEEK,
    holidays=st.sampled_from([None, PublicHolidays("CN"), PublicHolidays("DE", "BY")]),
    dates=DATES,
)


def slowly(asked: Calendar, at: datetime) -> str:
    """The same answer from the definition: every minute that is open is written down."""
    local = at.astimezone(asked.timezone)
    plans = [_plan(asked, local.date() - timedelta(days=days)) for days in (0, 1)]
    today, yesterday = plans
    if today == "holiday":
        return "holiday"
    own = any(date_.first <= local.date() <= date_.last for date_ in asked.dates)
    minutes = {minute for span in today for minute in range(span.start, min(span.end, DAY))}  # type: ignore[union-attr]
    if not own and yesterday != "holiday":
        minutes |= {minute - DAY for span in yesterday for minute in range(DAY, span.end)}  # type: ignore[union-attr]
    return "open" if local.hour * 60 + local.minute in minutes else "closed"


def _plan(asked: Calendar, day: date) -> object:
    means = next((own.means for own in asked.dates if own.first <= day <= own.last), None)
    if means is not None:
        return (
            {"closed": (), "holiday": "holiday", "workday": asked.workday}[means] if isinstance(means, str) else means
        )
    if asked.holidays and asked.holidays.name(day):
        return "holiday"
    if asked.holidays and asked.holidays.is_makeup_workday(day):
        return asked.workday or asked.week.get(day.weekday(), ())
    return asked.week.get(day.weekday(), ())


@settings(max_examples=300, deadline=None)
@given(asked=CALENDARS, at=st.datetimes(datetime(2026, 1, 2), datetime(2027, 12, 30)))
def test_any_calendar_says_at_any_moment_what_its_definition_says(asked: Calendar, at: datetime) -> None:
    moment = at.replace(tzinfo=UTC)
    assert asked.state(moment) == slowly(asked, moment)
    assert asked.state(moment, emergency=True) == "emergency"


@settings(max_examples=100, deadline=None)
@given(asked=CALENDARS, day=DAYS, half=st.integers(0, 47), seconds=st.integers(0, 1799))
def test_the_state_changes_only_where_hours_begin_or_end(asked: Calendar, day: date, half: int, seconds: int) -> None:
    """All hours here begin and end at full and half hours of the place, and so do all changes of its clock."""
    begins = datetime(day.year, day.month, day.day, half // 2, half % 2 * 30, tzinfo=asked.timezone)
    later = begins + timedelta(seconds=seconds)
    assert asked.state(begins) == asked.state(later)


def test_all_of_a_year_is_as_the_definition_says() -> None:
    at, end = datetime(2026, 1, 1, tzinfo=SHANGHAI), datetime(2027, 1, 1, tzinfo=SHANGHAI)
    # A quarter of an hour is finer than any of its hours.
    while at < end:
        assert OFFICE.state(at) == slowly(OFFICE, at), at
        at += timedelta(minutes=15)
