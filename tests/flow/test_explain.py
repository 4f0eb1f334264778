"""A node in words. What whole flows read like is in tests/pictures/<flow>.txt."""

from __future__ import annotations

from pathlib import Path

import pytest

from ivrkit.flow import compile_flow, parse_source
from ivrkit.flow.explain import Explainer
from tests.flow.golden import GOOD, PICTURES, WRONG, compiled

HEAD = """\
flow: f
languages: [zh, en]
start: main
keys: {"0": end, "#": repeat}
defaults: {give_up: end, tries: 2}
nodes:
"""


def told(nodes: str, name: str = "main", *languages: str) -> list[str]:
    result = compile_flow(parse_source("f.yaml", f"{HEAD}{nodes}  end: {{hangup: normal}}\n".encode()))
    assert result.flow is not None
    return list(Explainer(result.flow, result.diagnostics, languages).node(name))


def test_every_failure_is_told_with_its_words() -> None:
    lines = told("""\
  main:
    confirm: {zh: 确定吗？, en: Sure?}
    noinput: [{zh: 还在吗？, en: Still there?}, {next: end}]
    yes: end
    no: main
""")
    at = lines.index("Who presses nothing (time 1) hears:")
    assert lines[at + 1 : at + 4] == [
        "    zh: 还在吗？",
        "    en: Still there?",
        "Who presses nothing (time 2 and later) goes to end.",
    ]
    assert "Then it is asked again. Who fails 2 times in the same way goes to end." in lines
    assert "After yes the call goes to end." in lines
    assert "Of the keys of every menu, 0 leads to end and # says the words again." in lines
    assert "From the defaults of the flow: tries, give_up." in lines


def test_words_are_quoted_in_the_language_that_was_asked_for() -> None:
    lines = told("  main: {play: {zh: 您好。, en: Hello.}, next: end}\n", "main", "en")
    assert "    en: Hello." in lines
    assert not any("您好" in line for line in lines)


def test_a_prompt_that_is_not_there_is_said_to_be_missing() -> None:
    assert "    zh: (there is no prompt hello)" in told("  main: {play: hello, next: end}\n")


def test_mistakes_in_a_node_are_told_with_it() -> None:
    lines = told("  main: {play: {zh: 您好。, en: Hello.}, next: edn}\n")
    assert lines[-1] == 'error: node "main" goes to "edn", which is not in this flow; did you mean "end"?'


def test_a_node_that_cannot_be_read_tells_what_it_seems_to_do() -> None:
    lines = told("  main: {paly: {zh: 您好。, en: Hello.}, next: end}\n")
    assert lines[:2] == ["main has mistakes, so that nobody can say what happens there.", "It seems to lead to end."]


def test_what_a_variable_comes_from_is_told() -> None:
    nodes = """\
  main: {set: {n: "{{ caller.number }}"}, next: say}
  say: {play: {zh: "{{ n | digits }}", en: "{{ n | digits }}"}, next: end}
"""
    assert "It sets n = {{ caller.number }}." in told(nodes)
    assert "It reads n, which main sets." in told(nodes, "say")


@pytest.mark.parametrize("path", [*PICTURES, *GOOD, *WRONG], ids=lambda path: path.stem)
def test_every_flow_can_be_told_whatever_is_wrong_with_it(path: Path) -> None:
    result = compiled(path)
    if result.flow is None:
        return
    explainer = Explainer(result.flow, result.diagnostics)
    assert list(explainer.flow())
    assert all(list(explainer.node(name)) for name in result.flow.ways)
