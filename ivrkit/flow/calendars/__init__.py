"""calendars.yaml: the hours of a project, read with their places and checked."""

from ivrkit.flow.calendars.checks import check_calendars
from ivrkit.flow.calendars.reading import CALENDARS, CalendarFile, joined, load_calendars, read_calendars

__all__ = ["CALENDARS", "CalendarFile", "check_calendars", "joined", "load_calendars", "read_calendars"]
