"""The head of a flow file, and a way to find fields in nodes."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field, fields, is_dataclass
from functools import cache
from typing import Annotated, Any, TypeVar, get_args, get_type_hints

from pydantic import BeforeValidator, TypeAdapter

from ivrkit.engine.arguments import ARGUMENT_TYPES
from ivrkit.flow.tree import Path
from ivrkit.nodes.fields import NODE_CONFIG, Key, LanguageCode, Name, NodeName

T = TypeVar("T")

BACK_AND_REPEAT = ("back", "repeat")
"What `keys:` may name beside nodes."


def _list(value: Any) -> Any:
    if not isinstance(value, list) or not value:
        raise ValueError("write the languages as a list, the first is the one callers start in: [zh, en]")
    return value


def _argument_type(value: Any) -> Any:
    if not isinstance(value, str) or value not in ARGUMENT_TYPES:
        raise ValueError(f"an argument is one of {', '.join(ARGUMENT_TYPES)}")
    return value


def _names(value: Any) -> Any:
    if not isinstance(value, list):
        raise ValueError("write the names of its values as a list: [ticket], or [] for none")
    return value


Languages = Annotated[tuple[LanguageCode, ...], BeforeValidator(_list)]
ArgumentType = Annotated[str, BeforeValidator(_argument_type)]
ValueNames = Annotated[tuple[Name, ...], BeforeValidator(_names)]


@dataclass(frozen=True, slots=True, kw_only=True)
class Header:
    """The top of a flow file."""

    __pydantic_config__ = NODE_CONFIG

    flow: str
    "Its name, as records and reports show it."
    languages: Languages
    "The first is the one callers start in."
    prompts: str | None = None
    "Name of its prompt file."
    start: NodeName
    "The node that a call begins with."
    on_hangup: NodeName | None = None
    "Where the flow goes on when the caller has gone, for five seconds: nodes that neither say nor ask."
    arguments: Mapping[Name, ArgumentType] = field(default_factory=dict)
    "What it gets from a flow that runs it: name to type."
    returns: Mapping[str, ValueNames] = field(default_factory=dict)
    "The results that it can have, each with the names of its values."
    defaults: Mapping[str, Any] = field(default_factory=dict)
    "Fields for every node that has them and does not say otherwise."
    keys: Mapping[Key, NodeName] = field(default_factory=dict)
    "Keys of every menu and confirm: a node, `back` or `repeat`."
    nodes: Mapping[str, Any]


# Made once for each kind of node: it takes longer than to use it.
adapter: Callable[[Any], TypeAdapter[Any]] = cache(TypeAdapter)
"What reads and writes a node kind, or the head."


def walk(value: object, kind: type[T] | tuple[type[T], ...], path: Path = ()) -> Iterator[tuple[Path, T]]:
    """Every value of a type inside a node, with the path of its YAML."""
    found: list[tuple[Path, T]] = []
    _gather(value, kind, path, found)
    return iter(found)


def _gather(value: object, kind: type[T] | tuple[type[T], ...], path: Path, found: list[tuple[Path, T]]) -> None:
    if isinstance(value, kind):
        found.append((path, value))
    elif isinstance(value, tuple):
        for number, item in enumerate(value):
            _gather(item, kind, (*path, number), found)
    elif isinstance(value, Mapping):
        for name, item in value.items():
            _gather(name, kind, (*path, name), found)
            _gather(item, kind, (*path, name), found)
    else:
        for attribute, name in _parts(type(value), kind):
            _gather(getattr(value, attribute), kind, (*path, name), found)


def _parts_with(model: Any, kind: Any) -> tuple[tuple[str, str], ...]:
    if not is_dataclass(model):
        return ()
    hints = get_type_hints(model)
    held = [one for one in fields(model) if _can_hold(hints[one.name], kind)]
    return tuple((one.name, one.name.rstrip("_")) for one in held)


# Every check walks through every node: without this most of the time would go into fields that hold nothing for it.
_parts: Callable[[type, Any], tuple[tuple[str, str], ...]] = cache(_parts_with)
"The fields of a dataclass in which values of a type may be, each with its name in YAML."


def _can_hold(annotation: Any, kind: Any) -> bool:
    """Whether a value of this annotation may be one of the type, or have one inside."""
    if inner := get_args(annotation):
        return any(_can_hold(one, kind) for one in inner)
    if annotation is Any:  # a class in Python 3.11
        return True
    if not isinstance(annotation, type):
        return False
    if _parts(annotation, kind):
        return True
    several = kind if isinstance(kind, tuple) else (kind,)
    return issubclass(annotation, several) or any(issubclass(one, annotation) for one in several)
