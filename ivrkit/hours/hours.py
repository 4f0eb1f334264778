"""The answer to a script that consults a calendar."""

from __future__ import annotations

import logging
from collections.abc import Mapping
from datetime import UTC, datetime

from ivrkit.calendars import Calendar, Reading
from ivrkit.errors import ConfigError
from ivrkit.events import CalendarState
from ivrkit.hours.emergencies import Emergencies

log = logging.getLogger("ivrkit.hours")


class Hours:
    """What calendars say. `calendars` may be replaced at any moment: the next question meets the new ones."""

    def __init__(self, calendars: Mapping[str, Calendar], emergencies: Emergencies) -> None:
        self.calendars = calendars
        self.emergencies = emergencies
        self._told = ""

    def state(self, calendar: str, at: datetime | None = None) -> CalendarState:
        """What a calendar says, now or at a moment with its zone. One that is not there is closed, and in the log."""
        if calendar not in self.calendars:
            log.error("there is no calendar %r any more: closed", calendar)
            return "closed"
        return self.read(calendar, at).state

    def read(self, calendar: str, at: datetime | None = None) -> Reading:
        """The same with its reason; KeyError when there is no such calendar."""
        at = at or datetime.now(UTC)
        return self.calendars[calendar].read(at, self._emergency(calendar, at))

    def _emergency(self, calendar: str, at: datetime) -> bool:
        try:
            emergency = self.emergencies.get(calendar)
        except ConfigError as error:
            if str(error) != self._told:
                self._told = str(error)
                log.error("%s", error)
            return False
        return emergency is not None and emergency.holds(at)
