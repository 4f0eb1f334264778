"""What an editor writes for an author who chooses a node kind: the node with everything that it needs.

Its class says so with `example`; of one that does not, the fields that have no default are written.
"""

from __future__ import annotations

import re
import types
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import is_dataclass
from itertools import count
from typing import Annotated, Any, Literal, Union, get_args, get_origin, get_type_hints

import yaml

from ivrkit.flow.documented import is_needed, written_fields
from ivrkit.schema.types import TYPES

Body = Any
"What VS Code calls the body of a snippet: mappings and lists make lines, a text is written as it stands."

_LONGEST_LINE = 90
"A mapping that is no longer stands in one line, in braces."
_SPECIAL, _ESCAPED = r"([\\$}])", r"\\\1"
"What means something in a snippet, and what stands for it."
_NEEDS_QUOTES = re.compile(r"^[\W\d]|[:#,{}\[\]\"\\]|\s$")


def example(model: type) -> Mapping[str, Any]:
    """How a dataclass is written, as plain data."""
    if given := getattr(model, "example", ""):
        return dict(_with_numbers(yaml.load(given, yaml.BaseLoader)))  # noqa: S506  it makes nothing but texts
    hints = get_type_hints(model, include_extras=True)
    return {name: _of_type(hints[one.name]) for name, one in written_fields(model).items() if is_needed(one)}


def body(written: Any, depth: int = 1, first: int = 1) -> Body:
    """Plain data as the body of a snippet: what the author replaces becomes `${1:…}`, `${2:…}`, from `first` on.

    So many levels of mappings, from the top, have a line for each name whatever their length.
    """
    return _lines(written, depth, count(first))


def _with_numbers(value: Any) -> Any:
    """As editors read it. The safe loader would make more of it: `on` is true to YAML of old."""
    if isinstance(value, Mapping):
        return {name: _with_numbers(inner) for name, inner in value.items()}
    if isinstance(value, list):
        return [_with_numbers(inner) for inner in value]
    return int(value) if value.isdigit() else value


def _of_type(hint: Any) -> Any:
    if hint in TYPES:
        known = TYPES[hint]
        return next(iter([*known.get("examples", ()), *known.get("enum", ()), "name"]))
    if is_dataclass(hint) and isinstance(hint, type):
        return example(hint)
    origin, inner = get_origin(hint), get_args(hint)
    if origin in (Annotated, Union, types.UnionType):
        return _of_type(inner[0])
    if origin is Literal:
        return inner[0]
    if isinstance(origin, type) and issubclass(origin, Mapping):
        return {_of_type(inner[0]): _of_type(inner[1])}
    if isinstance(origin, type) and issubclass(origin, Sequence):
        return [_of_type(inner[0])]
    return "…"


def _lines(value: Any, depth: int, places: Iterator[int]) -> Body:
    if isinstance(value, Mapping) and (depth > 0 or len(str(value)) > _LONGEST_LINE):
        return {_quoted(str(name)): _lines(inner, depth - 1, places) for name, inner in value.items()}
    if isinstance(value, list) and all(isinstance(inner, Mapping) for inner in value):
        return [_line(inner, places) for inner in value]
    return _line(value, places)


def _line(value: Any, places: Iterator[int]) -> str:
    """`{label: ${1:menu.bill}, next: ${2:bill}}`"""
    if isinstance(value, Mapping):
        return "{" + ", ".join(f"{_quoted(str(name))}: {_line(inner, places)}" for name, inner in value.items()) + "}"
    if isinstance(value, list):
        return "[" + ", ".join(_line(inner, places) for inner in value) + "]"
    text = str(value) if str(value).isdigit() else _quoted(str(value))
    return f"${{{next(places)}:{re.sub(_SPECIAL, _ESCAPED, text)}}}"


def _quoted(text: str) -> str:
    """In quotes where YAML needs them."""
    return f'"{text}"' if _NEEDS_QUOTES.search(text) else text
