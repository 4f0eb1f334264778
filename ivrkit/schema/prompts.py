"""The schema of a prompt file: words by language, and the ways in which a value in them can be said."""

from __future__ import annotations

from ivrkit.flow.diagnostic import listed
from ivrkit.prompts.languages import LANGUAGES
from ivrkit.schema.types import ID, NODE, Schema

_NAMES: Schema = {
    "pattern": "^[a-z][a-z0-9_]*$",
    "errorMessage": "A name here is a small letter, then small letters, digits and _.",
    "doNotSuggest": True,
}
_ID_RULE = "A prompt is called by a small letter, then small letters, digits, _ and points: bill.due."


def prompts_schema() -> Schema:
    """A prompt file."""
    plain, said = _words("Plain words."), _words(f"What is said. A value in it says how: {_ways()}.")
    return {
        "title": "ivrkit prompts",
        "description": "What callers hear, by the names under which flows say it, in every language.",
        "type": "object",
        "errorMessage": "A prompt file begins with prompts: its_name.",
        "allOf": [{"required": ["prompts"], "errorMessage": 'A prompt file needs "prompts:" and its own name.'}],
        "propertyNames": {"pattern": ID, "errorMessage": _ID_RULE, "doNotSuggest": True},
        "properties": {
            "prompts": {
                "title": "prompts",
                "description": "The name of this file without .yaml.",
                "type": "string",
                "pattern": NODE,
                "errorMessage": "Write the name of this file without .yaml.",
                "examples": ["water"],
            },
            "variables": _by_name("variables", "Words that stand in many prompts, as {{ company }}.", plain),
            "lists": _by_name("lists", 'Values that have words of their own: {{ kind | text("kind") }}.', _list(plain)),
        },
        "additionalProperties": said,
        "defaultSnippets": [_snippet("prompt …", "${1:welcome}")],
    }


def _words(description: str) -> Schema:
    """`{zh: …, en: …}`"""
    text = {"type": ["string", "number"], "minLength": 1, "errorMessage": "Write the words here, in quotes."}
    return {
        "type": "object",
        "description": description,
        "properties": {code: text | {"title": code, "description": description} for code in LANGUAGES},
        "additionalProperties": False,
        "minProperties": 1,
        "errorMessage": "Write the words by language: {zh: 您好, en: Hello}.",
    }


def _by_name(title: str, description: str, values: Schema) -> Schema:
    return {
        "title": title,
        "description": description,
        "type": "object",
        "propertyNames": _NAMES,
        "additionalProperties": values,
        "defaultSnippets": [_snippet(f"{title} …", "${1:company}")] if "properties" in values else [],
    }


def _list(words: Schema) -> Schema:
    return {
        "type": "object",
        "description": "The values, each with its words.",
        "additionalProperties": words,
        "defaultSnippets": [_snippet("value …", "${1:residential}")],
    }


def _snippet(label: str, name: str) -> Schema:
    words = ", ".join(f"{code}: ${{{number}:…}}" for number, code in enumerate(LANGUAGES, 2))
    return {"label": label, "body": {name: f"{{{words}}}"}}


def _ways() -> str:
    ways = dict.fromkeys(way for language in LANGUAGES.values() for way in language.ways)
    return listed([f"{{{{ value | {way} }}}}" for way in ways], "or")
