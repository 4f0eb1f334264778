"""The schemas are JSON Schema, take whatever ivrkit takes, and say in an author's words what they do not take."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Annotated, Any

import pytest
from jsonschema import Draft7Validator
from pydantic import BeforeValidator

from ivrkit.schema import SCHEMAS, Schema, file_name, schema, schema_text
from ivrkit.schema.models import of_type
from tests.docs.pages import ROOT
from tests.schema.flows import (
    CALENDARS,
    PLACES,
    all_flows,
    all_prompts,
    all_scenarios,
    as_editors_read,
    as_ivrkit_reads,
)

READERS = (as_ivrkit_reads, as_editors_read)


def wrong(kind: str, data: Any) -> list[str]:
    """What the schema says of a file: where, and the first words of a standard validator."""
    return [f"{found.json_path}: {found.message}" for found in Draft7Validator(schema(kind)).iter_errors(data)]


def subschemas(found: Any) -> Iterator[Schema]:
    if isinstance(found, Mapping):
        yield dict(found)
    for inner in found.values() if isinstance(found, Mapping) else found if isinstance(found, list) else ():
        yield from subschemas(inner)


@pytest.mark.parametrize("kind", SCHEMAS)
def test_a_schema_is_one_of_draft_07(kind: str) -> None:
    Draft7Validator.check_schema(schema(kind))
    assert schema(kind)["$schema"] == "http://json-schema.org/draft-07/schema#"


@pytest.mark.parametrize("kind", SCHEMAS)
def test_what_a_schema_refers_to_is_in_it(kind: str) -> None:
    whole = schema(kind)
    named = {
        one["$ref"].removeprefix("#/definitions/") for one in subschemas(whole) if isinstance(one.get("$ref"), str)
    }
    assert named <= whole.get("definitions", {}).keys()


@pytest.mark.parametrize("read", READERS)
@pytest.mark.parametrize("name", all_flows())
def test_every_flow_fits(name: str, read: Any) -> None:
    assert wrong("flow", read(all_flows()[name])) == []


@pytest.mark.parametrize("read", READERS)
@pytest.mark.parametrize("name", all_prompts())
def test_every_prompt_file_fits(name: str, read: Any) -> None:
    assert wrong("prompts", read(all_prompts()[name])) == []


@pytest.mark.parametrize("read", READERS)
@pytest.mark.parametrize("name", all_scenarios())
def test_every_scenario_fits(name: str, read: Any) -> None:
    assert wrong("scenarios", read(all_scenarios()[name])) == []


@pytest.mark.parametrize("read", READERS)
@pytest.mark.parametrize("file", sorted(ROOT.rglob("ivrkit.yaml")), ids=lambda file: str(file.relative_to(ROOT)))
def test_every_configuration_fits(file: Any, read: Any) -> None:
    assert wrong("config", read(file.read_text("utf-8"))) == []


def test_the_schema_that_our_own_flows_name_is_that_of_the_code() -> None:
    file = ROOT / file_name("flow")
    assert file.read_bytes() == schema_text("flow"), f"write it again: ivrkit schema -o {file.name}"


def test_a_type_that_only_its_package_knows_may_be_written_in_any_way() -> None:
    even = Annotated[int, BeforeValidator(lambda text: int(text) // 2 * 2)]
    validator = Draft7Validator(of_type(tuple[even, ...]))
    assert validator.is_valid(["two", 2, {"of": "them"}])
    assert not validator.is_valid("two")


def written_fields(kind: str) -> Iterator[tuple[str, Schema]]:
    """The fields of a schema, without those of a condition."""
    found = (field for one in subschemas(schema(kind)) for field in one.get("properties", {}).items())
    return ((name, field) for name, field in found if not field.keys() <= {"required", "additionalProperties"})


@pytest.mark.parametrize("read", READERS)
def test_calendars_fit(read: Any) -> None:
    places = (ROOT / place for place in (*PLACES, "ivrkit/cli/project"))
    files = [file.read_text("utf-8") for place in places for file in place.rglob("calendars.yaml")]
    assert [wrong("calendars", read(text)) for text in (CALENDARS, *files)] == [[]] * (len(files) + 1)


@pytest.mark.parametrize(
    "before, after",
    [
        ("Asia/Shanghai", "UTC+8:00"),
        ("CN", "China"),
        ('"08:30-17:30"', "[8, 17]"),
        ('"08:30-17:30"', "morning"),
        ("closed", "shut"),
        ('"2026-12-31"', "christmas"),
        ("open:", "opening:"),
        ("timezone: Asia/Shanghai, ", ""),
        ("calendars:", "calendar:"),
    ],
)
def test_calendars_that_no_editor_takes(before: str, after: str) -> None:
    assert wrong("calendars", as_editors_read(CALENDARS.replace(before, after)))


@pytest.mark.parametrize("kind", SCHEMAS)
def test_every_field_has_a_title_and_a_text(kind: str) -> None:
    bare = {name for name, field in written_fields(kind) if not (field.get("title") and field.get("description"))}
    assert bare == set()


@pytest.mark.parametrize("kind", SCHEMAS)
def test_no_field_is_told_by_a_pattern(kind: str) -> None:
    """Who writes menus is told what to write, and not which regular expression it does not match."""
    assert [
        one for one in subschemas(schema(kind)) if isinstance(one.get("pattern"), str) and "errorMessage" not in one
    ] == []
