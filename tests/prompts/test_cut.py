"""What an author wrote becomes sounds and blanks, or is told back to him."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ivrkit.expressions import Expression
from ivrkit.prompts.cut import LONGEST_TEXT, cut
from ivrkit.prompts.problems import Fault
from ivrkit.prompts.segments import Blank, Fixed, Segments, sound_id, written

COMPANY = {"company": "市自来水公司", "service": "95105"}
MONEY = Blank(Expression("bill.amount"), "money")


def segments(text: str, sound: str = "zh/water/x") -> Segments:
    read, faults = cut(text, sound, COMPANY, ["customer_class"])
    assert faults == ()
    return read


def faults(text: str) -> list[tuple[str, str]]:
    return [(fault.check, fault.message) for fault in cut(text, "zh/water/x", COMPANY, ["customer_class"]).faults]


def test_a_sentence_in_which_nothing_varies_stays_one_sound() -> None:
    assert segments("您好。") == (Fixed("您好。", "zh/water/x", fragment=False),)


def test_constants_and_constant_blanks_become_words_of_the_sentence() -> None:
    assert segments("您好，欢迎致电{{ company }}。") == (Fixed("您好，欢迎致电市自来水公司。", "zh/water/x"),)
    assert segments("服务热线{{ service | digits }}，{{ 24 | number }}小时开通。") == (
        Fixed("服务热线九五一零五，二十四小时开通。", "zh/water/x"),
    )
    assert segments("{{ '13800001111' | phone }}") == (Fixed("幺三八，零零零零，幺幺幺幺", "zh/water/x"),)


def test_words_around_a_blank_are_numbered_fragments_and_punctuation_has_no_sound() -> None:
    assert segments("{{ company }}：您应缴{{ bill.amount | money }}，请尽快缴纳。{{ bill.amount | money }}。") == (
        Fixed("市自来水公司：您应缴", "zh/water/x_1", fragment=True),
        MONEY,
        Fixed("，请尽快缴纳。", "zh/water/x_2", fragment=True),
        MONEY,
        Fixed("。", ""),
    )


def test_white_space_is_made_single_and_dropped_at_the_ends() -> None:
    assert segments("  You owe\n   {{ bill.amount | money }} .\n", "en/water/x") == (
        Fixed("You owe ", "en/water/x_1", fragment=True),
        MONEY,
        Fixed(" .", ""),
    )


def test_arguments_are_kept_with_their_blank() -> None:
    assert segments('{{ usage | quantity("m3") }}{{ c | text("customer_class") }}') == (
        Blank(Expression("usage"), "quantity", ("m3",)),
        Blank(Expression("c"), "text", ("customer_class",)),
    )


FAULTS = {
    "请拨95105": [
        (
            "digits-in-text",
            'digits cannot be spoken as they stand: write "95105" in words, '
            'or say how: {{ "95105" | digits }} or {{ 95105 | number }}',
        )
    ],
    "上午08:30": [("digits-in-text", 'digits cannot be spoken as they stand: write "08:30" in words')],
    "３号": [("digits-in-text", 'digits cannot be spoken as they stand: write "３" in words')],
    "m²": [("digits-in-text", 'digits cannot be spoken as they stand: write "²" in words')],
    "您好\x00": [("bad-template", "this text has a character that nobody can see, U+0000: delete it")],
    "您好\u200b": [("bad-template", "this text has a character that nobody can see, U+200B: delete it")],
    "{{ amount }}": [
        (
            "no-way-of-saying",
            'it is not written how "amount" is to be said: {{ amount | number }}, | money, | digits …',
        )
    ],
    "{{ compny }}": [
        ("no-way-of-saying", 'it is not written how "compny" is to be said; did you mean "company"?'),
    ],
    "{{ x | mony }}": [("unknown-way", '"mony" is not a way of saying; did you mean "money"?')],
    "{{ x | upper }}": [
        (
            "unknown-way",
            '"upper" is not a way of saying: there are number, money, digits, phone, date, month, quantity, text',
        )
    ],
    "{{ x | number | money }}": [("wrong-arguments", '"x" has more than one way of saying: keep one')],
    '{{ x | number("m3") }}': [("wrong-arguments", '"number" takes nothing in brackets: write | number')],
    '{{ x | money("USD") }}': [
        ("wrong-arguments", '"money" takes one of "owed" in brackets: write | money("owed"), or as money alone'),
    ],
    "{ x | digits }": [
        ("bad-template", '"{" would be spoken: a value stands in two plain braces, {{ order | digits }}'),
    ],
    "您的订单｛｛ x | digits ｝｝": [
        ("bad-template", '"｛｛" would be spoken: a value stands in two plain braces, {{ order | digits }}'),
    ],
    "{{ x | quantity }}": [
        (
            "wrong-arguments",
            '"quantity" takes one of "m3", "t", "yuan", "item", "household", "time", "day", "month", "hour" '
            "in brackets: "
            'write | quantity("m3")',
        )
    ],
    "{{ x | text }}": [
        ("wrong-arguments", '"text" needs the name of a list in brackets: | text("customer_class")'),
    ],
    '{{ x | text("customer_clas") }}': [
        ("unknown-list", 'there is no list "customer_clas"; did you mean "customer_class"?'),
    ],
    '{{ x | text("district") }}': [("unknown-list", 'there is no list "district": write it under lists:')],
    "{{ company | money }}": [
        ("unsayable", "{{ company | money }} cannot be said: the text '市自来水公司' is not a number"),
    ],
    "{{ 1 / 0 | number }}": [("unsayable", '{{ 1 / 0 | number }} cannot be said: "/" cannot be computed for 1 and 0')],
    "{{ f(x) | number }}": [("bad-template", "a call such as f(x) cannot stand in an expression")],
    "{% if x %}": [("bad-template", "only {{ … }} may stand in a text: no {% … %} and no {# … #}")],
    "您好{{": [("bad-template", '"{{" without "}}" behind it')],
    "……": [("bad-template", "there are no words in this text")],
    "水" * (LONGEST_TEXT + 1): [("bad-template", "this text is longer than 2,000 characters: cut it in two")],
}


@pytest.mark.parametrize(("text", "told"), FAULTS.items(), ids=range(len(FAULTS)))
def test_each_mistake_is_told_with_what_to_do(text: str, told: list[tuple[str, str]]) -> None:
    assert faults(text) == told


def test_all_mistakes_of_a_text_are_told_at_once() -> None:
    checks = [check for check, _ in faults("拨1，{{ a }}{{ b | mony }}{{ c | quantity }}")]
    assert checks == ["digits-in-text", "no-way-of-saying", "unknown-way", "wrong-arguments"]


@given(st.text() | st.text("{}%#|\"'.()123 abc水，\n", max_size=40), st.sampled_from(["zh", "en"]))
def test_any_text_is_cut_or_has_faults_that_are_one_line(text: str, language: str) -> None:
    read, told = cut(text, f"{language}/water/x")
    assert read or told
    assert all(isinstance(fault, Fault) and "\n" not in fault.message for fault in told)
    if not told:
        assert not any(char.isdigit() for part in read if isinstance(part, Fixed) for char in part.text)


def test_names_become_sound_ids() -> None:
    assert sound_id("bill.due") == "bill_due"
    assert sound_id("Water-Hotline 2") == "water_hotline_2"
    assert sound_id("水费") == sound_id("水费") != sound_id("水价")
    for name in ("水费", "2nd", "_x", "", "a/b", "../x", "\ud800", "Ａ"):
        assert sound_id(name).isascii()
        assert sound_id(name).isidentifier()


def test_a_prompt_reads_as_it_was_written() -> None:
    text = '您用水{{ usage | quantity("m3") }}，应缴{{ bill.amount | money }}。'
    assert written(segments(text)) == text
