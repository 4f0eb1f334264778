"""The fields of a dataclass that is read from YAML, as authors know them: their names, and what they are for."""

from __future__ import annotations

import ast
import inspect
import sys
from collections.abc import Iterator, Mapping
from dataclasses import MISSING, Field, fields, is_dataclass
from functools import cache
from itertools import pairwise
from typing import Any


def written_fields(model: type) -> dict[str, Field[Any]]:
    """The fields of a dataclass as they are called in YAML, its own before those that it inherits."""
    known = {one.name: one for one in fields(model)}
    named = [name for base in model.__mro__ for name in inspect.get_annotations(base)]
    return {name.rstrip("_"): known[name] for name in named if name in known}


def is_needed(field: Field[Any]) -> bool:
    """Whether it has no default."""
    return field.default is MISSING and field.default_factory is MISSING


def field_docs(model: type) -> dict[str, str]:
    """Field → the text that stands below it, such as below `tries: Count = 3`; a field without a text is left out.

    Python keeps these texts only in the source. A class that has none, as it was made at run time, has no texts.
    """
    docs: dict[str, str] = {}
    for base in reversed(model.__mro__):
        if is_dataclass(base):
            docs |= _in_module(base.__module__).get(base.__name__, {})
    return docs


def summary(model: type) -> str:
    """The docstring of a class up to its first empty line; nothing when it only has the one of every dataclass."""
    text = inspect.cleandoc(model.__doc__ or "")
    return "" if text.startswith(f"{model.__name__}(") else " ".join(text.split("\n\n")[0].split("\n"))


@cache
def _in_module(name: str) -> Mapping[str, Mapping[str, str]]:
    """Class → field → text."""
    try:
        tree = ast.parse(inspect.getsource(sys.modules[name]))
    except (OSError, TypeError):
        return {}
    return {found.name: dict(_in_class(found)) for found in ast.walk(tree) if isinstance(found, ast.ClassDef)}


def _in_class(found: ast.ClassDef) -> Iterator[tuple[str, str]]:
    for field, after in pairwise(found.body):
        match field, after:
            case ast.AnnAssign(target=ast.Name(name)), ast.Expr(ast.Constant(str(text))):
                yield name.rstrip("_"), " ".join(text.split())
