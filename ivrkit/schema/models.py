"""A dataclass that is read from YAML, as a schema: its fields with their types, texts and defaults."""

from __future__ import annotations

import types
from collections.abc import Mapping, Sequence
from dataclasses import MISSING, Field, is_dataclass
from typing import Annotated, Any, Literal, Union, get_args, get_origin, get_type_hints

from pydantic.fields import FieldInfo

from ivrkit.flow.diagnostic import listed
from ivrkit.flow.documented import field_docs, is_needed, summary, written_fields
from ivrkit.nodes.fields import Flag, Reactions, Seconds
from ivrkit.schema.snippets import body, example
from ivrkit.schema.types import ANYTHING, TYPES, Schema, told


def of_type(hint: Any) -> Schema:
    """How a value of a type is written. What is not known here, such as a type of a plug-in's own, may be anything."""
    if hint in TYPES:
        return dict(TYPES[hint])
    origin, inner = get_origin(hint), get_args(hint)
    if is_dataclass(hint) and isinstance(hint, type):
        return of_fields(hint)
    if origin in (Union, types.UnionType):
        return _one_of([of_type(choice) for choice in inner if choice is not types.NoneType])
    if origin is Annotated:
        return _annotated(inner[0], inner[1:])
    if origin is Literal:
        return {"enum": list(inner)}
    if isinstance(origin, type) and issubclass(origin, Mapping):
        return _mapping(*inner)
    if isinstance(origin, type) and issubclass(origin, Sequence):
        return {"type": "array", "items": of_type(inner[0])}
    if isinstance(hint, type) and issubclass(hint, str):
        return TYPES[str] | {"description": summary(hint)}
    return dict(ANYTHING)


def of_fields(model: type) -> Schema:
    """A mapping that has the fields of a dataclass and no others."""
    here = properties(model)
    needed = [
        {"required": [name], "errorMessage": f'This needs "{name}:".'}
        for name, one in written_fields(model).items()
        if is_needed(one)
    ]
    schema: Schema = {
        "type": "object",
        **told(summary(model)),
        "properties": here,
        "additionalProperties": False,
        "errorMessage": f"Here stand {listed(here)}, and nothing else.",
        "defaultSnippets": [{"label": f"{model.__name__.lower()} …", "body": body(example(model))}],
    }
    return schema | ({"allOf": needed} if needed else {})


def properties(model: type) -> dict[str, Schema]:
    """Each field of a dataclass with its title, its text and its default."""
    hints, texts = get_type_hints(model, include_extras=True), field_docs(model)
    return {
        name: _field(name, one, hints[one.name], texts.get(name, "")) for name, one in written_fields(model).items()
    }


def _field(name: str, field: Field[Any], hint: Any, text: str) -> Schema:
    schema: Schema = {"title": name, **of_type(hint)}
    default = _written(field.default, hint)
    text = text or schema.get("description", "")
    if text or default is not None:
        schema |= told(" ".join(filter(None, [text, f"Default: {default}." if default is not None else ""])))
    if default is not None and hint != Flag:
        # An editor would put the default of a flag in quotes, as YAML of old took yes for a truth value.
        schema["default"] = default
    return schema


def _written(default: Any, hint: Any) -> str | int | None:
    """A default as an author writes it; None when there is none to write."""
    if hint == Flag and default is not MISSING:
        return "yes" if default else "no"
    if hint == Seconds and default is not MISSING:
        return f"{default:g}s"
    if hint == Reactions and default and default is not MISSING:
        return str(default[0].prompt)
    return default if isinstance(default, str | int) and default != "" else None


def _annotated(base: Any, extras: tuple[Any, ...]) -> Schema:
    """A type with pydantic's additions. One that is converted first may be written in ways that only it knows."""
    described = [extra for extra in extras if isinstance(extra, FieldInfo)]
    schema = of_type(base) if len(described) == len(extras) else dict(ANYTHING)
    for extra in described:
        schema |= {"examples": extra.examples} if extra.examples else {}
    return schema


def _mapping(names: Any, values: Any) -> Schema:
    name = of_type(names)
    rules = {key: name[key] for key in ("pattern", "errorMessage") if key in name}
    schema: Schema = {
        "type": "object",
        "propertyNames": rules | {"doNotSuggest": True},
        "additionalProperties": of_type(values),
    }
    if is_dataclass(values) and isinstance(values, type):
        schema["defaultSnippets"] = [_entry(name.get("examples", ["name"])[0], values)]
    return schema


def _entry(name: str, values: type) -> Schema:
    """What is written for one more name in a mapping."""
    return {
        "label": f"{values.__name__.lower()} …",
        "description": summary(values),
        "body": {f'"${{1:{name}}}"': body(example(values), depth=0, first=2)},
    }


def _one_of(choices: list[Schema]) -> Schema:
    return choices[0] if len(choices) == 1 else {"anyOf": choices}
