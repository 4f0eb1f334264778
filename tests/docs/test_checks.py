"""docs/checks.md has every check, and every example of it is told as the page says."""

from __future__ import annotations

import re
from datetime import date
from pathlib import Path

import pytest

from ivrkit.flow import ActionFacts, Diagnostic, World, compile_flow, parse_source
from ivrkit.flow.calendars import check_calendars, read_calendars
from ivrkit.flow.checks import CHECKS
from ivrkit.script import FlowFacts
from tests.docs.pages import ROOT

PAGE = (ROOT / "docs" / "checks.md").read_text("utf-8")
HEAD = """flow: example
languages: [zh, en]
prompts: words
start: main
defaults: {give_up: desk}
nodes:
"""
OTHERS = {
    "tariff": "  tariff: {play: welcome, next: end}\n",
    "desk": "  desk: {transfer: desk, on: {answered: end, busy: end, no_answer: end, failed: end}}\n",
    "end": "  end: {hangup: normal}\n",
}
PROMPTS = """prompts: words
welcome: {zh: 您好。, en: Hello.}
menu.bill: {zh: 账单, en: bills}
menu.agent: {zh: 人工, en: a person}
"""
WORLD = World(
    actions={"find_bill": ActionFacts(("account",), frozenset({"account"}), ("ok", "not_found"))},
    targets=frozenset({"desk"}),
    calendars=frozenset({"office"}),
    hosts=frozenset({"bills.example"}),
    flows={"repair-report": FlowFacts({"number": "text"}, {"done": ("ticket",)}, ("zh", "en"))},
)

_ENTRY = re.compile(r"^### ([\w-]+)\n\n.*?```yaml\n(.*?)```\n\n```\n(.*?)\n```\n\n\S", re.MULTILINE | re.DOTALL)
_ROW = re.compile(r"^\| `([a-z-]+)` \|(?: (?:`([^\n]+?)`|[^`|]*?[^|]*) \|)? [^\n]*\|$", re.MULTILINE)


def found_in(nodes: str) -> list[Diagnostic]:
    """What is wrong with a flow of these nodes, beside those that every example may go to."""
    named = re.findall(r"^  (\w+):", nodes, re.MULTILINE)
    text = HEAD + nodes + "".join(node for name, node in OTHERS.items() if name not in named)
    prompts = parse_source("prompts/words.yaml", PROMPTS.encode())
    return list(compile_flow(parse_source("flows/example.yaml", text.encode()), prompts, WORLD).diagnostics)


def section(title: str) -> list[tuple[str, str]]:
    """The checks of a table, each with the example that stands alone in its cell."""
    text = PAGE.split(f"\n## {title}\n")[1].split("\n## ")[0]
    return [(name, example.replace("\\|", "|")) for name, example in _ROW.findall(text) if example]


@pytest.mark.parametrize(("check", "nodes", "said"), _ENTRY.findall(PAGE))
def test_an_example_is_told_as_the_page_says(check: str, nodes: str, said: str) -> None:
    assert said.endswith(f"[{check}]")
    assert said in [f"{fault.severity}: {fault.message} [{fault.check}]" for fault in found_in(nodes)]


@pytest.mark.parametrize(("check", "words"), section("Words"))
def test_words_that_are_wrong_are_told(check: str, words: str) -> None:
    nodes = (
        f'  main: {{set: {{account: "1", n: "{{{{ 1 }}}}"}}, next: say}}\n  say:\n    play: {words}\n    next: end\n'
    )
    assert check in [fault.check for fault in found_in(nodes)]


@pytest.mark.parametrize(("check", "line"), section("How a flow is written") + section("YAML"))
def test_a_line_that_is_wrong_is_told(check: str, line: str) -> None:
    node = line if line.startswith("{") else f"\n    {line}\n    next: end"
    assert check in [fault.check for fault in found_in(f"  main: {node}\n")]


@pytest.mark.parametrize(("check", "calendar"), section("Calendars"))
def test_a_calendar_that_is_wrong_is_told(check: str, calendar: str) -> None:
    file = read_calendars(parse_source("calendars.yaml", f"calendars:\n  office: {calendar}".encode()))
    assert [fault.check for fault in check_calendars(file, date(2026, 12, 23))] == [check]


def known_checks() -> set[str]:
    """The names of the registered checks, and of all that the golden files show."""
    modules = (Path(check.__code__.co_filename) for check in CHECKS)
    named = {name for module in modules for name in re.findall(r'^CHECK = "([\w-]+)"', module.read_text("utf-8"), re.M)}
    golden = (ROOT / "tests" / "flows_err").rglob("*.out")
    return named | {
        name
        for file in golden
        for name in re.findall(r"(?:error|warning): .* \[([a-z-]+)\]$", file.read_text("utf-8"), re.MULTILINE)
    }


def test_every_check_has_an_entry_and_none_is_there_that_does_not_exist() -> None:
    entries = {
        *re.findall(r"^### ([\w-]+)$", PAGE, re.MULTILINE),
        *re.findall(r"^\| `([a-z-]+)` \|", PAGE, re.MULTILINE),
    }
    assert known_checks() <= entries
    folders = (ROOT / "ivrkit" / name for name in ("flow", "prompts"))
    source = "".join(file.read_text("utf-8") for folder in folders for file in folder.rglob("*.py"))
    source += (ROOT / "ivrkit" / "config.py").read_text("utf-8")
    assert [entry for entry in entries if f'"{entry}"' not in source] == []
