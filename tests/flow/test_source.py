"""Reading a file: every text as it was written, every place known, and never a traceback whatever the bytes are."""

from __future__ import annotations

from copy import deepcopy
from pathlib import Path
from typing import Any

import pytest
import yaml
from hypothesis import example, given, settings
from hypothesis import strategies as st

from ivrkit.flow import compile_flow, load_source, parse_source, tree
from ivrkit.flow.source import LARGEST, Source
from tests.flow.golden import OK, WRONG

WATER = (OK / "water.yaml").read_bytes()


def read(text: str) -> Source:
    return parse_source("f.yaml", text.encode())


def faults(source: Source) -> list[str]:
    return [fault.check for fault in source.faults]


def test_every_value_stays_the_text_that_was_written() -> None:
    source = read("open: 17:30\ncode: 010\nsecret: yes\nempty:\nnull: ~\nlist: [1.50, 'x']\n")
    assert source.tree == {
        "open": "17:30",
        "code": "010",
        "secret": "yes",
        "empty": "",
        "null": "~",
        "list": ["1.50", "x"],
    }


def test_every_value_and_every_name_has_its_place() -> None:
    source = read('nodes:\n  main: {menu: {"1": {next: 水价}}}\n')
    wrong = source.error(("nodes", "main", "menu", "1", "next"), "m", "c")
    assert (wrong.line, wrong.column, wrong.width) == (2, 29, 2)
    name = source.error(("nodes", "main", "menu", "1", "next"), "m", "c", key=True)
    assert (name.line, name.column, name.width) == (2, 23, 4)


def test_a_place_that_is_not_in_the_file_is_that_of_what_is_around_it() -> None:
    source = read("nodes:\n  main: {play: x}\n")
    assert source.error(("nodes", "main", "next"), "m", "c").column == 3


def test_a_byte_order_mark_is_no_part_of_the_first_name() -> None:
    assert parse_source("f", b"\xef\xbb\xbfflow: x").tree == {"flow": "x"}


def test_lines_may_end_as_on_windows() -> None:
    source = read("flow: x\r\nstart: y\r\n")
    assert source.error(("start",), "m", "c").source == "start: y"


@pytest.mark.parametrize(
    ("data", "check"),
    [
        (b"", "empty"),
        (b"# only a comment\n", "empty"),
        (b"\x00\x01\x02", "binary"),
        (b"\x7fELF\x02\x01\x01", "binary"),
        (b"\xff\xfef\x00l\x00", "encoding"),
        ("flow: 您好".encode("gb18030"), "encoding"),
        (b"x" * (LARGEST + 1), "too-large"),
        (b"[" * 400_000, "too-deep"),
        (b"- a\n" * 10, "not-a-mapping"),
        (b"a: &a [x]\nb: *a\n", "alias"),
        (b"a: !!python/object:os.system x", "tag"),
    ],
)
def test_what_is_no_flow_is_said_in_one_line(data: bytes, check: str) -> None:
    source = parse_source("f.yaml", data)
    assert check in faults(source)
    result = compile_flow(source)
    assert result.script is None
    assert result.diagnostics


@pytest.mark.parametrize("what", ["missing.yaml", "", "\0", "x" * 5000, "file.yaml/below"])
def test_a_file_that_cannot_be_read_is_a_mistake_like_any_other(tmp_path: Path, what: str) -> None:
    (tmp_path / "file.yaml").touch()
    source = load_source(tmp_path / what)
    assert faults(source) == ["no-file"]
    assert len(str(source.faults[0]).splitlines()) == 1


def test_a_comment_with_a_hash_and_a_colon_inside_a_long_text_is_no_key() -> None:
    assert not read("a: |\n  #: not a key\nb: c\n").faults


def test_a_comment_behind_words_needs_two_spaces() -> None:
    assert not read("welcome: {x: y}\nwords:\n  zh: 您好  # greeting\n  other: a # fine\n").faults
    assert faults(read("words:\n  zh: 您好 # greeting\n")) == ["cut-words"]


# libyaml takes tabs between words, pyyaml's own scanner refuses them.
ALIKE = [path for path in WRONG if path.parent.name == "yaml" and path.stem != "tab-inside"]


@pytest.mark.parametrize("path", ALIKE, ids=lambda path: path.stem)
def test_the_parser_without_its_library_in_c_finds_the_same(path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    data = path.read_bytes()
    with_c = parse_source("f", data)
    monkeypatch.setattr(tree, "LOADER", yaml.SafeLoader)
    plain = parse_source("f", data)
    assert [(fault.line, fault.check) for fault in plain.faults] == [(f.line, f.check) for f in with_c.faults]


def compiles_or_says_why(data: bytes) -> None:
    result = compile_flow(parse_source("f.yaml", data))
    assert (result.script is None) == any(found.severity == "error" for found in result.diagnostics)
    for found in result.diagnostics:
        assert str(found)


@given(st.binary(max_size=300))
def test_any_bytes_are_read(data: bytes) -> None:
    compiles_or_says_why(data)


YAML_LIKE = st.text(alphabet="abzh您:#*&!|>-[]{}'\"% \t\n,?@`~0\\\u2028\x85\ufeff", max_size=120)


@example("{zh")
@given(st.text(max_size=200) | YAML_LIKE)
def test_any_text_is_read(text: str) -> None:
    compiles_or_says_why(text.encode("utf-8", "replace"))


@settings(max_examples=60, deadline=None)
@given(st.data())
def test_a_good_flow_with_something_broken_in_it_is_read(data: Any) -> None:
    """Bytes are cut out, put in, doubled: what an editor, a merge or a bad disk does."""
    text = bytearray(WATER)
    for _ in range(data.draw(st.integers(1, 3))):
        at = data.draw(st.integers(0, len(text) - 1))
        length = data.draw(st.integers(0, 40))
        text[at : at + length] = data.draw(
            st.sampled_from([b"", b" ", b"\n", b"\t", b"{", b"]", b'"', b": ", b" #", b"\xff", b"null", b"[]", b"{}"])
            | st.just(bytes(text[at : at + 7] * 2))
        )
    compiles_or_says_why(bytes(text))


@settings(max_examples=100, deadline=None)
@given(st.data())
def test_a_good_flow_with_another_value_somewhere_is_read(data: Any) -> None:
    """Any value of the tree replaced by one of another shape: no check may stumble over it."""
    flow = deepcopy(dict(parse_source("f", WATER).tree))
    for _ in range(data.draw(st.integers(1, 3))):
        holder: Any = flow
        while True:
            key = data.draw(st.sampled_from(sorted(holder) if isinstance(holder, dict) else range(len(holder))))
            if not isinstance(holder[key], dict | list) or not holder[key] or data.draw(st.booleans()):
                break
            holder = holder[key]
        holder[key] = data.draw(
            st.sampled_from(
                ["", "x", "5", "{{ a }}", "{{", [], {}, ["x"], {"zh": "您好"}, {"x": {"y": []}}, [[]], [{}]]
            )
        )
    compiles_or_says_why(yaml.safe_dump(flow, allow_unicode=True).encode())
