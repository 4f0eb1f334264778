"""Menus, as callers live them."""

from __future__ import annotations

import pytest

from ivrkit.testing import Playbook
from tests.nodes.scenes import node, scene

BILL = node("play", play="bill", next="end")
REPAIR = node("play", play="repair", next="end")


@pytest.fixture
def menu() -> Playbook:
    main = node(
        "menu",
        menu={"1": {"label": "label.bill", "next": "bill"}, "2": {"label": "label.repair", "next": "repair"}},
        prompt="main.prompt",
        short="main.short",
        noinput=["quiet", "quieter"],
        nomatch="wrong",
        give_up="agent",
        first_digit="5s",
    )
    return scene(main=main, bill=BILL, repair=REPAIR)


def test_caller_hears_the_words_and_the_options_in_their_order(menu: Playbook) -> None:
    assert [part.prompt for part in menu.hears("main.prompt")._plays[0].parts] == [
        "main.prompt",
        "label.bill@1",
        "label.repair@2",
    ]


def test_caller_who_presses_a_key_goes_where_the_option_says(menu: Playbook) -> None:
    record = menu.hears("main.prompt").presses("2").hears("repair").ends()
    assert [(visit.node, visit.keys) for visit in record.path] == [("main", "2"), ("repair", ""), ("end", "")]


def test_a_key_pressed_during_the_prompt_stops_it(menu: Playbook) -> None:
    menu.hears("main.prompt").waits(0.1).presses("1").hears("bill")
    assert menu.call.now == pytest.approx(0.1)


def test_silence_is_told_twice_then_a_person_takes_over(menu: Playbook) -> None:
    (
        menu.hears("main.prompt")
        .hears("quiet")
        .hears("main.short")
        .hears("quieter")
        .hears("main.short")
        .hears("quieter")
        .hears("agent")
        .ends()
    )


def test_silence_and_wrong_keys_are_two_counters(menu: Playbook) -> None:
    (
        menu.hears("main.prompt")
        .hears("quiet")
        .hears("main.short")
        .presses("7")
        .hears("wrong")
        .hears("main.short")
        .presses("8")
        .hears("wrong")
        .hears("main.short")
        .hears("quieter")
        .hears("main.short")
        .presses("1")
        .hears("bill")
    )


def test_the_first_wait_starts_when_the_prompt_has_ended(menu: Playbook) -> None:
    menu.hears("main.prompt")
    prompt_ends = menu.call.next_due()
    menu.hears("quiet")
    assert prompt_ends is not None
    assert menu.call.now == pytest.approx(prompt_ends + 5)


def test_keys_of_every_menu_cost_no_try(menu: Playbook) -> None:
    for _ in range(5):
        menu.hears("main.prompt").presses("#")
    menu.hears("main.prompt").presses("*").hears("main.prompt").presses("0").hears("agent")


def test_a_reaction_may_be_a_way_out() -> None:
    main = node(
        "menu", menu={"1": {"next": "end"}}, nomatch=["wrong", {"next": "repair"}], give_up="agent", prompt="main"
    )
    scene(main=main, repair=REPAIR).hears("main").presses("5").hears("wrong").hears("main").presses("5").hears("repair")


def test_the_short_of_two_keys_waits_for_the_longer() -> None:
    main = node(
        "menu",
        menu={"1": {"next": "bill"}, "12": {"next": "repair"}},
        prompt="main",
        give_up="agent",
        between_digits="3s",
    )
    scene(main=main, bill=BILL, repair=REPAIR).hears("main").presses("12").hears("repair")
    book = scene(main=main, bill=BILL, repair=REPAIR).hears("main").presses("1").hears("bill")
    assert book.call.now == pytest.approx(3)
    scene(main=main, bill=BILL, repair=REPAIR).hears("main").presses("13").hears("ivrkit.nomatch")


def test_keys_typed_ahead_reach_the_menus_that_follow() -> None:
    first = node("menu", menu={"1": {"next": "second"}}, prompt="first", give_up="agent")
    second = node("menu", menu={"2": {"next": "bill"}}, prompt="second", give_up="agent")
    book = scene(first=first, second=second, bill=BILL).hears("first").presses("12", gap=0.05)
    book.hears("second").hears("bill")
    book = scene(
        first=first, second=second, bill=node("menu", menu={"3": {"next": "end"}}, prompt="b", give_up="agent")
    )
    welcome = node("play", play="welcome", barge_in="no", next="first")
    book = scene(welcome=welcome, first=first, second=second, bill=BILL).hears("welcome").presses("12")
    book.hears("bill")


def test_a_wrong_entry_forgets_the_keys_typed_ahead() -> None:
    welcome = node("play", play="welcome", barge_in="no", next="first")
    first = node("menu", menu={"1": {"next": "end"}}, prompt="first", give_up="agent")
    book = scene(welcome=welcome, first=first).hears("welcome").presses("911")
    book.hears("ivrkit.nomatch").hears("first")


def test_back_goes_to_the_menu_before_as_the_caller_went() -> None:
    def sub(prompt: str, to: str) -> object:
        return node("menu", menu={"1": {"next": to}}, prompt=prompt, give_up="agent")

    book = scene(a=sub("a", "b"), b=sub("b", "c"), c=sub("c", "say"), say=node("play", play="say", next="b"))  # type: ignore[arg-type]
    book.hears("a").presses("1").hears("b").presses("1").hears("c").presses("1").hears("say").hears("b")
    book.presses("*").hears("a").presses("*").hears("a")


def test_an_option_in_another_language_is_said_in_it_and_goes_on_in_it() -> None:
    main = node(
        "menu",
        menu={"1": {"label": "chinese", "language": "zh", "next": "bill"}},
        prompt="main",
        give_up="agent",
    )
    book = scene(main=main, bill=BILL).hears("main")
    assert [part.sounds[0][:2] for part in book._plays[0].parts] == ["en", "zh"]
    book.presses("1").hears("bill")
    assert book.ends().language == "zh"


def test_letters_of_the_keypad_of_radios_are_no_keys(menu: Playbook) -> None:
    menu.hears("main.prompt").presses("ABCD").presses("1").hears("bill")


def test_thirty_keys_wait_at_most() -> None:
    welcome = node("play", play="welcome", barge_in="no", next="first")
    first = node("collect", collect="first", min="1", max="60", save="x", end_key="#", next="say", give_up="agent")
    say = node("play", play="say", next="end")
    book = scene(welcome=welcome, first=first, say=say).hears("welcome").presses("1" * 50, gap=0.001)
    book.waits(60)
    assert book.call.record
    assert book.call.record.path[1].keys == "1" * 30


def test_a_number_keyed_into_a_menu_is_one_wrong_entry() -> None:
    main = node("menu", menu={"1": {"next": "end"}}, prompt="main", give_up="agent")
    book = scene(main=main).hears("main").waits(1).presses("22345678")
    record = book.hears("ivrkit.nomatch").hears("main").waits(1).presses("1").ends()
    assert record.path[0].keys == "223456781"


def test_whoever_never_lets_the_keys_go_is_told_all_the_same() -> None:
    main = node("menu", menu={"1": {"next": "end"}}, prompt="main", give_up="agent")
    scene(main=main).hears("main").waits(1).presses("7" * 300, gap=0.02).hears("ivrkit.nomatch")
