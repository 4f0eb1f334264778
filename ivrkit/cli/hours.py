"""`ivrkit hours` and `ivrkit emergency`: ask calendars, and switch them."""

from __future__ import annotations

import os
import socket
from collections.abc import Iterable
from datetime import UTC, datetime, tzinfo
from enum import StrEnum
from pathlib import Path
from typing import Annotated

import typer
from rich.table import Table
from rich.text import Text

from ivrkit.app import App, calendars_beside
from ivrkit.calendars.calendar import WEEKDAYS
from ivrkit.cli.common import ConfigOption, load_app, log_to_terminal, out, show_table
from ivrkit.cli.moments import read_moment, shown_moment, zone_of
from ivrkit.errors import ConfigError
from ivrkit.flow.calendars import CALENDARS, CalendarFile
from ivrkit.flow.diagnostic import quoted
from ivrkit.flow.head import NAME
from ivrkit.hours import Emergency
from ivrkit.prompts.problems import did_you_mean

STYLES = {"open": "green", "closed": "yellow", "holiday": "yellow", "emergency": "red"}
NONE = f"there are no calendars: write them in {CALENDARS} beside the flows"


class Switch(StrEnum):
    on = "on"
    off = "off"


def hours(
    calendar: Annotated[str | None, typer.Argument(help="The calendar. Without one, all.")] = None,
    at: Annotated[
        str | None, typer.Option("--at", metavar="TIME", help="Then, 2027-02-08T10:00 in its zone. By default now.")
    ] = None,
    config: ConfigOption = None,
) -> None:
    """Say what a calendar says, and why."""
    log_to_terminal()
    with load_app(config) as app:
        calendars = app.hours.calendars
        names = [_known(calendar, calendars)] if calendar else list(calendars)
        if not names:
            raise ConfigError(NONE)
        table = Table("calendar", "at", "", "state", "why", box=None, pad_edge=False)
        for name in names:
            zone = calendars[name].timezone
            moment = (read_moment(at, zone) if at else datetime.now(UTC)).astimezone(zone)
            reading = app.hours.read(name, moment)
            when = f"{WEEKDAYS[moment.weekday()][:3]} {shown_moment(moment, zone)}"
            table.add_row(name, when, zone.key, Text(reading.state, STYLES[reading.state]), Text(reading.why))
    show_table(table)


def emergency(
    switch: Annotated[Switch | None, typer.Argument(help="Without it, every emergency is listed.")] = None,
    calendar: Annotated[str | None, typer.Argument(help="The calendar that is switched.")] = None,
    until: Annotated[
        str | None,
        typer.Option("--until", metavar="TIME", help="Ends by itself: 18:00, or 2026-11-23T18:00, in its zone."),
    ] = None,
    config: ConfigOption = None,
) -> None:
    """Switch a calendar to emergency, or back: running calls hear of it at once."""
    log_to_terminal()
    with load_app(config) as app:
        if switch is None:
            _list(app)
            return
        name = _named(app, switch, calendar)
        if switch is Switch.on:
            _switch_on(app, name, until)
        else:
            _switch_off(app, name, until)


def _list(app: App) -> None:
    now, told, broken = datetime.now(UTC), 0, None
    for name in app.emergencies.switched():
        try:
            emergency = app.emergencies.get(name)
        except ConfigError as error:
            broken = error
            continue
        if emergency and emergency.holds(now):
            told += 1
            out.print(_told(name, emergency, _zone(app, name)))
    if broken:
        raise broken
    if not told:
        out.print("no emergency")


def _switch_on(app: App, name: str, until: str | None) -> None:
    now, end = datetime.now(UTC), None
    if until:
        zone = _zone(app, name)
        end = read_moment(until, zone, now)
        if end <= now:
            past = f"{shown_moment(end, zone)} has passed: it is {shown_moment(now, zone)} in {zone}"
            raise ConfigError(f"{past}; write a time to come, with its day")
    switched = Emergency(now, _person(), end)
    app.emergencies.switch_on(name, switched)
    out.print(_told(name, switched, _zone(app, name)))


def _switch_off(app: App, name: str, until: str | None) -> None:
    if until:
        raise ConfigError("--until belongs to on: write ivrkit emergency on … --until 18:00")
    there = name in app.emergencies.switched()
    app.emergencies.switch_off(name)
    out.print(f"{name}: the emergency is over" if there else f"{name}: there was no emergency")


def _told(name: str, emergency: Emergency, zone: tzinfo) -> str:
    until = f"until {shown_moment(emergency.until, zone)}" if emergency.until else "until it is switched off"
    return f"{name}: emergency since {shown_moment(emergency.since, zone)}, {until} ({zone}), by {emergency.by}"


def _named(app: App, switch: Switch, calendar: str | None) -> str:
    """The calendar that is meant; it may have mistakes, for an emergency does not wait until they are mended."""
    if not calendar:
        raise ConfigError(f"name the calendar: ivrkit emergency {switch} office")
    written = [file.names for file in _files(app)]
    names = {name for some in written for name in some or () if NAME.fullmatch(name)} | {*app.emergencies.switched()}
    if calendar not in names and None in written:
        raise ConfigError(f"{CALENDARS} cannot be read: run ivrkit check")
    return _known(calendar, names)


def _known(name: str, names: Iterable[str]) -> str:
    known = list(names)
    if name not in known:
        near = did_you_mean(name, known) or (f"; there are {', '.join(sorted(known))}" if known else f"; {NONE}")
        raise ConfigError(f"there is no calendar {quoted(name)}{near}")
    return name


def _zone(app: App, name: str) -> tzinfo:
    """The zone of a calendar; of the machine where the calendar has a mistake."""
    return zone_of([file.calendars[name] for file in _files(app) if name in file.calendars][:1])


def _files(app: App) -> list[CalendarFile]:
    folders: dict[Path, Path] = {flow.parent: flow for flow in app.flows}
    return [calendars_beside(flow) for flow in folders.values()]


def _person() -> str:
    """Who is at the terminal, as the system knows."""
    name = os.environ.get("SUDO_USER") or os.environ.get("USER") or os.environ.get("LOGNAME") or f"uid {os.getuid()}"
    return f"{name}@{socket.gethostname()}"
