"""What calendars say on this machine: the clock, the calendars of a project, the switches for emergencies."""

from ivrkit.hours.emergencies import Emergencies, Emergency
from ivrkit.hours.hours import Hours

__all__ = ["Emergencies", "Emergency", "Hours"]
