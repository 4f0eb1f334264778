"""What an editor needs is printed, or written where it is wanted."""

from __future__ import annotations

import json

import pytest

from ivrkit.schema import SCHEMAS, schema_text
from tests.cli.project import Project


def test_without_a_word_it_is_the_schema_of_flows(project: Project) -> None:
    said = project.ivrkit("schema")
    assert said.code == 0
    assert json.loads(said.out)["$id"] == "ivrkit-flow-1.schema.json"


@pytest.mark.parametrize("kind", SCHEMAS)
def test_it_goes_into_a_file(project: Project, kind: str) -> None:
    said = project.ivrkit("schema", kind, "-o", "x.json")
    assert (said.code, said.err) == (0, "x.json written\n")
    assert (project.folder / "x.json").read_bytes() == schema_text(kind)


def test_a_schema_that_does_not_exist_is_told(project: Project) -> None:
    said = project.ivrkit("schema", "flows")
    assert (said.code, said.err.split("; ")[0]) == (2, 'error: there is no schema of "flows"')


def test_a_place_that_cannot_be_written_is_named(project: Project) -> None:
    said = project.ivrkit("schema", "-o", "nowhere/x.json")
    assert (said.code, said.err) == (2, "error: nowhere/x.json cannot be written: No such file or directory\n")
