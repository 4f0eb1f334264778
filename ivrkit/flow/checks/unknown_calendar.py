"""A calendar is asked that calendars.yaml does not have."""

from __future__ import annotations

from collections.abc import Iterator

from ivrkit.flow.checked import CheckedFlow
from ivrkit.flow.diagnostic import Diagnostic, quoted
from ivrkit.flow.models import walk
from ivrkit.nodes.fields import CalendarName
from ivrkit.prompts.problems import did_you_mean

CHECK = "unknown-calendar"


def unknown_calendar(flow: CheckedFlow) -> Iterator[Diagnostic]:
    if flow.world is None or flow.world.calendars is None:
        return
    for name, node in flow.nodes.items():
        for path, calendar in walk(node, CalendarName):
            if calendar not in flow.world.calendars:
                near = did_you_mean(calendar, flow.world.calendars) or "; write it in calendars.yaml beside this flow"
                yield flow.error(name, path, f"there is no calendar {quoted(calendar)}{near}", CHECK)
