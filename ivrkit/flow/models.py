"""The head of a flow file, and a way to find fields in nodes."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field, fields, is_dataclass
from functools import cache
from typing import Annotated, Any, TypeVar

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


_PLAIN = frozenset((str, int, float, bool, type(None)))


def walk(value: object, kind: type[T] | tuple[type[T], ...], path: Path = ()) -> Iterator[tuple[Path, T]]:
    """Every value of a type inside a node, with the path of its YAML."""
    found: list[tuple[Path, T]] = []
    _gather(value, kind, path, found)
    return iter(found)


def _gather(value: object, kind: type[T] | tuple[type[T], ...], path: Path, found: list[tuple[Path, T]]) -> None:
    # Every check walks through every node, so this is where most of the time goes.
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
        for attribute, name in _parts(type(value)):
            inner = getattr(value, attribute)
            if type(inner) not in _PLAIN or isinstance(inner, kind):
                _gather(inner, kind, (*path, name), found)


def _named_parts(model: Any) -> tuple[tuple[str, str], ...]:
    return tuple((one.name, one.name.rstrip("_")) for one in fields(model)) if is_dataclass(model) else ()


_parts: Callable[[type], tuple[tuple[str, str], ...]] = cache(_named_parts)
"The fields of a dataclass, each with its name in YAML."
