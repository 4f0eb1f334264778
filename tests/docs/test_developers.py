"""What docs/architecture.md and docs/testing.md say of the code is what the code says."""

from __future__ import annotations

import re
from configparser import ConfigParser
from dataclasses import fields

from ivrkit.switch.world import World
from ivrkit.testing import Playbook
from tests.docs.pages import ROOT, blocks

ARCHITECTURE = ROOT / "docs" / "architecture.md"
TESTING = (ROOT / "docs" / "testing.md").read_text("utf-8")


def test_the_layers_are_those_that_import_linter_holds_to() -> None:
    config = ConfigParser()
    config.read(ROOT / "setup.cfg", "utf-8")
    layers = config["importlinter:contract:layers"]["layers"].strip().splitlines()
    # In brackets stands what a later version may have.
    there = [" | ".join(name for name in layer.split(" | ") if not name.startswith("(")) for layer in layers]
    assert there in [block.text.strip().splitlines() for block in blocks(ARCHITECTURE)]


def test_every_package_is_explained() -> None:
    packages = {path.stem for path in (ROOT / "ivrkit").iterdir() if not path.name.startswith(("_", "py."))}
    explained = re.findall(r"^\| ((?:`\w+`(?:, )?)+) \|", ARCHITECTURE.read_text("utf-8"), re.MULTILINE)
    assert packages == {name for row in explained for name in re.findall(r"`(\w+)`", row)}


def test_every_step_of_a_scene_is_explained() -> None:
    steps = {name for name, value in vars(Playbook).items() if callable(value) and not name.startswith("_")}
    assert steps == set(re.findall(r"^\| `(\w+)\(.*?\)` \|", TESTING, re.MULTILINE)) - {"World"}


def test_everything_beside_the_line_is_explained() -> None:
    table = TESTING.split("| `World(…)` |")[1].split("\n\n")[0]
    assert {field.name for field in fields(World)} == set(re.findall(r"^\| `(\w+)` \|", table, re.MULTILINE))
