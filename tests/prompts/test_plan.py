"""A prompt and the values of a call: what is played, what is heard, what is refused."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from timeit import timeit
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ivrkit.errors import SayError
from ivrkit.expressions import Secret
from ivrkit.prompts.catalog import read_catalog
from ivrkit.prompts.cut import cut
from ivrkit.prompts.languages import LANGUAGES
from ivrkit.prompts.needed import vocabulary_of
from ivrkit.prompts.plan import MOST_SOUNDS, Plan, plan
from ivrkit.prompts.segments import Segments

CATALOG, _ = read_catalog(
    {
        "prompts": "water",
        "lists": {"customer_class": {"residential": {"zh": "居民", "en": "residential"}}},
        "bill.due": {
            "zh": "您{{ bill.month | month }}用水{{ bill.usage | quantity('m3') }}，"
            "应缴水费{{ bill.amount | money }}。",
            "en": "For {{ bill.month | month }} you used {{ bill.usage | quantity('m3') }} "
            "and owe {{ bill.amount | money }}.",
        },
        "class": {
            "zh": "您是{{ class | text('customer_class') }}用户。",
            "en": "You are a {{ class | text('customer_class') }} customer.",
        },
        "account": {"zh": "{{ account | digits }}", "en": "{{ account | digits }}"},
    }
)
BILL = {"bill": {"month": "2026-10", "usage": 15, "amount": Decimal("42.50")}}


def prompt(key: str, language: str) -> Segments:
    return CATALOG.prompts[key][language]


def test_a_bill_is_heard_in_chinese() -> None:
    assert plan(prompt("bill.due", "zh"), "zh", BILL) == Plan(
        (
            "zh/water/bill_due_1",
            *("zh/say/n2", "zh/say/n0", "zh/say/n2", "zh/say/n6", "zh/say/year", "zh/say/month10"),
            "zh/water/bill_due_2",
            *("zh/say/n15", "zh/say/unit_m3"),
            "zh/water/bill_due_3",
            *("zh/say/n42", "zh/say/yuan", "zh/say/n5", "zh/say/jiao"),
        ),
        "您二零二六年十月用水十五立方米，应缴水费四十二元五角。",
    )


def test_a_bill_is_heard_in_english() -> None:
    said = plan(prompt("bill.due", "en"), "en", BILL)
    assert said.text == (
        "For October twenty twenty-six you used fifteen cubic meters and owe forty-two yuan and fifty fen."
    )
    assert said.sounds[:4] == ("en/water/bill_due_1", "en/say/month10", "en/say/n20", "en/say/n26")


def test_a_value_of_a_closed_list_has_its_own_sound() -> None:
    assert plan(prompt("class", "zh"), "zh", {"class": "residential"}, CATALOG.lists) == Plan(
        ("zh/water/class_1", "zh/water/customer_class_residential", "zh/water/class_2"), "您是居民用户。"
    )


def test_a_pause_between_groups_of_digits_is_the_last_digit_said_with_a_comma() -> None:
    said = plan(prompt("account", "zh"), "zh", {"account": "12345674"})
    assert said.text == "一二三四，五六七四"
    assert said.sounds[2:5] == ("zh/say/n3", "zh/say/n4_pause", "zh/say/n5")


REFUSED: list[tuple[str, dict[str, Any], str]] = [
    (
        "bill.due",
        {"bill": {"month": "2026-10", "usage": 15, "amount": 42.5}},
        'the prompt "您{{ bill.month | month }}用水{{ bill.usage | quantity("m3") }}…" cannot be said at '
        "{{ bill.amount | money }}: 42.5 is a float, which is never exact: use Decimal",
    ),
    (
        "account",
        {},
        'the prompt "{{ account | digits }}" cannot be said at {{ account | digits }}: '
        'the variable "account" has no value yet',
    ),
    (
        "account",
        {"account": Secret("4111111111111111")},
        'the prompt "{{ account | digits }}" cannot be said at {{ account | digits }}: a secret is not made of digits',
    ),
    (
        "class",
        {"class": "industrial"},
        """the prompt "您是{{ class | text("customer_class") }}用户。" cannot be said at """
        """{{ class | text("customer_class") }}: the text 'industrial' is not in the list "customer_class\"""",
    ),
    (
        "class",
        {"class": ["residential"]},
        """the prompt "您是{{ class | text("customer_class") }}用户。" cannot be said at """
        """{{ class | text("customer_class") }}: a list is not in the list "customer_class\"""",
    ),
    (
        "account",
        {"account": "1" * 129},
        'the prompt "{{ account | digits }}" has 129 sounds; FreeSWITCH plays 128 at most',
    ),
]


@pytest.mark.parametrize(("key", "scope", "line"), REFUSED, ids=range(len(REFUSED)))
def test_what_cannot_be_said_is_refused_in_one_line(key: str, scope: dict[str, Any], line: str) -> None:
    with pytest.raises(SayError) as refused:
        plan(prompt(key, "zh"), "zh", scope, CATALOG.lists)
    assert str(refused.value) == line


def test_as_many_sounds_as_freeswitch_plays_may_be_fixed_and_not_one_more() -> None:
    one = cut("您好。", "zh/water/hello").segments
    assert len(plan(one * MOST_SOUNDS, "zh", {}).sounds) == MOST_SOUNDS
    with pytest.raises(SayError, match="has 129 sounds; FreeSWITCH plays 128 at most"):
        plan(one * (MOST_SOUNDS + 1), "zh", {})


VALUES: dict[str, st.SearchStrategy[Any]] = {
    "number": st.integers(-(10**15), 10**15) | st.decimals(-(10**9), 10**9, places=3),
    "money": st.decimals(-(10**9), 10**9, places=2),
    "digits": st.text("0123456789", min_size=1, max_size=40),
    "phone": st.text("0123456789", min_size=3, max_size=15),
    "date": st.dates(min_value=date(1000, 1, 1)),
    "month": st.dates(min_value=date(1000, 1, 1)),
    "quantity": st.integers(-(10**6), 10**6) | st.decimals(-(10**6), 10**6, places=2),
}


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("way", VALUES)
@given(st.data())
def test_a_plan_names_only_sounds_that_the_build_makes(language: str, way: str, data: st.DataObject) -> None:
    kind = LANGUAGES[language].ways[way]
    brackets = f'("{data.draw(st.sampled_from(kind.arguments))}")' if kind.needs_argument else ""
    segments = cut(f"{{{{ x | {way}{brackets} }}}}", f"{language}/water/x").segments
    said = plan(segments, language, {"x": data.draw(VALUES[way])})
    assert set(said.sounds) <= {sound.name for sound in vocabulary_of(language, way)}


def test_a_plan_is_made_between_a_key_and_its_answer() -> None:
    """50 µs are asked for; the bound is wide so that a busy machine does not fail it."""
    segments = prompt("bill.due", "zh")
    best = min(timeit(lambda: plan(segments, "zh", BILL), number=200) / 200 for _ in range(10))
    assert best < 200e-6
