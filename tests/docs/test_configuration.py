"""docs/configuration.md has every setting of ivrkit.yaml, and its example can be read."""

from __future__ import annotations

import re
from dataclasses import fields
from pathlib import Path

from ivrkit import Config, load_config
from tests.docs.pages import ROOT, blocks

PAGE = ROOT / "docs" / "configuration.md"


def test_the_page_has_every_setting() -> None:
    settings = re.findall(r"^\| `(\w+)` \|", PAGE.read_text("utf-8"), re.MULTILINE)
    assert settings == [field.name for field in fields(Config) if field.name not in ("folder", "file")]


def test_its_example_has_every_setting_too(tmp_path: Path) -> None:
    (example,) = [block.text for block in blocks(PAGE) if block.language == "yaml"]
    (tmp_path / "ivrkit.yaml").write_text(example, "utf-8")
    config = load_config(tmp_path / "ivrkit.yaml")
    assert all(getattr(config, field.name) for field in fields(Config))
    assert all(f"\n{field.name}:" in example for field in fields(Config) if field.name not in ("folder", "file"))
