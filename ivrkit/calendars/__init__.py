"""When somebody is there: calendars, asked at a moment that is an argument."""

from ivrkit.calendars.calendar import Calendar, OwnDate, Reading
from ivrkit.calendars.public import PublicHolidays
from ivrkit.calendars.spans import Span

__all__ = ["Calendar", "OwnDate", "PublicHolidays", "Reading", "Span"]
