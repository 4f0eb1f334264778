"""What the documentation says is so: its commands run, its files are whole, its links lead somewhere."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
import yaml

from ivrkit.flow import ActionFacts, World, compile_flow, parse_source
from tests.docs.pages import ROOT, Block, blocks, commands, file_of, follow, name_of, pages

# A link in Markdown, but not one in code.
_LINK = re.compile(r"(?<!!)\[[^\]]*\]\(([^)\s]+)\)")
_CODE = re.compile(r"```.*?```|`[^`\n]*`", re.DOTALL)

FIELDS = {"unknown-field", "missing-field", "wrong-value", "kind", "yaml", "unquoted-key", "bad-name"}
"What a part of a flow may not have wrong, however little stands around it."


def heads(page: Path) -> set[str]:
    """The anchors that GitHub gives the headings of a page."""
    titles = re.findall(r"^#+ (.+)$", _CODE_BLOCK.sub("", page.read_text("utf-8")), re.MULTILINE)
    return {re.sub(r"[^\w\- ]", "", title.lower()).replace(" ", "-") for title in titles}


_CODE_BLOCK = re.compile(r"^```.*?^```$", re.DOTALL | re.MULTILINE)


@pytest.mark.parametrize("page", pages(), ids=name_of)
def test_every_link_leads_somewhere(page: Path) -> None:
    for link in _LINK.findall(_CODE.sub("", page.read_text("utf-8"))):
        if "://" in link:
            continue
        file, _, anchor = link.partition("#")
        target = page.parent / file if file else page
        assert target.exists(), f"{link} leads nowhere"
        assert not anchor or anchor in heads(target), f"{link}: there is no such heading"


def typed(page: Path) -> bool:
    return any(list(commands(block)) for block in blocks(page) if block.language == "console")


@pytest.mark.parametrize(
    "page", [page for page in pages() if typed(page) and page.parts[-3] != "examples"], ids=name_of
)
def test_what_a_page_types_does_what_it_shows(page: Path, tmp_path: Path) -> None:
    follow(page, tmp_path)


def of_language(language: str) -> list[tuple[Path, Block]]:
    return [(page, block) for page in pages() for block in blocks(page) if block.language == language]


def place(value: object) -> str:
    return f"{name_of(value)}" if isinstance(value, Path) else str(value.line) if isinstance(value, Block) else ""


@pytest.mark.parametrize(("page", "block"), of_language("python"), ids=place)
def test_python_is_python(page: Path, block: Block) -> None:
    compile(block.text, f"{name_of(page)}:{block.line}", "exec", dont_inherit=True)


MISTAKES = ROOT / "docs" / "checks.md"
"Its examples are wrong on purpose, and have a test of their own."
EXCERPTS = [(page, block) for page, block in of_language("yaml") if not file_of(block) and page != MISTAKES]


@pytest.mark.parametrize(("page", "block"), EXCERPTS, ids=place)
def test_a_part_of_a_flow_could_stand_in_one(page: Path, block: Block) -> None:
    data = yaml.load(block.text, yaml.BaseLoader)  # it makes texts of everything
    if not block.text.startswith("  "):
        assert isinstance(data, dict), "neither nodes nor the lines of a file"
        return
    head = "flow: part\nlanguages: [zh, en]\nstart: x\ndefaults: {give_up: x}\nnodes:\n"
    world = World(dict.fromkeys(["find_bill", "find_order"], ActionFacts()))
    found = compile_flow(parse_source(f"{name_of(page)}", (head + block.text).encode()), None, world).diagnostics
    wrong = [str(fault) for fault in found if fault.check in FIELDS]
    assert not wrong, "\n".join(wrong)
