"""Each example does what its README shows."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from tests.docs.pages import ROOT, follow

EXAMPLES = sorted((ROOT / "examples").glob("*/README.md"))


@pytest.mark.parametrize("readme", EXAMPLES, ids=lambda readme: readme.parent.name)
def test_an_example_does_what_it_shows(readme: Path, tmp_path: Path) -> None:
    project = tmp_path / readme.parent.name
    shutil.copytree(
        readme.parent, project, ignore=shutil.ignore_patterns("__pycache__", "sounds", "data", ".gitignore")
    )
    follow(readme, project)


def test_every_example_is_in_the_list() -> None:
    text = (ROOT / "examples" / "README.md").read_text("utf-8")
    for readme in EXAMPLES:
        assert f"({readme.parent.name}/README.md)" in text
