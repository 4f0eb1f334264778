"""Every mistake the compiler knows, as an author reads it: tests/flows_err/<check>.yaml and its .out."""

from __future__ import annotations

from pathlib import Path

import pytest

from ivrkit.flow.checks import CHECKS
from tests.flow.golden import ERR, GOOD, WRONG, compiled, told


@pytest.mark.parametrize("path", WRONG, ids=lambda path: path.stem)
def test_an_author_reads_what_is_wrong_and_where(path: Path) -> None:
    assert told(path) == path.with_suffix(".out").read_text(encoding="utf-8")


@pytest.mark.parametrize("path", GOOD, ids=lambda path: path.stem)
def test_a_good_flow_has_no_mistakes_and_no_warnings(path: Path) -> None:
    result = compiled(path)
    assert result.diagnostics == ()
    assert result.script is not None


def test_every_check_has_a_golden_pair() -> None:
    for find in CHECKS:
        name = find.__globals__["CHECK"]
        assert f"[{name}]" in (ERR / f"{name}.out").read_text(encoding="utf-8")


@pytest.mark.parametrize("path", WRONG, ids=lambda path: path.stem)
def test_no_word_of_the_machinery_reaches_an_author(path: Path) -> None:
    text = told(path)
    for word in ("Input should", "pydantic", "Traceback", "scalar", "mapping", "ParserError", "None", "alias_"):
        assert word not in text.replace("not-a-mapping", "")
