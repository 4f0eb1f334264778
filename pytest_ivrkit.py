"""How pytest finds scenarios. Every project on this Python loads it: nothing of ivrkit until there is a scenario."""

from __future__ import annotations

from pathlib import Path

import pytest


def pytest_collect_file(file_path: Path, parent: pytest.Collector) -> pytest.Collector | None:
    """A file of scenarios is a YAML file in a folder called `scenarios`."""
    if file_path.suffix not in (".yaml", ".yml") or file_path.parent.name != "scenarios":
        return None
    from ivrkit.testing.collection import ScenarioFile

    return ScenarioFile.from_parent(parent, path=file_path)
