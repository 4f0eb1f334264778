"""The schema of flows/scenarios/*.yaml: one scenario, of which a file has one or more."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from ivrkit.flow.diagnostic import listed
from ivrkit.flow.scenarios.names import OUTCOMES
from ivrkit.flow.scenarios.reading import PARTIES
from ivrkit.nodes import fields
from ivrkit.schema.snippets import Body
from ivrkit.schema.types import ANYTHING, SCALAR, TYPES, Schema

WHOLE_SCENARIO: Body = {
    "scenario": "${1:a customer hears about an order}",
    "flow": "${2:hotline}",
    "caller": '{number: "${3:13800001111}", at: "${4:2026-11-23T10:00:00+08:00}"}',
    "steps": [
        "hears: ${5:welcome}",
        'presses: "${6:1}"',
        "hears: ${7:order.ask}",
        "hangs_up",
        "ends: {at: ${8:order}, by: ${9:caller}}",
    ],
}
"What stands in an empty file after one choice: a whole call."


def _text(title: str, description: str, *examples: str, **more: Any) -> Schema:
    return {
        "title": title,
        "description": description,
        "type": SCALAR,
        "minLength": 1,
        "examples": [*examples],
        "errorMessage": "Write a text here.",
        **more,
    }


def _named(title: str, description: str, values: Schema, rule: str, *snippets: str) -> Schema:
    """Names that nobody knows before, each with such a value."""
    return {
        "title": title,
        "description": description,
        "type": "object",
        "propertyNames": {"doNotSuggest": True},
        "additionalProperties": values,
        "errorMessage": rule,
        "defaultSnippets": [{"label": f"{title} …", "body": body} for body in snippets],
    }


def _fields(title: str, description: str, rule: str, here: Mapping[str, Schema], **more: Any) -> Schema:
    return {
        "title": title,
        "description": description,
        "type": "object",
        "properties": here,
        "additionalProperties": False,
        "errorMessage": rule,
        **more,
    }


def _seconds(title: str, description: str) -> Schema:
    return TYPES[fields.Seconds] | {"title": title, "description": description}


_VALUES_RULE = 'Write names and values: {account: "12345674"}.'
_MOMENT: Schema = {
    "title": "at",
    "description": "When the call comes, with its zone. Calendars go by it.",
    "type": "string",
    "pattern": r"^[0-9]{4}.*([Zz]|[+-][0-9]{2}(:?[0-9]{2})*)$",
    "errorMessage": 'Write when the call comes with its zone: "2026-11-23T10:00:00+08:00".',
    "examples": ["2026-11-23T10:00:00+08:00"],
}
_PLAIN: Schema = {"type": SCALAR, "errorMessage": "Write a text here."}
_CALLER = _fields(
    "caller",
    "Who calls, and when.",
    "A caller has number, name, called and at, and nothing else.",
    {
        "number": _PLAIN | {"title": "number", "description": "The caller's number.", "examples": ["13800001111"]},
        "name": _PLAIN | {"title": "name", "description": "The caller's name.", "examples": ["王芳"]},
        "called": _PLAIN | {"title": "called", "description": "The number that is called.", "examples": ["4001"]},
        "at": _MOMENT,
    },
    defaultSnippets=[{"label": "caller …", "body": WHOLE_SCENARIO["caller"]}],
)


def _outcome(possible: Sequence[str], example: str) -> Schema:
    if not possible:
        return _text("outcome", "What is answered.", example)
    rule = f"Write {listed(possible, 'or')}."
    return {"title": "outcome", "description": "What is answered.", "enum": [*possible], "errorMessage": rule}


def _answers(part: str, description: str, example: str, name: str) -> Schema:
    """One part of the world: a name to an answer, or a list of them."""
    outcome = _outcome(OUTCOMES.get(part, ()), example)
    rule = f"Write what is answered: {example}, or {{outcome: {example}, takes: 2s}}."
    whole = {
        "outcome": outcome,
        "result": _named(
            "result", "The values that come with it.", ANYTHING, "Write names and values: {price: 42.50}."
        ),
        "takes": _seconds("takes", "How long the answer takes."),
        "talks": _seconds("talks", "How long a transfer target talks."),
    }
    # In conditions, so that each mistake is told by the form that the author has begun.
    one: Schema = {
        "type": ["object", *SCALAR],
        "errorMessage": rule,
        "if": {"type": "object"},
        "then": _fields(
            "answer",
            "An answer.",
            f"An answer has {listed(whole)}, and nothing else.",
            whole,
            allOf=[{"required": ["outcome"], "errorMessage": f"Say what is answered: outcome: {example}."}],
        ),
        "else": outcome,
    }
    answers: Schema = {
        "description": "An answer, or a list of them: one after another, the last for ever.",
        "type": ["object", "array", *SCALAR],
        "errorMessage": rule,
        "if": {"type": "array"},
        "then": {"type": "array", "minItems": 1, "items": one, "errorMessage": rule},
        "else": one,
    }
    return _named(part, description, answers, "Write names and answers.", f"{{${{1:{name}}}: ${{2:{example}}}}}")


_WORLD: Mapping[str, Schema] = {
    "actions": _answers("actions", "What actions answer, by their names.", "ok", "find_bill"),
    "requests": _answers("requests", "What web services answer, by the node that asks.", "ok", "order"),
    "transfers": _answers("transfers", "What becomes of transfers, by target.", "answered", "person"),
    "recordings": _answers("recordings", "Whether can be recorded, by the node that records.", "error", "message"),
    "calendars": _answers("calendars", "The state of calendars; else they go by the caller's at.", "closed", "office"),
}

_ENDS = {
    "at": _text("at", "The node at which it ends.", "end"),
    "by": {
        "title": "by",
        "description": "Who or what ends it.",
        "enum": [*PARTIES],
        "errorMessage": f"A call ends by {listed(PARTIES, 'or')}.",
    },
}
_CALLED_RULE = 'Write the action with its arguments: {find_bill: {account: "12345674"}}.'
_EMPTY: Schema = {"type": ["null", "string"], "maxLength": 0, "errorMessage": "Nothing stands behind hangs_up:"}

STEPS: Mapping[str, tuple[Schema, str]] = {
    "hears": (
        _text("hears", "A prompt begins: this one, or the words of this node.", "welcome"),
        "hears: ${1:welcome}",
    ),
    "hears_text": (
        _text("hears_text", "A prompt begins whose words hold these, as they are said.", "请按一", "press one"),
        "hears_text: ${1:请按一}",
    ),
    "presses": (
        TYPES[fields.Keys] | {"title": "presses", "description": "The caller presses these keys, 200 ms apart."},
        'presses: "${1:1}"',
    ),
    "waits": (
        _seconds("waits", "The caller does nothing for so long after what was heard last."),
        "waits: ${1:5s}",
    ),
    "speaks": (_seconds("speaks", "The caller speaks for so long."), "speaks: ${1:4s}"),
    "hangs_up": (_EMPTY | {"title": "hangs_up", "description": "The caller hangs up."}, "hangs_up"),
    "called": (
        {
            "title": "called",
            "description": "Actions that have been called, with these arguments.",
            "type": ["object", "string"],
            "minLength": 1,
            "propertyNames": {"doNotSuggest": True},
            "additionalProperties": {
                "type": ["object", "null", "string"],
                "maxLength": 0,
                "errorMessage": _VALUES_RULE,
            },
            "errorMessage": _CALLED_RULE,
        },
        'called: {${1:find_bill}: {${2:account}: "${3:12345674}"}}',
    ),
    "saved": (
        _named("saved", "Values that the call has by now.", ANYTHING, _VALUES_RULE),
        'saved: {${1:account}: "${2:12345674}"}',
    ),
    "ends": (
        _fields("ends", "The call ends: at this node, by this party.", "Write {at: end, by: flow}.", _ENDS)
        | {"type": ["object", "null", "string"], "maxLength": 0},
        "ends: {at: ${1:end}, by: ${2:flow}}",
    ),
}
"""Each step: what stands behind its word, and what an editor writes for it: a text, for a mapping would be put into the
line below the dash."""
ALONE = ("hangs_up", "ends")
"Steps that need nothing behind them, and not even the colon."


def scenarios_schema() -> Schema:
    """One scenario; an editor looks at each YAML document of a file by itself."""
    here: dict[str, Schema] = {
        "scenario": _text("scenario", "What is tested, in words.", "a customer hears the tariff"),
        "flow": _text("flow", "The flow that is called.", "water-hotline"),
        "caller": _CALLER,
        **_WORLD,
        "steps": _steps(),
    }
    return {
        "title": "ivrkit scenario",
        "description": "A call that has to go as it is written.",
        "type": "object",
        "properties": here,
        "additionalProperties": False,
        "errorMessage": f"A scenario has no part of this name. It has {listed(here)}.",
        "allOf": [
            {"required": [name], "errorMessage": f'A scenario needs "{name}:".'}
            for name in ("scenario", "flow", "steps")
        ],
        "defaultSnippets": [{"label": "scenario …", "description": "A whole call.", "body": WHOLE_SCENARIO}],
    }


def _steps() -> Schema:
    rule = f"A step is one of {listed(STEPS, 'or')}."
    return {
        "title": "steps",
        "description": "What happens, one after the other.",
        "type": "array",
        "minItems": 1,
        "errorMessage": "Write the steps as a list, each behind a - of its own: - hears: welcome",
        "items": {
            "type": ["object", "string"],
            "properties": {word: step for word, (step, _) in STEPS.items()},
            "additionalProperties": False,
            "minProperties": 1,
            "maxProperties": 1,
            "pattern": f"^({'|'.join(ALONE)})$",
            "errorMessage": rule,
            "defaultSnippets": [
                {"label": f"{word} …", "description": step["description"], "body": body}
                for word, (step, body) in STEPS.items()
            ],
        },
    }
