"""Entries of digits: accounts, card numbers, dates."""

from __future__ import annotations

from typing import Any

import pytest
from pydantic import ValidationError

from ivrkit.events import KeyPressed
from ivrkit.expressions import Secret
from ivrkit.nodes.entries import ENTRY_CHECKS
from ivrkit.script import Outcome
from ivrkit.switch.world import World
from ivrkit.testing import Playbook
from tests.nodes.scenes import node, scene, script

SAID = node("play", play="said", next="end")


def account(**fields: Any) -> Playbook:
    asked = {"collect": "ask", "digits": "8", "save": "account", "next": "said", "give_up": "agent"} | fields
    return scene(ask=node("collect", **asked), said=SAID)


def test_a_full_entry_is_taken_at_once() -> None:
    book = account().hears("ask").presses("12345674").hears("said")
    assert book.call.session._call.scope["account"] == "12345674"


def test_an_end_key_behind_a_full_entry_belongs_to_it() -> None:
    then = node("menu", menu={"1": {"next": "end"}}, prompt="then", give_up="agent")
    ask = node("collect", collect="ask", digits="4", save="x", next="then", give_up="agent")
    book = scene(ask=ask, then=then).hears("ask").presses("1234#").hears("then").hears("ivrkit.noinput")
    assert book.hears("then").presses("#").hears("then").presses("1").ends().faults == ()


def test_the_end_key_ends_an_entry_and_is_no_part_of_it() -> None:
    book = account(digits=None, min="4", max="10").hears("ask").presses("12345#").hears("said")
    assert book.call.session._call.scope["account"] == "12345"


def test_an_entry_without_end_key_is_taken_after_the_wait() -> None:
    book = account(digits=None, min="4", max="10", between_digits="2s").hears("ask").presses("12345").hears("said")
    assert book.call.now == pytest.approx(0.8 + 2)


def test_too_short_an_entry_is_a_nomatch() -> None:
    account(digits=None, min="4", max="10").hears("ask").presses("12#").hears("ivrkit.nomatch").hears("ask")
    account().hears("ask").presses("12").hears("ivrkit.nomatch")


def test_an_end_key_alone_is_silence() -> None:
    account(digits=None, min="4", max="10").hears("ask").presses("#").hears("ivrkit.noinput")


def test_star_clears_the_entry_and_costs_nothing() -> None:
    book = account().hears("ask").presses("999*12345674").hears("said")
    assert book.call.session._call.scope["account"] == "12345674"
    assert book.call.session._path[0].keys == "999*12345674"


def test_zero_is_a_digit_here_and_not_a_person() -> None:
    account(digits="3").hears("ask").presses("000").hears("said")


def test_a_failed_check_is_a_wrong_entry_unless_the_flow_names_it() -> None:
    account(check="luhn").hears("ask").presses("12345678").hears("ivrkit.nomatch").hears("ask").presses(
        "12345674"
    ).hears("said")
    account(check="luhn", on={"luhn": "agent"}).hears("ask").presses("12345678").hears("agent")
    account(pattern="1.*", on={"pattern": "agent"}).hears("ask").presses("22345678").hears("agent")


def test_an_action_may_check_an_entry() -> None:
    asked = node(
        "collect",
        collect="ask",
        digits="2",
        save="x",
        next="said",
        give_up="agent",
        check="known",
        on={"blocked": "agent"},
    )
    answers = {"11": "ok", "22": "unknown", "33": "blocked"}
    world = World(lambda name, arguments: Outcome(answers[arguments["value"]]))
    book = Playbook(script(ask=asked, said=SAID), world=world)
    book.hears("ask").presses("22").hears("ivrkit.nomatch").hears("ask").presses("11").hears("said")
    Playbook(script(ask=asked, said=SAID), world=world).hears("ask").presses("33").hears("agent")


def test_what_was_entered_is_read_back() -> None:
    book = account(readback="back").hears("ask").presses("12345674").hears("back")
    assert [part.prompt for part in book._plays[-1].parts] == ["back", "ivrkit.readback_keys"]
    book.presses("2").hears("ask").presses("12345674").hears("back").presses("1").hears("said")


def test_saying_no_to_the_readback_is_a_failed_try() -> None:
    book = account(readback="back", tries="2").hears("ask")
    book.presses("12345674").hears("back").presses("2").hears("ask").presses("12345674").hears("back").presses("2")
    book.hears("agent")


def test_a_key_typed_ahead_does_not_confirm_the_readback() -> None:
    welcome = node("play", play="welcome", barge_in="no", next="ask")
    ask = node("collect", collect="ask", digits="2", save="x", next="said", give_up="agent", readback="back")
    scene(welcome=welcome, ask=ask, said=SAID).hears("welcome").presses("121").hears("back").hears("ivrkit.noinput")


def test_a_secret_is_in_no_record() -> None:
    ask = node("collect", collect="ask", digits="16", save="card", next="said", give_up="agent", secret="yes")
    book = scene(ask=ask, said=SAID).hears("ask")
    book.presses("4111")
    assert book.call.session.hides(KeyPressed(book.call.now, "1"))
    record = book.presses("111111111111").hears("said").ends()
    assert record.path[0].keys == "•" * 16
    kept = book.call.session._call.scope["card"]
    assert isinstance(kept, Secret)
    assert kept.reveal() == "4111111111111111"
    assert "4111" not in repr(record) + repr(kept)


@pytest.mark.parametrize(
    "fields",
    [
        {},
        {"digits": "8", "max": "9"},
        {"digits": "0"},
        {"max": "65"},
        {"min": "9", "max": "8"},
        {"digits": "8", "secret": "yes", "readback": "x"},
    ],
)
def test_an_impossible_length_is_refused(fields: dict[str, str]) -> None:
    with pytest.raises(ValidationError):
        node("collect", collect="ask", save="x", next="end", give_up="end", **fields)


@pytest.mark.parametrize(
    ("check", "digits", "good"),
    [
        ("luhn", "12345674", True),
        ("luhn", "12345675", False),
        ("luhn", "4111111111111111", True),
        ("luhn", "0", True),
        ("date", "20260229", False),
        ("date", "20240229", True),
        ("date", "2024022", False),
        ("phone", "13800001111", True),
        ("phone", "02154321234", True),
        ("phone", "123", False),
        ("phone", "", False),
    ],
)
def test_checks_of_entries(check: str, digits: str, good: bool) -> None:
    assert ENTRY_CHECKS[check](digits) is good
