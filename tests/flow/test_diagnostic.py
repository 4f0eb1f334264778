"""How a mistake is printed: its place, and a caret that stands under what is meant."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ivrkit.flow import Diagnostic
from ivrkit.flow.diagnostic import MOST_COLUMNS, columns

ACOUNT = Diagnostic(
    "flows/hotline.yaml",
    31,
    36,
    "error",
    'node "main" goes to "acount", which is not in this flow; did you mean "account"?',
    "unknown-node",
    '      "2": {label: menu.pay, next: acount}',
    6,
)


def caret_line(source: str, meant: str) -> str:
    before = source.index(meant)
    text = str(Diagnostic("f.yaml", 1, before + 1, "error", "wrong", "test", source, len(meant)))
    return text.splitlines()[2].removeprefix("      | ")


def test_a_mistake_is_shown_with_its_line_and_a_caret() -> None:
    assert str(ACOUNT) == (
        'flows/hotline.yaml:31:36: error: node "main" goes to "acount", which is not in this flow; '
        'did you mean "account"? [unknown-node]\n'
        '   31 |       "2": {label: menu.pay, next: acount}\n'
        "      |                                    ^~~~~~"
    )


@pytest.mark.parametrize(
    ("source", "meant", "line"),
    [
        ("next: acount", "acount", "      ^~~~~~"),
        ("水价: acount", "acount", "      ^~~~~~"),
        ("next: 水价", "水价", "      ^~~~"),
        ("\tnext: a", "a", "\t      ^"),
        ("e\u0301: x", "x", "   ^"),
        ("ｎｅｘｔ: x", "x", "          ^"),
    ],
)
def test_the_caret_stands_under_what_is_meant(source: str, meant: str, line: str) -> None:
    assert caret_line(source, meant) == line


def test_what_is_wrong_with_a_whole_file_has_no_line() -> None:
    assert str(Diagnostic("x.yaml", 0, 1, "error", "there is no such file", "no-file")) == (
        "x.yaml: error: there is no such file [no-file]"
    )


def test_a_very_long_line_is_cut_around_its_mistake() -> None:
    source = "好" * 5000 + "wrong" + "好" * 5000
    _, line, carets = str(Diagnostic("f", 1, 5001, "error", "m", "c", source, 5)).splitlines()
    shown = line.removeprefix("    1 | ")
    assert columns(shown) <= MOST_COLUMNS + 2
    at = carets.removeprefix("      | ").index("^")
    assert columns(shown[: shown.index("wrong")]) == at


def test_nothing_in_a_file_can_move_the_terminal() -> None:
    text = str(Diagnostic("\x1b[2Jf", 1, 1, "error", "bad \x1b]0;x\x07 \u202e name\nnext", "c", "\x1b[31m red"))
    assert not set(text) & {"\x1b", "\x07", "\u202e"}
    assert len(text.splitlines()) == 3


@given(st.text(), st.integers(1, 300), st.integers(1, 300))
def test_any_line_can_be_shown(source: str, column: int, width: int) -> None:
    lines = str(Diagnostic("f", 1, column, "error", source, "c", source, width)).split("\n")
    assert len(lines) in (1, 3)
