"""How long an author waits: a flow of 2,000 lines and the ready-made flows, checked and compiled."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from statistics import median
from time import perf_counter

import yaml

from ivrkit.app import App
from ivrkit.config import Config
from ivrkit.flow import compile_flow, parse_source

ROOT = Path(__file__).parent.parent
LINES = 2_000
_SECTION = """\
  menu{n}:
    menu:
      "1": {{label: {{zh: 查询水价, en: water tariffs}}, next: tell{n}}}
      "2": {{label: {{zh: 缴纳水费, en: paying a bill}}, next: ask{n}}}
      "9": {{label: {{zh: 更多服务, en: more services}}, next: {next}}}
  tell{n}:
    play: {{zh: "今天的水价是{{{{ 3.45 | money }}}}。", en: "Water is {{{{ 3.45 | money }}}} today."}}
    next: menu{n}
  ask{n}:
    collect: {{zh: 请输入八位户号。, en: Please enter the eight digits of your account.}}
    digits: 8
    check: luhn
    save: account
    readback: {{zh: "户号{{{{ account | digits }}}}。", en: "Account {{{{ account | digits }}}}."}}
    next: which{n}
  which{n}:
    branch:
      - {{when: account == "12345674", next: tell{n}}}
      - {{else: menu{n}}}
"""
_HEAD = """\
flow: long
languages: [zh, en]
start: menu0
defaults: {give_up: end}
nodes:
"""


def a_long_flow(lines: int = LINES) -> str:
    """A flow of so many lines, in which all that is needed is there."""
    sections = (lines - len(_HEAD.splitlines()) - 1) // len(_SECTION.splitlines())
    parts = [_SECTION.format(n=n, next=f"menu{n + 1}" if n + 1 < sections else "end") for n in range(sections)]
    return _HEAD + "".join(parts) + "  end: {hangup: normal}\n"


def seconds_to_check(rounds: int) -> dict[str, float]:
    """By what is done: the median seconds of `rounds` rounds. Reading alone, by pyyaml, is what nobody can undercut."""
    text = a_long_flow()
    work = {
        f"{len(text.splitlines()):,} lines: read by pyyaml": lambda: yaml.load(text, Loader=yaml.CSafeLoader),
        f"{len(text.splitlines()):,} lines: checked and compiled": lambda: _compile(text),
        "flows/: checked and compiled": _compile_ours,
    }
    return {name: median(_seconds(do) for _ in range(rounds)) for name, do in work.items()}


def _compile(text: str) -> None:
    compile_flow(parse_source("long.yaml", text.encode())).require()


def _compile_ours() -> None:
    app = App(Config(folder=ROOT))
    for path in sorted((ROOT / "flows").glob("*.yaml")):
        if path.name != "calendars.yaml":
            app.compile(path)


def _seconds(do: Callable[[], object]) -> float:
    begun = perf_counter()
    do()
    return perf_counter() - begun
