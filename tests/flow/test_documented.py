"""What stands behind fields is found, wherever they come from."""

from __future__ import annotations

from dataclasses import dataclass, make_dataclass

from ivrkit.flow.documented import field_docs, summary, written_fields
from ivrkit.nodes.action import Action
from ivrkit.nodes.menu import Menu


@dataclass
class Described:
    """Two lines
    of a docstring.

    And more.
    """

    with_: str
    "Said of with."
    bare: int = 1

    last: int = 2
    """Said
    of last."""


@dataclass
class Undescribed(Described):
    more: str = ""
    "Said of more."


def test_the_text_below_a_field_is_its_text() -> None:
    assert field_docs(Described) == {"with": "Said of with.", "last": "Said of last."}


def test_inherited_fields_have_theirs() -> None:
    assert field_docs(Undescribed).keys() == {"with", "last", "more"}
    assert field_docs(Menu)["tries"] == "Failed answers a visit; silence and wrong keys are counted apart."


def test_a_class_that_stands_in_no_file_has_none() -> None:
    assert field_docs(make_dataclass("Made", ["field"])) == {}


def test_a_summary_is_one_line_and_not_the_one_that_dataclasses_get() -> None:
    assert summary(Described) == "Two lines of a docstring."
    assert summary(Undescribed) == ""


def test_fields_are_called_as_in_yaml_and_a_class_begins_with_its_own() -> None:
    assert list(written_fields(Action))[:2] == ["action", "with"]
    assert list(written_fields(Menu))[:2] + list(written_fields(Menu))[-1:] == ["menu", "prompt", "visits"]
