"""Every field of every node kind is on its page, as the code has it."""

from __future__ import annotations

import re

import pytest

from ivrkit.nodes import NODE_KINDS
from ivrkit.prompts.languages import LANGUAGES
from tests.docs.fields import FOLDER, tables, written_tables


@pytest.mark.parametrize("page", ["README", *NODE_KINDS])
def test_a_page_has_the_fields_that_the_code_has(page: str) -> None:
    assert written_tables(page) == tables(page), "python -m tests.docs.fields writes them anew"


def test_the_overview_has_every_kind() -> None:
    text = (FOLDER / "README.md").read_text("utf-8")
    assert re.findall(r"^\| \[(\w+)\]\(\1\.md\)", text, re.MULTILINE) == list(NODE_KINDS)


def test_a_page_says_what_ivrkit_says_by_itself() -> None:
    confirm, collect = (FOLDER / "confirm.md").read_text("utf-8"), (FOLDER / "collect.md").read_text("utf-8")
    for language in LANGUAGES.values():
        assert language.phrases["confirm_keys"].split("，")[0].split(". ")[0] in confirm
        assert language.phrases["readback_keys"].split("，")[0].split(",")[0] in collect
