"""What an editor knows of ivrkit's files: JSON Schemas (draft-07), made from the models that read these files.

They hold what a file looks like; what hangs together across a file, such as a node that does not exist, `check` tells.
Descriptions, snippets and messages are for yaml-language-server, which VS Code, Neovim, Helix and others use.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping

import orjson

from ivrkit.schema.calendars import calendars_schema
from ivrkit.schema.config import config_schema
from ivrkit.schema.flow import flow_schema
from ivrkit.schema.prompts import prompts_schema
from ivrkit.schema.scenarios import scenarios_schema
from ivrkit.schema.types import Schema

SCHEMAS: Mapping[str, Callable[[], Schema]] = {
    "flow": flow_schema,
    "prompts": prompts_schema,
    "calendars": calendars_schema,
    "scenarios": scenarios_schema,
    "config": config_schema,
}
"""What there is a schema of; a new one is a function and a row here."""

DRAFT = "http://json-schema.org/draft-07/schema#"

__all__ = ["SCHEMAS", "Schema", "file_name", "schema", "schema_text"]


def file_name(kind: str) -> str:
    """What the file of a schema is called. Its number is that of the language that flows are written in."""
    return f"ivrkit-{kind}-1.schema.json"


def schema(kind: str) -> Schema:
    """A whole schema. ConfigError when a node kind of an installed package cannot be used."""
    return {"$schema": DRAFT, "$id": file_name(kind), **SCHEMAS[kind]()}


def schema_text(kind: str) -> bytes:
    """The same as JSON, as it stands in its file."""
    return orjson.dumps(schema(kind), option=orjson.OPT_INDENT_2 | orjson.OPT_APPEND_NEWLINE)
