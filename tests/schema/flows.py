"""The flows of this repository, and YAML as ivrkit and as editors read it."""

from __future__ import annotations

import re
from typing import Any

import yaml

from tests.docs.pages import ROOT, blocks

PLACES = ("flows", "examples", "ivrkit/cli/project", "tests/flows_ok")
MODELINE = "# yaml-language-server: $schema=../ivrkit-flow-1.schema.json\n"

CALENDARS = """
calendars:
  office: {timezone: Asia/Shanghai, open: {mon-fri: "08:30-17:30", 周六: 09:00-12:00}, holidays: CN, dates: {
    "2026-12-31": closed, 2027-02-17..2027-02-23: holiday, 2027-02-28: workday, 2027-03-01: "10:00-12:00, 13:00-15:00"}}
  always: {timezone: UTC, open: {daily: 24h}}
"""

_FLOW = re.compile(r"^flow:.*^nodes:", re.MULTILINE | re.DOTALL)


def all_flows() -> dict[str, str]:
    """Name → text of every flow that has no mistake, those of the documentation too."""
    files = (file for place in PLACES for file in sorted((ROOT / place).rglob("*.yaml")))
    pages = sorted((ROOT / "docs").rglob("*.md"))
    written = {
        f"{page.stem}:{block.line}": block.text for page in pages for block in blocks(page) if block.language == "yaml"
    }
    found = {str(file.relative_to(ROOT)): file.read_text("utf-8") for file in files} | written
    return {name: text for name, text in found.items() if _FLOW.search(text)}


def all_prompts() -> dict[str, str]:
    """Name → text of every prompt file."""
    files = [
        *ROOT.glob("prompts/*.yaml"),
        *ROOT.glob("examples/*/prompts/*.yaml"),
        *ROOT.glob("ivrkit/cli/project/prompts/*.yaml"),
        *ROOT.glob("tests/flows_ok/prompts/*"),
    ]
    return {str(file.relative_to(ROOT)): file.read_text("utf-8") for file in sorted(files)}


def all_scenarios() -> dict[str, str]:
    """Name → text of every file of scenarios, cut at its documents."""
    files = (file for place in PLACES for file in sorted((ROOT / place).rglob("scenarios/*.yaml")))
    return {
        f"{file.relative_to(ROOT)}:{number}": text
        for file in files
        for number, text in enumerate(re.split(r"^---\n", file.read_text("utf-8"), flags=re.MULTILINE), 1)
    }


# Python's own parser of YAML stumbles over "?" before a brace.
_BASE: Any = getattr(yaml, "CBaseLoader", yaml.BaseLoader)
_SAFE: Any = getattr(yaml, "CSafeLoader", yaml.SafeLoader)


class _Core(_SAFE):  # type: ignore[misc]
    """YAML 1.2's core schema, which editors read by: `yes` is a text, `8` a number, `true` a truth value."""


_Core.yaml_implicit_resolvers = {}
for tag, pattern, first in (
    ("bool", r"true|True|TRUE|false|False|FALSE", "tTfF"),
    ("null", r"~|null|Null|NULL|", "~nN\0"),
    ("int", r"[-+]?[0-9]+", "-+0123456789"),
    ("float", r"[-+]?(\.[0-9]+|[0-9]+(\.[0-9]*)?)([eE][-+]?[0-9]+)?", "-+.0123456789"),
):
    _Core.add_implicit_resolver(f"tag:yaml.org,2002:{tag}", re.compile(rf"^(?:{pattern})$"), [*first, ""])


def as_ivrkit_reads(text: str) -> Any:
    """Every scalar is a text."""
    return yaml.load(text, _BASE)


def as_editors_read(text: str) -> Any:
    """Scalars have types, names do not."""
    return _named(yaml.load(text, _Core))


def _named(value: Any) -> Any:
    if isinstance(value, dict):
        return {str(name): _named(inner) for name, inner in value.items()}
    return [_named(inner) for inner in value] if isinstance(value, list) else value
