"""Every field of every node kind is on its page with its default, and nothing is there that is no field."""

from __future__ import annotations

import re
from dataclasses import MISSING, Field, fields
from typing import get_type_hints

import pytest

from ivrkit.nodes import NODE_KINDS
from ivrkit.nodes.asking import Asking
from ivrkit.nodes.branch import Row
from ivrkit.nodes.fields import Flag, Reaction, Seconds
from ivrkit.nodes.menu import Option
from ivrkit.prompts.languages import LANGUAGES
from ivrkit.script import Node
from tests.docs.pages import ROOT

FOLDER = ROOT / "docs" / "nodes"
PARTS = {"menu": [Option], "branch": [Row]}
"What a kind is made of beside its own fields."

_ROW = re.compile(r"^\| `(\w+)` \| ([^|]*) \|", re.MULTILINE)
_FIELDS = re.compile(r"^\| field \| default \| \|\n\|---\|---\|---\|\n((?:\|.*\n)+)", re.MULTILINE)


def tables(page: str) -> dict[str, str]:
    """Field → default of the tables of fields on a page."""
    found: dict[str, str] = {}
    for table in _FIELDS.findall((FOLDER / page).read_text("utf-8")):
        found |= dict(_ROW.findall(table))
    return found


def written(field: Field[object], hint: object) -> str | None:
    """A default as a page writes it; None where it is told in words."""
    default = field.default
    if default is MISSING and field.default_factory is MISSING:
        return "needed"
    if hint == Seconds:
        return f"{default:g}s"
    if hint == Flag:
        return "yes" if default else "no"
    if isinstance(default, tuple) and default and isinstance(default[0], Reaction):
        return f"`{default[0].prompt}`"
    return f"{default}" if isinstance(default, int) else f"`{default}`" if default == "#" else None


@pytest.mark.parametrize("kind", NODE_KINDS)
def test_a_page_has_every_field_of_its_kind_and_no_other(kind: str) -> None:
    parts = [NODE_KINDS[kind], *PARTS.get(kind, [])]
    known = {field.name.rstrip("_") for part in parts for field in fields(part)} - {"visits"}
    assert tables(f"{kind}.md").keys() == known


@pytest.mark.parametrize("kind", NODE_KINDS)
def test_a_page_says_the_defaults_that_there_are(kind: str) -> None:
    said, model = tables(f"{kind}.md"), NODE_KINDS[kind]
    hints = get_type_hints(model, include_extras=True)
    for field in fields(model):
        default = written(field, hints[field.name])
        if default is not None:
            assert said[field.name.rstrip("_")] == default, field.name


def test_the_overview_has_every_kind_and_every_field_that_all_have() -> None:
    text = (FOLDER / "README.md").read_text("utf-8")
    assert re.findall(r"^\| \[(\w+)\]\(\1\.md\)", text, re.MULTILINE) == list(NODE_KINDS)
    assert tables("README.md").keys() == {field.name for part in (Node, Asking) for field in fields(part)}


def test_a_page_says_what_ivrkit_says_by_itself() -> None:
    confirm, collect = (FOLDER / "confirm.md").read_text("utf-8"), (FOLDER / "collect.md").read_text("utf-8")
    for language in LANGUAGES.values():
        assert language.phrases["confirm_keys"].split("，")[0].split(". ")[0] in confirm
        assert language.phrases["readback_keys"].split("，")[0].split(",")[0] in collect
