"""A shop's hotline and calls to it, written down: what the tests of scenarios run."""

from __future__ import annotations

from pathlib import Path

from ivrkit.flow import compile_file
from ivrkit.flow.scenarios import read_scenarios
from ivrkit.flow.source import parse_documents
from ivrkit.script import Script
from ivrkit.testing.scenarios import Result, run_scenario

FLOW = """\
flow: shop
languages: [zh, en]
start: welcome
on_hangup: note
defaults: {give_up: desk, tries: 2}
keys: {"0": desk, "*": back, "#": repeat}
nodes:
  welcome:
    play: [{zh: 您好。, en: Hello.}, {zh: 欢迎光临。, en: Welcome.}]
    next: opening
  opening:
    hours: office
    on: {open: main, closed: closed, holiday: closed, emergency: closed}
  closed:
    play: {zh: 我们下班了。, en: We are closed.}
    next: end
  main:
    menu:
      "1": {label: {zh: 查询订单, en: your order}, next: number}
      "9": {label: {en: English}, language: en, next: main}
  number:
    collect: {zh: 请输入六位订单号。, en: Enter the six digits of your order.}
    digits: 6
    save: number
    next: order
  order:
    action: find_order
    with: {number: "{{ number }}"}
    timeout: 3s
    hold: ivrkit.please_wait
    save: order
    visits: 2
    on: {ok: tell, not_found: number, timeout: desk, error: desk}
  tell:
    play: {zh: "共{{ order.price | money }}。", en: "That is {{ order.price | money }}."}
    next: main
  desk:
    transfer: desk
    on: {answered: end, busy: busy, no_answer: busy, failed: busy}
  busy:
    play: {zh: 现在没有人可以接听。, en: Nobody can take your call now.}
    next: end
  note:
    action: note_hangup
    on: {ok: end, timeout: end, error: end}
  end: {hangup: normal}
"""
HEAD = """\
scenario: a call
flow: shop
actions: {find_order: {outcome: ok, result: {price: 42.50}}, note_hangup: ok}
calendars: {office: open}
transfers: {desk: busy}
"""
ASKED = """\
steps:
  - hears: welcome
  - hears: main
  - presses: "1"
  - hears: number
  - presses: "123456"
"""


def script(folder: Path, flow: str = FLOW) -> Script:
    """The shop's flow, compiled."""
    file = folder / "shop.yaml"
    file.write_text(flow, "utf-8")
    return compile_file(file).require()


def run(script: Script, steps: str, head: str = HEAD) -> Result:
    """Run one scenario on it."""
    (scenario,) = read_scenarios(parse_documents("calls.yaml", (head + steps).encode()))
    return run_scenario(scenario, script)


def failure(result: Result) -> str:
    assert result.failure
    return str(result.failure)
