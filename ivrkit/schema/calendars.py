"""The schema of flows/calendars.yaml."""

from __future__ import annotations

from typing import Any

from ivrkit.schema.snippets import body
from ivrkit.schema.types import NODE, Schema

OFFICE: dict[str, Any] = {
    "timezone": "Asia/Shanghai",
    "open": {"mon-fri": "08:30-17:30", "sat": "09:00-12:00"},
    "holidays": "CN",
}
"What an editor writes for a new calendar."

_FROM_TO = r"\s*[0-9]{1,2}:[0-9]{2}\s*-\s*[0-9]{1,2}:[0-9]{2}\s*"
_HOURS: Schema = {
    "title": "hours",
    "description": "When it is open: 08:30-17:30, 08:30-12:00, 13:30-17:30, over midnight 22:00-06:00, 24h, or closed.",
    "type": "string",
    "pattern": rf"^{_FROM_TO}(,{_FROM_TO})*$|^\s*24[hH]\s*$|^\s*[cC]losed\s*$",
    "errorMessage": "Write hours: 08:30-17:30, or 24h for the whole day.",
    "examples": ["08:30-17:30"],
}
_DAY: Schema = {
    "type": "string",
    "description": "closed, holiday, workday (as a usual working day), or hours of its own.",
    "pattern": f"^(closed|holiday|workday)$|{_HOURS['pattern']}",
    "errorMessage": "Write closed, holiday, workday, or hours such as 09:00-12:00.",
    "examples": ["closed", "holiday", "workday", "09:00-12:00"],
}
_FIELDS: dict[str, Schema] = {
    "timezone": {
        "title": "timezone",
        "description": "The zone whose clock it goes by.",
        "type": "string",
        "pattern": "^[A-Za-z][A-Za-z0-9_+/-]*$",
        "errorMessage": "Write a time zone: Asia/Shanghai.",
        "examples": ["Asia/Shanghai"],
    },
    "open": {
        "title": "open",
        "description": "The hours of the week by day: mon, mon-fri, sat, daily. A day that is not there is closed.",
        "type": "object",
        "propertyNames": {"doNotSuggest": True},
        "additionalProperties": _HOURS,
        "minProperties": 1,
        "errorMessage": "Write days and hours: {mon-fri: 08:30-17:30}.",
        "defaultSnippets": [{"label": "days …", "body": {"${1:mon-fri}": "${2:08:30-17:30}"}}],
    },
    "holidays": {
        "title": "holidays",
        "description": "The country whose holidays and make-up workdays count: CN, or a part of one: DE-BY.",
        "type": "string",
        "pattern": "^[A-Z]{2}(-.+)?$",
        "errorMessage": "Write the two letters of a country, such as CN.",
        "examples": ["CN"],
    },
    "dates": {
        "title": "dates",
        "description": "Days that are not as the week and the holidays say, alone or from the first to the last.",
        "type": "object",
        "propertyNames": {
            "pattern": "^ *[0-9]{4}",
            "errorMessage": 'Write a day, "2026-12-31", or days, "2027-02-17..2027-02-23".',
            "doNotSuggest": True,
        },
        "additionalProperties": _DAY,
        "minProperties": 1,
        "errorMessage": 'Write days and what they are: {"2026-12-31": closed}.',
        "defaultSnippets": [{"label": "day …", "body": {'"${1:2026-12-31}"': "${2:closed}"}}],
    },
}


def calendars_schema() -> Schema:
    """The calendars of a project."""
    return {
        "title": "ivrkit calendars",
        "description": "When somebody is there: calendars, which flows ask with hours:.",
        "type": "object",
        "properties": {
            "calendars": {
                "title": "calendars",
                "description": "The calendars by their names.",
                "type": "object",
                "propertyNames": {
                    "pattern": NODE,
                    "errorMessage": "A name is letters, digits, _ and -, and begins with a letter.",
                    "doNotSuggest": True,
                },
                "additionalProperties": _calendar(),
                "minProperties": 1,
                "errorMessage": "Write the calendars here, a line with its name for each.",
                "defaultSnippets": [{"label": "calendar …", "body": {"${1:office}": body(OFFICE, depth=2, first=2)}}],
            }
        },
        "additionalProperties": False,
        "errorMessage": "Everything in this file stands below calendars:.",
        "defaultSnippets": [
            {"label": "calendars …", "body": body({"calendars": {"office": OFFICE}}, depth=4)},
        ],
    }


def _calendar() -> Schema:
    return {
        "type": "object",
        "description": "Emergency, holiday, open, the first that holds, else closed.",
        "properties": _FIELDS,
        "additionalProperties": False,
        "errorMessage": f"A calendar has {', '.join(_FIELDS)}, and nothing else.",
        "allOf": [{"required": ["timezone"], "errorMessage": 'A calendar needs "timezone:", such as Asia/Shanghai.'}],
    }
