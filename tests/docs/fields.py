"""The tables of fields on the pages of docs/nodes, from the code: its names, its defaults, the texts below them.

python -m tests.docs.fields      # writes them anew; what stands around them is written by people
"""

from __future__ import annotations

import re
from dataclasses import MISSING, Field
from pathlib import Path
from typing import Any, get_type_hints

from ivrkit.flow.documented import field_docs, written_fields
from ivrkit.nodes import NODE_KINDS
from ivrkit.nodes.asking import Asking
from ivrkit.nodes.branch import Row
from ivrkit.nodes.fields import Flag, Reaction, Seconds
from ivrkit.nodes.menu import Option
from ivrkit.nodes.request import Message
from ivrkit.script import Node
from tests.docs.pages import ROOT

FOLDER = ROOT / "docs" / "nodes"
PARTS: dict[str, list[type]] = {"menu": [Option], "branch": [Row], "request": [Message]}
"What a kind is made of beside its own fields."
HEAD = "| field | default | |\n|---|---|---|\n"

_TABLE = re.compile(re.escape(HEAD) + r"((?:\|.*\n)+)")


def tables(page: str) -> list[str]:
    """What the tables of a page have to be."""
    if page == "README":
        return [_table(Node, inherited=True), _table(Asking)]
    return [_table(model) for model in (NODE_KINDS[page], *PARTS.get(page, []))]


def written_tables(page: str) -> list[str]:
    """The tables that are on a page."""
    return [found[0] for found in _TABLE.finditer(_file(page).read_text("utf-8"))]


def rewrite(page: str) -> None:
    wanted = iter(tables(page))
    text = _TABLE.sub(lambda found: next(wanted, found[0]), _file(page).read_text("utf-8"))
    _file(page).write_text(text, "utf-8")


def _file(page: str) -> Path:
    return FOLDER / f"{page}.md"


def _table(model: type, inherited: bool = False) -> str:
    hints, texts = get_type_hints(model, include_extras=True), field_docs(model)
    rows = [
        f"| `{name}` | {_default(field, hints[field.name])} | {texts[name].replace('|', chr(92) + '|')} |"
        for name, field in written_fields(model).items()
        if inherited or name != "visits"
    ]
    return HEAD + "\n".join(rows) + "\n"


def _default(field: Field[Any], hint: object) -> str:
    default = field.default
    if default is MISSING and field.default_factory is MISSING:
        return "needed"
    if hint == Seconds:
        return f"{default:g}s"
    if hint == Flag:
        return "yes" if default else "no"
    if isinstance(default, tuple) and default and isinstance(default[0], Reaction):
        return f"`{default[0].prompt}`"
    if default is MISSING or default in (None, "", ()):
        return "none"
    return f"{default}" if isinstance(default, int) else f"`{default}`"


if __name__ == "__main__":
    for page in ("README", *NODE_KINDS):
        rewrite(page)
