"""How each type of field is written, as a schema. A new type of `nodes/fields.py` is a row here.

To ivrkit every scalar is the text that the author wrote; an editor sees `8` as a number and `true` as a truth value.
So each row takes both. `errorMessage`, which editors show in place of "does not match the pattern", and
`defaultSnippets`, which they offer, are keywords of VS Code.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from ivrkit.engine.arguments import ARGUMENT_TYPES
from ivrkit.flow import models
from ivrkit.nodes import addresses, fields, request
from ivrkit.prompts.languages import LANGUAGES

Schema = dict[str, Any]


def told(text: str) -> Schema:
    """A text for authors; those editors that show Markdown would show the signs of a plain one as they are."""
    return {"description": text} | ({"markdownDescription": text} if "`" in text else {})


# ECMAScript's \w knows ASCII only, and a name may be Chinese: so these say which signs a name does not have.
_SIGNS = r"!-/:-@\[-^`{-~\s"
VARIABLE = rf"^[^\d{_SIGNS}][^{_SIGNS}]*$"
"Letters, digits and _, and no digit first; dots and dashes have no place in a variable."
NODE = rf"^[^\d_{_SIGNS}]([^{_SIGNS}]|-)*$"
"The same with dashes, and no _ first."
ID = r"^[a-z][a-z0-9_.]*$"
"What a prompt file calls a prompt."

# An editor that finds nothing in a schema writes a name without its colon.
ANYTHING: Schema = {"anyOf": [{}]}
SCALAR = ["string", "number", "boolean"]
NUMBER: Schema = {
    "type": ["integer", "string"],
    "minimum": 1,
    "pattern": "^0*[1-9][0-9]{0,5}$",
    "errorMessage": "Write a whole number of at least 1.",
    "examples": [3],
}
FLAG: Schema = {
    "type": ["string", "boolean"],
    "pattern": "^([Yy][Ee][Ss]|[Nn][Oo]|[Tt][Rr][Uu][Ee]|[Ff][Aa][Ll][Ss][Ee])$",
    "errorMessage": "Write yes or no.",
    "defaultSnippets": [{"label": answer, "body": answer} for answer in ("yes", "no")],
}
TEXT: Schema = {
    "type": SCALAR,
    "description": "A text, in which a value stands in {{ }}.",
    "examples": ["{{ account }}"],
}


def _name(description: str, example: str, pattern: str = "^[^\n]+$", rule: str = "Write a name here.") -> Schema:
    return {
        "type": "string",
        "pattern": pattern,
        "errorMessage": rule,
        "description": description,
        "examples": [example],
    }


def _keys(most: str, rule: str) -> Schema:
    return {
        "type": ["string", "integer"],
        "pattern": f"^[0-9*#]{most}$",
        "errorMessage": rule,
        "doNotSuggest": True,
        "examples": ["1"],
    }


NODE_NAME = _name("A node of this flow.", "main", NODE, "Name a node: letters, digits, _ and -, and a letter first.")
NAME = _name("A variable of the call.", "account", VARIABLE, "Use letters, digits and _, and begin with a letter.")
LANGUAGE: Schema = {
    "enum": list(LANGUAGES),
    "errorMessage": f"Write a language that ivrkit speaks: {', '.join(LANGUAGES)}.",
    "description": "A language of the flow.",
}
_WORDS_SNIPPET: Schema = {
    "label": "words …",
    "description": "The words in place of a prompt's name.",
    "body": f"{{{', '.join(f'{code}: ${number}' for number, code in enumerate(LANGUAGES, 1))}}}",
}
_PROMPT_RULE = "Name a prompt, or write its words: {zh: 您好, en: Hello}."
_REACTION_RULE = (
    "Name a prompt, write its words ({zh: 请再说一遍, en: Once more}), or say where the call goes: {next: agent}."
)
_WORD: Schema = {"type": ["string", "number"], "minLength": 1, "errorMessage": "Write the words here, in quotes."}
_WORDS = {code: _WORD | {"title": code, "description": f"The words in {code}."} for code in LANGUAGES}


def _said(types: list[str], rule: str, description: str, *parts: str) -> Schema:
    # An editor that saw the words' languages here, and not in a definition, would begin a mapping for every prompt.
    return {
        "type": types,
        "minLength": 1,
        "errorMessage": rule,
        "description": description,
        "allOf": [{"$ref": f"#/definitions/{part}"} for part in parts],
        "examples": ["welcome"],
        "defaultSnippets": [_WORDS_SNIPPET],
    }


def _fields(rule: str, **here: Schema) -> Schema:
    return {"properties": here, "additionalProperties": False, "minProperties": 1, "errorMessage": rule}


PROMPT = _said(["string", "object"], _PROMPT_RULE, "A prompt: its name, or its words.", "words")
_REACTION = _said(["string", "object"], _REACTION_RULE, "A prompt, or {next: node}.", "words or a way out")
_WAY_OUT = {"next": NODE_NAME | {"title": "next"}, "prompt": PROMPT | {"title": "prompt"}}

DEFINITIONS: Mapping[str, Schema] = {
    "words": _fields(_PROMPT_RULE, **_WORDS),
    "words or a way out": _fields(_REACTION_RULE, **_WORDS, **_WAY_OUT),
    "several prompts": {"items": PROMPT},
    "several reactions": {"items": _REACTION},
}
"""What the types below share; it stands in each schema that uses them."""

TYPES: Mapping[Any, Schema] = {
    str: {"type": ["string", "number"]},
    int: NUMBER,
    float: {"type": ["number", "string"]},
    bool: FLAG,
    fields.NodeName: NODE_NAME,
    fields.LanguageCode: LANGUAGE,
    fields.LanguageChoice: {
        "enum": [*LANGUAGES, "ask"],
        "errorMessage": f"Write a language that ivrkit speaks, {', '.join(LANGUAGES)}, or ask.",
        "description": "A language of the flow; ask offers each of them.",
    },
    fields.ActionName: _name("A function of your Python module.", "find_bill"),
    fields.TargetName: _name("A target of ivrkit.yaml.", "person"),
    fields.Name: NAME,
    fields.PromptName: PROMPT,
    fields.Prompts: _said(
        ["string", "object", "array"], _PROMPT_RULE, "A prompt, or a list of them.", "words", "several prompts"
    ),
    fields.Reactions: _said(
        ["string", "object", "array"],
        _REACTION_RULE,
        "What follows, one entry for each time.",
        "words or a way out",
        "several reactions",
    ),
    fields.Seconds: {
        "type": "string",
        "pattern": r"^\s*[0-9]+(\.[0-9]+)?(ms|s|m|h)\s*$",
        "errorMessage": "Write a length of time with its unit: 5s, 500ms, 2m.",
        "description": "A length of time: 5s, 500ms, 2m.",
        "examples": ["5s", "500ms"],
    },
    fields.Count: NUMBER,
    fields.Flag: FLAG,
    fields.Keys: _keys("+", 'Write the keys in quotes: "1", "12", "*". They are 0 to 9, * and #.'),
    fields.Key: _keys("", 'Write one key in quotes: "1", "*" or "#".'),
    fields.EndKey: {
        "type": ["string", "integer"],
        "pattern": "^([0-9*#]|none|)$",
        "errorMessage": 'Write one key in quotes, "#" or "*", or none.',
        "examples": ["#", "*", "none"],
    },
    fields.Pattern: {
        "type": ["string", "integer"],
        "minLength": 1,
        "maxLength": 200,
        "description": "A regular expression that the whole entry must match.",
        "examples": ["[1-5]"],
    },
    fields.Test: {
        "type": SCALAR,
        "description": "A condition: bill.amount > 0, caller.vip and not bill.",
        "examples": ["bill.amount > 0"],
    },
    fields.Text: TEXT,
    addresses.Address: {
        "type": "string",
        "pattern": "^https?://[^\n]+$",
        "errorMessage": "Write an address: https://billing.example.com/bills/{{ account }}.",
        "description": "The address of a web service; values stand in {{ }} behind its host.",
        "examples": ["https://billing.example.com/bills/{{ account }}"],
    },
    request.Body: ANYTHING | {"description": "Names and values, or a list of them.", "examples": ["{{ account }}"]},
    request.Retries: NUMBER
    | {
        "minimum": 0,
        "maximum": request.MOST_RETRIES,
        "pattern": f"^[0-{request.MOST_RETRIES}]$",
        "errorMessage": f"Write a whole number from 0 to {request.MOST_RETRIES}.",
    },
    models.Languages: {
        "type": "array",
        "items": LANGUAGE,
        "minItems": 1,
        "errorMessage": "Write the languages as a list, the first is the one callers start in: [zh, en].",
    },
    models.ArgumentType: {
        "enum": [*ARGUMENT_TYPES],
        "errorMessage": f"An argument is one of {', '.join(ARGUMENT_TYPES)}.",
    },
    models.ValueNames: {
        "type": "array",
        "items": NAME,
        "errorMessage": "Write the names of its values as a list: [ticket], or [] for none.",
    },
}
