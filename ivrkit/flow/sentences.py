"""What pydantic finds wrong with a value, in an author's words and at the author's place."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, fields, is_dataclass
from typing import Annotated, Any, NamedTuple, get_args, get_origin, get_type_hints

from pydantic import ValidationError
from pydantic_core import ErrorDetails

from ivrkit.flow.diagnostic import listed, quoted
from ivrkit.flow.kinds import node_kinds
from ivrkit.flow.tree import Path
from ivrkit.prompts.problems import did_you_mean

KEY = "[key]"
"What pydantic puts at the end of the path to a key that is wrong."

LATER = ("queue", "pay")
"Kinds of nodes that this version does not know yet."


class Mistake(NamedTuple):
    """One thing that is wrong in a part of a file."""

    path: Path
    "From that part on."
    message: str
    check: str
    key: bool
    "Whether the name is wrong and not the value behind it."


@dataclass(frozen=True, slots=True)
class _Wrong:
    """What pydantic found, and the part of the file it found it in."""

    part: str
    'The part in words: `node "main"`.'
    model: type
    found: ErrorDetails

    @property
    def name(self) -> str:
        """The last word of its path that the author wrote or should have written."""
        words = [word for word in self.found["loc"] if isinstance(word, str) and word != KEY]
        return words[-1] if words else ""

    @property
    def shown(self) -> str:
        value = self.found["input"]
        return quoted(value) if isinstance(value, str) else "this"


def mistakes(error: ValidationError, part: str, model: type) -> list[Mistake]:
    """Everything wrong with one part of a file, which was read as `model`."""
    wrong = [_Wrong(part, model, found) for found in error.errors(include_url=False)]
    unknown = [one.name for one in wrong if one.found["type"] == "unexpected_keyword_argument"]
    return [_mistake(one) for one in wrong if not _is_misspelt(one, unknown)]


def not_yet(word: str) -> str:
    return f"{quoted(word)} is not in this version of ivrkit yet"


BELOW = "write what belongs to it behind it, or in the lines below and two spaces further right"
"What to do about a name with nothing behind it."


def field_names(model: type) -> list[str]:
    """The fields of a node kind, or of a part of one, as they are called in YAML."""
    return [one.name.rstrip("_") for one in fields(model)]


def _mistake(wrong: _Wrong) -> Mistake:
    kind, path = wrong.found["type"], wrong.found["loc"]
    if kind == "missing":
        message, check = _missing(wrong)
        return Mistake(path[:-1], message, check, key=True)
    if kind == "unexpected_keyword_argument":
        return Mistake(path, _unknown(wrong), "unknown-field", key=True)
    say = _SENTENCES.get(kind, _does_not_fit)
    if path[-1:] == (KEY,):
        return Mistake(path[:-1], say(wrong), "wrong-value", key=True)
    return Mistake(path, say(wrong), "wrong-value", key=False)


def _is_misspelt(wrong: _Wrong, unknown: list[str]) -> bool:
    """Whether a field is only missing because its name is written wrongly, which is told at that name."""
    return wrong.found["type"] == "missing" and bool(did_you_mean(wrong.name, unknown))


def _missing(wrong: _Wrong) -> tuple[str, str]:
    sentence, check = _MISSING.get(wrong.name, ("{part} needs {name}", "missing-field"))
    return sentence.format(part=wrong.part, name=quoted(f"{wrong.name}:")), check


def _unknown(wrong: _Wrong) -> str:
    names = field_names(_model_at(wrong.model, wrong.found["loc"][:-1]))
    if wrong.name in LATER:
        return not_yet(wrong.name)
    if near := did_you_mean(wrong.name, names):
        hint = near
    elif isinstance(wrong.found["input"], Mapping) and not node_kinds().keys().isdisjoint(wrong.found["input"]):
        hint = "; a node begins two spaces further right than nodes:, like all others"
    else:
        hint = f"; there are {listed(names)}"
    return f"{wrong.part} has a field {quoted(wrong.name)} that cannot stand here{hint}"


def _author(wrong: _Wrong) -> str:
    """What our own validators say is written for authors already."""
    return str(wrong.found["ctx"]["error"])


def _empty(wrong: _Wrong) -> str:
    return f"{quoted(wrong.name)} is empty; write a name behind it" if wrong.name else "this is empty; write a name"


def _choice(wrong: _Wrong) -> str:
    expected = wrong.found["ctx"]["expected"].replace("'", "")
    return f"{wrong.shown} cannot stand here; write {expected}"


def _whole_number(wrong: _Wrong) -> str:
    return f"{wrong.shown} is not a whole number of at least 1"


def _does_not_fit(wrong: _Wrong) -> str:
    return f"{wrong.shown} does not fit behind {quoted(wrong.name)}"


def _option(wrong: _Wrong) -> str:
    names = field_names(_model_at(wrong.model, wrong.found["loc"]))
    return f"write here {{{', '.join(f'{name}: …' for name in names)}}}, as far as you need them"


def _pairs(wrong: _Wrong) -> str:
    if not wrong.found["input"]:
        return f"{quoted(wrong.name)} is empty; {BELOW}"
    return f"write names and values here, such as {_EXAMPLES.get(wrong.name, '{name: value}')}"


def _fixed(sentence: str) -> Callable[[_Wrong], str]:
    return lambda wrong: sentence


_TEXT = _fixed("write one name or text here, not a list and not lines of their own")
_NUMBER = _fixed("write a number here")
_LIST = _fixed('write a list here: one line each, beginning with "- "')

_SENTENCES: Mapping[str, Callable[[_Wrong], str]] = {
    "value_error": _author,
    "string_too_short": _empty,
    "string_type": _TEXT,
    "literal_error": _choice,
    "int_type": _whole_number,
    "int_parsing": _whole_number,
    "int_parsing_size": _whole_number,
    "int_from_float": _whole_number,
    "greater_than_equal": _whole_number,
    "float_type": _NUMBER,
    "float_parsing": _NUMBER,
    "bool_type": _fixed("write yes or no here"),
    "bool_parsing": _fixed("write yes or no here"),
    "tuple_type": _LIST,
    "list_type": _LIST,
    "dict_type": _pairs,
    "mapping_type": _pairs,
    "dataclass_type": _option,
}
_EXAMPLES = {
    "on": "{ok: main, error: agent}",
    "menu": '"1": {label: …, next: …}',
    "with": '{account: "{{ account }}"}',
    "set": '{count: "{{ 1 }}"}',
    "keys": '{"0": agent}',
    "defaults": "{give_up: agent}",
    "split": "{new: 20, old: 80}",
    "arguments": "{account: text}",
    "returns": "{done: [ticket]}",
    "nodes": "main: {play: welcome, next: end}",
}
_MISSING: Mapping[str, tuple[str, str]] = {
    "next": ("{part} leads nowhere; say where the call goes on with {name}", "dead-end"),
    "give_up": (
        "{part} does not say where a caller goes who never answers; add {name} here or under defaults:",
        "unhandled-outcome",
    ),
    "on": ("{part} does not say how it goes on; add {name} with a node for each outcome", "unhandled-outcome"),
}


def _model_at(model: Any, path: tuple[int | str, ...]) -> type:
    """The dataclass that the end of a path is read as."""
    found = model
    for part in path:
        found = _inside(found, part)
    return found if is_dataclass(found) and isinstance(found, type) else model


def _inside(annotation: Any, part: int | str) -> Any:
    if is_dataclass(annotation) and isinstance(annotation, type):
        hints = get_type_hints(annotation, include_extras=True)
        return _plain(hints.get(str(part)) or hints.get(f"{part}_"))
    arguments = [argument for argument in get_args(annotation) if argument is not Ellipsis]
    return _plain(arguments[-1]) if arguments else annotation


def _plain(annotation: Any) -> Any:
    """Without what Annotated adds, and without None."""
    if get_origin(annotation) is Annotated:
        return _plain(get_args(annotation)[0])
    choices = [choice for choice in get_args(annotation) if choice is not type(None)]
    return _plain(choices[0]) if type(None) in get_args(annotation) else annotation


def kinds_with(field: str) -> list[str]:
    """The node kinds that have a field."""
    return [name for name, kind in node_kinds().items() if field in field_names(kind)]
