"""What running calls are told: calendars that are replaced, emergencies that come and go, files that are broken."""

from __future__ import annotations

import logging
from datetime import UTC, datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from ivrkit.calendars import Calendar, Span
from ivrkit.errors import ConfigError
from ivrkit.hours import Emergencies, Emergency, Hours

NOW = datetime(2026, 11, 23, 10, tzinfo=UTC)
DAILY = Calendar(ZoneInfo("Asia/Shanghai"), dict.fromkeys(range(7), (Span(0, 1440),)))
NEVER = Calendar(ZoneInfo("Asia/Shanghai"), {})


@pytest.fixture
def emergencies(tmp_path: Path) -> Emergencies:
    return Emergencies(tmp_path / "data" / "emergencies")


@pytest.fixture
def hours(emergencies: Emergencies) -> Hours:
    return Hours({"office": DAILY, "夜班": DAILY}, emergencies)


def another_process(emergencies: Emergencies) -> Emergencies:
    return Emergencies(emergencies._folder)


def test_an_emergency_holds_at_once_for_its_calendar_alone_until_it_is_switched_off(
    hours: Hours, emergencies: Emergencies
) -> None:
    switch = another_process(emergencies)
    assert hours.state("夜班") == "open"
    switch.switch_on("夜班", Emergency(NOW, "anna@desk"))
    assert (hours.state("夜班"), hours.state("office")) == ("emergency", "open")
    assert emergencies.get("夜班") == Emergency(NOW, "anna@desk")
    assert emergencies.switched() == ["夜班"]
    switch.switch_off("夜班")
    switch.switch_off("夜班")
    assert hours.state("夜班") == "open"


def test_an_emergency_ends_by_itself_when_it_was_told_to(hours: Hours, emergencies: Emergencies) -> None:
    end = NOW + timedelta(hours=8)
    emergencies.switch_on("office", Emergency(NOW, "anna", end.astimezone(ZoneInfo("Asia/Shanghai"))))
    assert hours.state("office", end - timedelta(seconds=1)) == "emergency"
    assert hours.state("office", end) == "open"


def test_the_last_of_two_switches_counts(hours: Hours, emergencies: Emergencies) -> None:
    emergencies.switch_on("office", Emergency(NOW, "anna", NOW))
    emergencies.switch_on("office", Emergency(NOW, "bob"))
    assert hours.state("office") == "emergency"
    assert [file.name for file in emergencies._folder.iterdir()] == ["office.json"]


@pytest.mark.parametrize("written", [b"", b"{", b'{"since": "yesterday"}', b"x" * 100_000, b"[]", b"\xff"])
def test_a_broken_switch_is_told_once_and_is_no_emergency(
    hours: Hours, emergencies: Emergencies, written: bytes, caplog: pytest.LogCaptureFixture
) -> None:
    emergencies.switch_on("office", Emergency(NOW, "anna"))
    file = emergencies._folder / "office.json"
    file.write_bytes(written)
    assert [hours.state("office"), hours.state("office")] == ["open", "open"]
    assert [record.levelno for record in caplog.records] == [logging.ERROR]
    assert "office.json is no emergency, and counts as none" in caplog.text
    with pytest.raises(ConfigError, match="ivrkit emergency off office"):
        emergencies.get("office")


def test_a_switch_that_is_a_folder_is_told(hours: Hours, emergencies: Emergencies) -> None:
    (emergencies._folder / "office.json").mkdir(parents=True)
    assert hours.state("office") == "open"


def test_calendars_can_be_replaced_while_calls_ask(hours: Hours, caplog: pytest.LogCaptureFixture) -> None:
    hours.calendars = {"office": NEVER}
    assert hours.state("office") == "closed"
    assert hours.state("夜班") == "closed"
    assert "there is no calendar '夜班' any more: closed" in caplog.text
