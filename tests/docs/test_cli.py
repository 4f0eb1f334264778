"""docs/cli.md has every command with every argument and option of it, and no other."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

import pytest
import typer

from ivrkit.cli import app
from tests.docs.pages import ROOT

PAGE = (ROOT / "docs" / "cli.md").read_text("utf-8")
SECTIONS = dict(re.findall(r"^## ivrkit ([\w -]+)\n(.*?)(?=^## |\Z)", PAGE, re.MULTILINE | re.DOTALL))


def commands(command: Any, name: str = "") -> Iterator[tuple[str, Any]]:
    """Every command with its full name, as the program has it."""
    inner = getattr(command, "commands", {})
    if not inner:
        yield name, command
    for word, part in inner.items():
        yield from commands(part, f"{name} {word}".strip())


COMMANDS = dict(commands(typer.main.get_command(app)))


def test_the_page_has_the_commands_that_there_are() -> None:
    assert SECTIONS.keys() == COMMANDS.keys()


@pytest.mark.parametrize("name", COMMANDS)
def test_a_section_has_the_options_that_there_are(name: str) -> None:
    rows = re.findall(r"^\| (`[^|]+`) \|", SECTIONS[name], re.MULTILINE)
    told = {word.lower() for row in rows for word in re.findall(r"`([\w-]+)`", row)}
    there = {
        (parameter.metavar or word).lower() if parameter.param_type_name == "argument" else word
        for parameter in COMMANDS[name].params
        for word in parameter.opts
    }
    assert told == there - {"--help"}
