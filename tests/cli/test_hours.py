"""`ivrkit hours` and `ivrkit emergency` as a person types them, and what callers of a serving ivrkit notice."""

from __future__ import annotations

import re

import pytest

from tests.cli.project import Project
from tests.cli.test_mistakes import told

CALENDARS = """\
calendars:
  office:
    timezone: Asia/Shanghai
    open: {mon-fri: "08:30-17:30"}
    holidays: CN
  always: {timezone: Europe/Berlin, open: {daily: 24h}}
"""
FLOW = """\
flow: shop
languages: [zh, en]
prompts: shop
start: opening
nodes:
  opening:
    hours: always
    on: {open: bye, closed: bye, holiday: bye, emergency: hours}
  hours:
    play: hours
    next: bye
  bye:
    play: bye
    next: end
  end: {hangup: normal}
"""


@pytest.fixture
def open_shop(project: Project) -> Project:
    """The project with two calendars, and a flow that asks one."""
    (project.folder / "flows/calendars.yaml").write_text(CALENDARS, "utf-8")
    (project.folder / "flows/shop.yaml").write_text(FLOW.replace("always", "office"), "utf-8")
    return project


def test_a_calendar_says_what_it_says_and_why(open_shop: Project) -> None:
    said = open_shop.ivrkit("hours", "office", "--at", "2026-10-10T09:00")
    assert said.code == 0
    assert said.out.splitlines()[1].split("  ")[0] == "office"
    assert "Sat 2026-10-10 09:00  Asia/Shanghai  open   Saturday, a make-up workday, 08:30-17:30" in said.out
    assert "holiday  国庆节" in open_shop.ivrkit("hours", "office", "--at", "2026-10-01 09:00").out
    assert "open" in open_shop.ivrkit("hours", "office", "--at", "2026-11-23T01:00+00:00").out


def test_all_calendars_say_what_they_say_now(open_shop: Project) -> None:
    lines = open_shop.ivrkit("hours").out.splitlines()
    assert [line.split()[0] for line in lines] == ["calendar", "office", "always"]


def test_a_call_is_made_as_if_it_were_another_time(open_shop: Project) -> None:
    open_shop.change("flows/shop.yaml", "closed: bye", "closed: hours")
    open_ = open_shop.ivrkit("dial", "flows/shop.yaml", "--fast", "--at", "2026-11-23T17:29")
    closed = open_shop.ivrkit("dial", "flows/shop.yaml", "--fast", "--at", "2026-11-23T17:30")
    assert "九点开门" in closed.out
    assert "九点开门" not in open_.out


def test_an_emergency_is_switched_on_listed_and_switched_off(open_shop: Project) -> None:
    assert open_shop.ivrkit("emergency").out == "no emergency\n"
    on = open_shop.ivrkit("emergency", "on", "office", "--until", "2199-01-01T18:00")
    pattern = r"office: emergency since .+, until 2199-01-01 18:00 \(Asia/Shanghai\), by .+@.+\n"
    assert re.fullmatch(pattern, on.out)
    assert open_shop.ivrkit("emergency").out == on.out
    assert "the emergency switch is on" in open_shop.ivrkit("hours", "office").out
    assert "九点开门" in open_shop.ivrkit("dial", "flows/shop.yaml", "--fast").out
    assert open_shop.ivrkit("emergency", "off", "office").out == "office: the emergency is over\n"
    assert open_shop.ivrkit("emergency", "off", "office").out == "office: there was no emergency\n"
    assert open_shop.ivrkit("emergency").out == "no emergency\n"


def test_an_emergency_does_not_wait_until_calendars_are_mended(open_shop: Project) -> None:
    open_shop.change("flows/calendars.yaml", "Asia/Shanghai", "Asia/Shangai")
    assert "emergency since" in open_shop.ivrkit("emergency", "on", "office").out
    open_shop.change("flows/calendars.yaml", "calendars:", "calendars: [")
    assert open_shop.ivrkit("emergency", "off", "office").out == "office: the emergency is over\n"
    told(open_shop.ivrkit("emergency", "on", "office"), "calendars.yaml cannot be read: run ivrkit check")


def test_a_switch_that_is_broken_is_told_and_can_be_thrown_again(
    open_shop: Project, caplog: pytest.LogCaptureFixture
) -> None:
    open_shop.ivrkit("emergency", "on", "always")
    (open_shop.folder / "data/emergencies/office.json").write_text("{")
    said = open_shop.ivrkit("emergency")
    told(said, "data/emergencies/office.json is no emergency")
    assert "always: emergency" in said.out
    assert open_shop.ivrkit("hours", "office").code == 0
    assert "is no emergency, and counts as none" in caplog.text
    assert open_shop.ivrkit("emergency", "off", "office").code == 0
    assert open_shop.ivrkit("emergency").code == 0


@pytest.mark.parametrize(
    ("command", "words"),
    [
        (["hours", "ofice"], 'there is no calendar "ofice"; did you mean "office"?'),
        (["hours", "xyz"], "there are always, office"),
        (["hours", "--at", "10:00"], '"10:00" is no time; write 2026-11-23T18:00'),
        (["hours", "--at", "2026-02-30T10:00"], "is no time"),
        (["hours", "--at", "0001-01-01T10:00"], "is no time"),
        (["hours", "--at", "2026-11-23"], "is no time"),
        (["emergency", "on"], "name the calendar: ivrkit emergency on office"),
        (["emergency", "on", "../office"], 'there is no calendar "../office"'),
        (["emergency", "on", "ofice"], 'did you mean "office"?'),
        (["emergency", "on", "office", "--until", "25:00"], '"25:00" is no time'),
        (["emergency", "on", "office", "--until", "2026-01-01T10:00"], "2026-01-01 10:00 has passed: it is"),
        (["emergency", "off", "office", "--until", "10:00"], "--until belongs to on"),
        (["dial", "flows/shop.yaml", "--at", "tomorrow"], '"tomorrow" is no time'),
        (["dial", "4001", "--connect", "127.0.0.1:1", "--at", "2026-11-23T10:00"], "--at is for a call without"),
    ],
    ids=lambda value: " ".join(value) if isinstance(value, list) else "",
)
def test_what_is_typed_wrong_is_one_line(open_shop: Project, command: list[str], words: str) -> None:
    told(open_shop.ivrkit(*command), words)


def test_without_calendars_it_is_said_where_they_are_written(project: Project) -> None:
    told(project.ivrkit("hours"), "there are no calendars: write them in calendars.yaml beside the flows")
    told(project.ivrkit("emergency", "on", "office"), "there are no calendars")


def test_check_looks_at_the_calendars_once(open_shop: Project) -> None:
    other = FLOW.replace("flow: shop", "flow: other").replace("always", "office")
    (open_shop.folder / "flows/other.yaml").write_text(other, "utf-8")
    assert open_shop.ivrkit("check", "flows").err == "2 flows: no mistakes\n"
    open_shop.change("flows/calendars.yaml", '"08:30-17:30"', '"08:30-25:00"')
    for named in (["flows"], ["flows/shop.yaml"], []):
        said = open_shop.ivrkit("check", *named)
        told(said, "flows/calendars.yaml:4:21: error: 25:00 is no time of day")
        assert said.out.count("error") == 1
    alone = open_shop.ivrkit("check", "flows/calendars.yaml")
    assert alone.err == "calendars: 1 error, 0 warnings\n"
    told(open_shop.ivrkit("check", "nowhere/calendars.yaml"), "there is no such file")


@pytest.mark.parametrize("command", [["dial", "flows/shop.yaml", "--fast"], ["hours"]])
def test_calendars_with_mistakes_are_not_used(open_shop: Project, command: list[str]) -> None:
    open_shop.change("flows/calendars.yaml", "Asia/Shanghai", "Asia/Beijing")
    told(open_shop.ivrkit(*command), 'flows/calendars.yaml:3:15: error: there is no time zone "Asia/Beijing"')


def test_a_running_ivrkit_obeys_at_once_and_after_a_restart(open_shop: Project) -> None:
    (open_shop.folder / "flows/shop.yaml").write_text(FLOW, "utf-8")
    open_shop.ivrkit("prompts", "build")

    def heard(address: str) -> bool:
        return "九点开门" in open_shop.ivrkit("dial", "4001", "--connect", address).out

    process, address = open_shop.serve()
    assert not heard(address)
    open_shop.ivrkit("emergency", "on", "always")
    assert heard(address)
    process.kill()
    process.wait(10)
    _, address = open_shop.serve()
    assert heard(address)
    open_shop.ivrkit("emergency", "off", "always")
    assert not heard(address)


def test_calendars_with_mistakes_keep_ivrkit_from_serving(open_shop: Project) -> None:
    open_shop.ivrkit("prompts", "build")
    open_shop.change("flows/calendars.yaml", "Asia/Shanghai", "Asia/Beijing")
    told(open_shop.result(open_shop.start("serve")), 'there is no time zone "Asia/Beijing"')


def test_the_doctor_says_what_calendars_say(open_shop: Project) -> None:
    open_shop.ivrkit("emergency", "on", "office")
    lines = [" ".join(line.split()) for line in open_shop.ivrkit("doctor").out.splitlines()]
    assert "warning calendar office emergency: the emergency switch is on" in lines
    assert [line for line in lines if line.startswith("good calendar always open: ")]
