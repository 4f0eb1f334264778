"""Checking never takes long: not for a large good flow, and not for a file made to take long."""

from __future__ import annotations

from time import process_time

import pytest

from ivrkit.flow import compile_flow, parse_source
from ivrkit.flow.source import LARGEST
from tests.flow.golden import WORLD

HEAD = "flow: large\nlanguages: [zh, en]\nstart: n0\ndefaults: {give_up: bye}\nnodes:\n"
TAIL = """\
  desk: {transfer: duty, on: {answered: end, busy: bye, no_answer: bye, failed: bye}}
  bye: {play: ivrkit.sorry, next: end}
  end: {hangup: normal}
"""
SLACK = 3
"How much slower than the machine these limits are meant for others may be."


def menus(count: int) -> str:
    """A flow of `count` menus, five lines each."""
    nodes = "".join(
        f"  n{number}:\n    menu:\n"
        f'      "1": {{label: {{zh: 账单, en: bills}}, next: n{(number * 7 + 1) % count}}}\n'
        f'      "2": {{label: {{zh: 报修, en: repairs}}, next: n{(number + 1) % count}}}\n'
        f'      "0": {{label: {{zh: 人工, en: a person}}, next: desk}}\n'
        for number in range(count)
    )
    return HEAD + nodes + TAIL


def seconds(text: str) -> float:
    """Of this process: what else the machine does makes no difference."""
    began = process_time()
    result = compile_flow(parse_source("flows/f.yaml", text.encode()[:LARGEST]), None, WORLD)
    for diagnostic in result.diagnostics:
        assert str(diagnostic)
    return process_time() - began


def test_two_thousand_lines_take_less_than_a_second() -> None:
    seconds(menus(1))  # what is made once for all flows
    assert seconds(menus(400)) < 1.0 * SLACK


def rows(count: int, row: str, head: str = HEAD) -> str:
    """`row` again and again, `@` in it being its number and `+` the next one."""
    return head + "".join(row.replace("@", str(number)).replace("+", str(number + 1)) for number in range(count)) + TAIL


LARGE = {
    "menus": menus(5400),
    "chain": rows(13000, "  n@: {play: ivrkit.sorry, next: n+}\n"),
    "unknown nodes": rows(9000, "  n@: {play: ivrkit.sorry, next: nodx@}\n"),
    "unknown prompts": rows(9000, "  n@: {play: promt@, next: n+}\n"),
    "unknown fields": rows(9000, "  n@: {ply: ivrkit.sorry, nxt: n@}\n"),
    "variables": rows(2000, "  n@: {branch: [{when: v@ > 0, next: n+}, {else: m@}]}\n  m@: {set: {v@: x}, next: n+}\n"),
    "loops": rows(9000, "  n@: {branch: [{when: 1 > 0, next: n@}, {else: n+}]}\n"),
    "options": rows(6000, '      "@": {label: {zh: 账单@, en: bills}, next: n0}\n', HEAD + "  n0:\n    menu:\n"),
    "sums": rows(15000, '      v+: "{{ v@ + 1 }}"\n', HEAD + "  n0:\n    set:\n"),
    "words": rows(15000, "      - {zh: 您好, en: Hello}\n", HEAD + "  n0:\n    play:\n"),
    "a long list": HEAD + "  n0: {play: [" + "sorry," * 70000 + "], next: end}\n" + TAIL,
    "a long name": HEAD + "  n0: {play: ivrkit.sorry, next: " + "ab" * 100000 + "}\n  " + "ba" * 50000 + ": {}\n",
    "a long text": HEAD + "  n0: {play: {zh: " + "您" * 100000 + "}, next: end}\n" + TAIL,
    "brackets": HEAD + "  n0: " + "[" * 400000,
    "braces": "a: {{ x }}\n" * 40000,
    "the same node": HEAD + "  n0: {play: x}\n" * 30000,
    "keys in comments": "#: x\n" * 90000,
    "quotes in comments": '#"\\' * 150000,
    "names without values": "flow: x\nnodes: {" + ", ".join(f"n{number}:x" for number in range(40000)) + "}\n",
    "ignores": rows(6000, "  # ivrkit: ignore[kye-order] because of @\n  n@: {play: ivrkit.sorry, next: n+}\n"),
}


@pytest.mark.parametrize("name", LARGE)
def test_a_file_that_is_as_large_as_it_may_be_takes_two_seconds_at_most(name: str) -> None:
    assert seconds(LARGE[name]) < 2.0 * SLACK
