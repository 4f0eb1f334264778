"""calendars.yaml: every mistake as an author reads it, and never a traceback whatever stands in the file."""

from __future__ import annotations

from datetime import date
from pathlib import Path
from time import monotonic

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ivrkit.calendars import Calendar, PublicHolidays, Span
from ivrkit.calendars.spans import DAY, written
from ivrkit.errors import FlowError
from ivrkit.flow import parse_source
from ivrkit.flow.calendars import CalendarFile, check_calendars, joined, load_calendars, read_calendars
from tests.flow.calendar_golden import TODAY, WRONG, told

FOREIGN = ("Traceback", "None", "zoneinfo", "KeyError", "pydantic", "mapping")


def read(text: str, name: str = "flows/calendars.yaml") -> CalendarFile:
    return read_calendars(parse_source(name, text.encode()))


def office(fields: str) -> Calendar:
    """A calendar without a mistake."""
    file = read(f"calendars:\n  office: {{timezone: Asia/Shanghai, {fields}}}")
    assert check_calendars(file, TODAY) == []
    return file.calendars["office"]


@pytest.mark.parametrize("path", WRONG, ids=lambda path: path.stem)
def test_an_author_reads_what_is_wrong_and_where(path: Path) -> None:
    said = told(path)
    assert said == path.with_suffix(".out").read_text(encoding="utf-8")
    assert not [word for word in FOREIGN if word in said]


@pytest.mark.parametrize(
    ("hours", "spans"),
    [
        ("08:30-17:30", [(510, 1050)]),
        ("8:30 - 17:30", [(510, 1050)]),
        ("08:30-12:00, 13:30-17:30", [(510, 720), (810, 1050)]),
        ("22:00-06:00", [(1320, 1800)]),
        ("24h", [(0, DAY)]),
        ("00:00-24:00", [(0, DAY)]),
    ],
)
def test_hours_are_read_as_they_are_meant(hours: str, spans: list[tuple[int, int]]) -> None:
    assert office(f'open: {{wed: "{hours}"}}').week == {2: tuple(Span(*span) for span in spans)}


@pytest.mark.parametrize(
    ("days", "numbers"),
    [
        ("mon-fri", [0, 1, 2, 3, 4]),
        ("fri-mon", [0, 4, 5, 6]),
        ("Sun", [6]),
        ("saturday-sunday", [5, 6]),
        ("mon, wed, fri", [0, 2, 4]),
        ("daily", [0, 1, 2, 3, 4, 5, 6]),
        ("周一至周五", [0, 1, 2, 3, 4]),
        ("星期六、星期日", [5, 6]),
        ("每天", [0, 1, 2, 3, 4, 5, 6]),
    ],
)
def test_days_are_read_as_they_are_meant(days: str, numbers: list[int]) -> None:
    assert sorted(office(f'open: {{"{days}": "08:30-17:30"}}').week) == numbers


def test_a_day_may_be_said_to_be_closed() -> None:
    assert office('open: {mon-sat: "08:30-17:30", sun: closed}').week.get(6, ()) == ()


def test_a_night_may_end_where_the_day_begins() -> None:
    assert office('open: {mon: "22:00-06:00", tue: "06:00-12:00"}').week.keys() == {0, 1}


def test_what_nobody_knows_yet_is_told_in_december() -> None:
    year = next(year for year in range(2024, 2080) if not PublicHolidays("CN").known(year))
    file = read("calendars:\n  office: {timezone: Asia/Shanghai, open: {daily: 24h}, holidays: CN}")
    assert check_calendars(file, date(year - 1, 11, 30)) == []
    for day in (date(year - 1, 12, 1), date(year, 7, 1)):
        (found,) = check_calendars(file, day)
        assert (found.check, found.severity) == ("unknown-year", "warning")
        assert f"the make-up workdays of CN in {year} are not known yet" in found.message


def test_what_is_not_known_yet_can_be_silenced() -> None:
    year = next(year for year in range(2024, 2080) if not PublicHolidays("CN").known(year))
    ignore = "# ivrkit: ignore[unknown-year] because we write them under dates"
    file = read(f"calendars:\n  {ignore}\n  office: {{timezone: Asia/Shanghai, open: {{daily: 24h}}, holidays: CN}}")
    assert check_calendars(file, date(year, 7, 1)) == []


def test_where_there_is_no_file_there_are_no_calendars(tmp_path: Path) -> None:
    file = load_calendars(tmp_path / "calendars.yaml")
    assert (file.calendars, file.diagnostics, file.names) == ({}, (), frozenset())


def test_a_file_that_cannot_be_read_has_calendars_that_nobody_knows() -> None:
    assert read("calendars: [").names is None
    assert read("calendars: {office: {}}").names == {"office"}


def test_calendars_of_two_folders_have_names_of_their_own() -> None:
    one = read("calendars: {office: {timezone: Asia/Shanghai, open: {daily: 24h}}}", "a/calendars.yaml")
    two = read("calendars: {shop: {timezone: Asia/Shanghai, open: {daily: 24h}}}", "b/calendars.yaml")
    assert joined([one, two]).keys() == {"office", "shop"}
    with pytest.raises(FlowError, match='calendar "office" in another folder'):
        joined([one, two, read("calendars: {office: {timezone: Asia/Shanghai, open: {daily: 24h}}}", "c")])


PIECES = st.sampled_from(
    [
        *(
            "calendars:",
            "\n",
            "  ",
            "office:",
            "timezone:",
            "Asia/Shanghai",
            "open:",
            "mon-fri:",
            "周一至周五",
            "daily",
        ),
        *('"08:30-17:30"', "24h", "25:00-1:00", "：", "－", "holidays:", "CN", "DE-BY", "dates:", '"2027-02-17"'),
        *(
            "..",
            "{",
            "}",
            "[",
            "]",
            ",",
            ": ",
            "-",
            "closed",
            "workday",
            "０８:30",
            "9999-12-31",
            "0001-01-01",
            "²",
            "٣",
        ),
    ]
)


@settings(max_examples=300, deadline=None)
@given(text=st.one_of(st.lists(PIECES, max_size=40).map("".join), st.text(max_size=60)))
def test_whatever_stands_there_is_read_or_told(text: str) -> None:
    for source in (text, f"calendars:\n  office: {{timezone: Asia/Shanghai, open: {{mon: {text}}}}}"):
        file = read(source)
        found = check_calendars(file, TODAY)
        assert file.calendars or found
        assert not [word for fault in found for word in FOREIGN[:3] if word in fault.message and word not in source]


@given(days=st.text(max_size=20), hours=st.text("0123456789:-：－, ２hclosed", max_size=24))
def test_any_words_are_days_and_hours_or_are_told(days: str, hours: str) -> None:
    tree = {"calendars": {"office": {"timezone": "Asia/Shanghai", "open": {days: hours}}}}
    source = parse_source("c.yaml", b"calendars: x")
    file = read_calendars(type(source)("c.yaml", source.lines, tree))
    assert file.diagnostics or all(written(spans) for spans in file.calendars["office"].week.values())


def test_a_file_as_large_as_it_may_be_is_told_at_once() -> None:
    lines = "".join(f"  c{n}: {{timezone: Asia/Shangai, holidays: Chna, open: {{mon: 1}}}}\n" for n in range(6_000))
    began = monotonic()
    assert len(check_calendars(read(f"calendars:\n{lines}"), TODAY)) <= 200
    assert monotonic() - began < 2.0
