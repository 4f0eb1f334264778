"""The schema of a flow file: its head, and a node of any kind that is installed."""

from __future__ import annotations

from typing import Any

from ivrkit.flow.diagnostic import listed
from ivrkit.flow.documented import is_needed, written_fields
from ivrkit.flow.models import BACK_AND_REPEAT, Header
from ivrkit.schema import nodes
from ivrkit.schema.models import properties
from ivrkit.schema.snippets import body
from ivrkit.schema.types import DEFINITIONS, NODE_NAME, Schema

WHOLE_FLOW: dict[str, Any] = {
    "flow": "hotline",
    "languages": ["zh", "en"],
    "start": "main",
    "defaults": {"give_up": "desk"},
    "nodes": {
        "main": {
            "menu": {
                "1": {"label": {"zh": "营业时间", "en": "opening hours"}, "next": "hours"},
                "0": {"label": {"zh": "人工服务", "en": "a person"}, "next": "desk"},
            }
        },
        "hours": {"play": {"zh": "上午九点到下午六点。", "en": "From nine to six."}, "next": "main"},
        "desk": {
            "transfer": "desk",
            "on": {"answered": "bye", "busy": "bye", "no_answer": "bye", "failed": "bye"},
        },
        "bye": {"play": {"zh": "再见。", "en": "Goodbye."}, "next": "end"},
        "end": {"hangup": "normal"},
    },
}
"What stands in an empty file after one choice: the smallest flow with a menu."


def flow_schema() -> Schema:
    """A flow file. ConfigError when a node kind of an installed package cannot be used."""
    here = properties(Header) | _parts()
    rule = f"A flow file has no part of this name. It has {listed(here)}."
    needed = [name for name, field in written_fields(Header).items() if is_needed(field)]
    return {
        "title": "ivrkit flow",
        "description": "A telephone menu: a head, and nodes that callers pass through.",
        "type": "object",
        "properties": here,
        "additionalProperties": False,
        "errorMessage": rule,
        "allOf": [
            *({"required": [name], "errorMessage": f'A flow needs "{name}:".'} for name in needed),
            *nodes.needs(),
        ],
        "defaultSnippets": [
            {"label": "flow …", "description": "A whole small flow.", "body": body(WHOLE_FLOW, depth=3)}
        ],
        "definitions": {**nodes.definitions(), **DEFINITIONS},
    }


def _parts() -> dict[str, Schema]:
    """The parts of the head whose types do not say what they hold."""
    here = properties(Header)
    return {
        "defaults": here["defaults"]
        | {
            "properties": nodes.defaults(),
            "additionalProperties": False,
            "errorMessage": "No kind of node has a field of this name that could stand here.",
        },
        "keys": here["keys"]
        | {
            "additionalProperties": NODE_NAME | {"examples": [*BACK_AND_REPEAT]},
            "defaultSnippets": [{"label": "keys …", "body": body({"0": "agent", "*": "back", "#": "repeat"})}],
        },
        "nodes": nodes.nodes(),
    }
