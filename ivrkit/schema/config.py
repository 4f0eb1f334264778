"""The schema of ivrkit.yaml."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import fields
from importlib.metadata import entry_points

from ivrkit.config import Config
from ivrkit.flow.diagnostic import listed
from ivrkit.flow.documented import field_docs
from ivrkit.prompts.languages import LANGUAGES
from ivrkit.schema.types import ANYTHING, Schema
from ivrkit.tts import ENGINES


def config_schema() -> Schema:
    """The configuration. A setting that is not in the table below may be anything."""
    texts, settings = field_docs(Config), _settings()
    names = [field.name for field in fields(Config) if field.name != "folder"]
    return {
        "title": "ivrkit.yaml",
        "description": "Which numbers lead to which flows, and what flows need beside their own files.",
        "type": "object",
        "properties": {
            name: {"title": name, "description": texts.get(name, ""), **settings.get(name, ANYTHING)} for name in names
        },
        "additionalProperties": False,
        "errorMessage": f"ivrkit has no setting of this name. It has {listed(names)}.",
    }


def _list(example: str) -> Schema:
    return {
        "type": "array",
        "items": {"type": "string", "minLength": 1, "examples": [example]},
        "errorMessage": f"Write a list here, such as [{example}].",
    }


def _by_name(example: str, values: Schema, names: Schema) -> Schema:
    return {
        "type": "object",
        "propertyNames": names | {"doNotSuggest": True},
        "additionalProperties": values,
        "errorMessage": f"Write names and values here, such as {example}.",
    }


def _voice() -> Schema:
    whole = {"type": ["integer", "string"], "pattern": "^[0-9]+$", "errorMessage": "Write a whole number."}
    return {
        "type": "object",
        "properties": {
            "engine": {
                "title": "engine",
                "description": "The program that speaks.",
                "enum": [*ENGINES, *entry_points(group="ivrkit.tts").names],
            },
            "voice": {"title": "voice", "description": "What the engine calls the voice.", "type": "string"},
            "country": {"title": "country", "description": "A part of FreeSWITCH's sound path.", "type": "string"},
            "rate": {"title": "rate", "description": "Words a minute.", "examples": [160], **whole},
            "pitch": {"title": "pitch", "description": "How high it is.", **whole},
        },
        "additionalProperties": False,
        "errorMessage": "Write a voice like this: {engine: espeak, voice: cmn, rate: 160}.",
    }


_LANGUAGE_NAMES = {"enum": list(LANGUAGES), "errorMessage": f"ivrkit speaks {listed(LANGUAGES)}."}
_NUMBER_NAMES = {
    "pattern": r"^[+*#0-9]{1,32}$",
    "errorMessage": 'Write a telephone number in quotes: digits, "+", "*" and "#".',
}


def _settings() -> Mapping[str, Schema]:
    """How each is written."""
    return {
        "numbers": _by_name(
            '"4001": flows/hotline.yaml', {"type": "string", "examples": ["flows/hotline.yaml"]}, _NUMBER_NAMES
        ),
        "listen": {
            "type": "string",
            "pattern": "^.+:[0-9]{1,5}$",
            "errorMessage": "Write an address and a port: 127.0.0.1:8084.",
            "examples": ["127.0.0.1:8084"],
        },
        "allow": _list("127.0.0.0/8"),
        "store": {"type": "string", "examples": ["sqlite:///data/ivrkit.db", "memory:"]},
        "sounds": {"type": "string", "examples": ["sounds"]},
        "recorded": {"type": "string", "examples": ["data/recorded"]},
        "voices": _by_name("zh: {engine: espeak, voice: cmn}", _voice(), _LANGUAGE_NAMES),
        "actions": _list("my_company.actions"),
        "hosts": _list("billing.example.com"),
        "targets": _by_name(
            "person: sofia/gateway/pstn/02112345678",
            {
                "type": ["string", "null"],
                "description": "A dial string of FreeSWITCH; nothing while nobody answers there.",
                "examples": ["sofia/gateway/pstn/02112345678"],
            },
            {},
        ),
    }
