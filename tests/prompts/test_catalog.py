"""A prompt file as its author meets it: what is read, and what is told back, all at once."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ivrkit.prompts.catalog import Catalog, read_catalog, read_words
from ivrkit.prompts.problems import Problem
from ivrkit.prompts.segments import Fixed

HELLO = {"zh": "您好。", "en": "Hello."}


def problems(**entries: object) -> list[tuple[tuple[str, ...], str, str]]:
    _, found = read_catalog({"prompts": "water", "hello": HELLO, **entries})
    return [(problem.path, problem.check, problem.message) for problem in found]


def test_a_file_becomes_a_catalogue() -> None:
    catalog, found = read_catalog(
        {
            "prompts": "water",
            "variables": {"company": {"zh": "市自来水公司", "en": "City Water"}},
            "lists": {"customer_class": {"居民": {"zh": "居民", "en": "residential"}}},
            "welcome": {"zh": "欢迎致电{{ company }}。", "en": "Welcome to {{ company }}."},
            "menu.tariff": {"zh": "水价查询", "en": "water tariffs"},
        }
    )
    assert found == ()
    assert catalog.name == "water"
    assert catalog.prompts["welcome"] == {
        "zh": (Fixed("欢迎致电市自来水公司。", "zh/water/welcome"),),
        "en": (Fixed("Welcome to City Water.", "en/water/welcome"),),
    }
    assert catalog.prompts["menu.tariff"]["zh"] == (Fixed("水价查询", "zh/water/menu_tariff"),)
    said = catalog.lists["customer_class"]["居民"]["zh"]
    assert (said.text, said.fragment) == ("居民", True)
    assert said.sound.isascii()


def test_a_file_in_one_language_needs_no_other() -> None:
    catalog, found = read_catalog({"prompts": "water-works", "hello": {"zh": "您好。"}})
    assert found == ()
    assert catalog.prompts["hello"] == {"zh": (Fixed("您好。", "zh/water_works/hello"),)}


MISTAKES: dict[str, tuple[dict[str, Any], list[tuple[tuple[str, ...], str, str]]]] = {
    "a language is missing": (
        {"bye": {"zh": "再见。"}},
        [(("bye",), "missing-language", 'the prompt "bye" is missing in en: add en: "…"')],
    ),
    "a language is empty": (
        {"bye": {"zh": "再见。", "en": " "}},
        [(("bye", "en"), "missing-language", 'the prompt "bye" has no words in en: write en: "…"')],
    ),
    "a language is not spoken": (
        {"bye": {"zh": "再见。", "en": "Bye.", "fr": "Au revoir."}},
        [(("bye", "fr"), "unknown-language", 'ivrkit does not speak "fr": it speaks zh, en')],
    ),
    "sisters say different values": (
        {"due": {"zh": "{{ a | number }}和{{ b | money }}", "en": "{{ b | money }} and {{ c | number }}"}},
        [
            (("due", "zh"), "blanks-differ", 'the prompt "due" says "c" in en, but not in zh'),
            (("due", "en"), "blanks-differ", 'the prompt "due" says "a" in zh, but not in en'),
        ],
    ),
    "a faulty blank is told once": (
        {"due": {"zh": "{{ a | mony }}", "en": "{{ a | money }}"}},
        [(("due", "zh"), "unknown-way", '"mony" is not a way of saying; did you mean "money"?')],
    ),
    "words without a language": (
        {"bye": "再见。"},
        [(("bye",), "bad-prompt-file", 'write the words of the prompt "bye" by language: {zh: …, en: …}')],
    ),
    "an id with capitals": (
        {"Bill.Due": HELLO},
        [
            (
                ("Bill.Due",),
                "bad-prompt-id",
                '"Bill.Due" cannot name a prompt: a small letter, then small letters, digits, "_" and points',
            )
        ],
    ),
    "an id of ivrkit": (
        {"ivrkit.noinput": HELLO},
        [
            (
                ("ivrkit.noinput",),
                "bad-prompt-id",
                '"ivrkit." is kept for prompts of ivrkit: choose another name',
            )
        ],
    ),
    "two ids with one sound": (
        {"bill.due": HELLO, "bill_due": HELLO},
        [
            (
                ("bill_due",),
                "same-sound",
                '"bill_due" would get the same sound file as "bill.due": rename one of them',
            )
        ],
    ),
    "a fragment with the sound of a prompt": (
        {"due": {"zh": "应缴{{ x | money }}", "en": "Due: {{ x | money }}"}, "due.1": HELLO},
        [(("due.1",), "same-sound", '"due.1" would get the same sound file as "due": rename one of them')],
    ),
    "a list value with the sound of a prompt": (
        {"lists": {"a": {"b": HELLO}}, "a.b": HELLO},
        [(("lists", "a", "b"), "same-sound", '"b" would get the same sound file as "a.b": rename one of them')],
    ),
    "variables that are none": (
        {"variables": ["x"]},
        [
            (
                ("variables",),
                "bad-prompt-file",
                "write variables like this: {company: {zh: 市自来水公司, en: City Water}}",
            )
        ],
    ),
    "a variable in one language": (
        {"variables": {"company": {"zh": "公司"}}, "hi": {"zh": "{{ company }}", "en": "{{ company }}"}},
        [(("variables", "company"), "missing-language", 'the variable "company" is missing in en: add en: "…"')],
    ),
    "a variable with a blank": (
        {"variables": {"company": {"zh": "{{ x }}", "en": "x"}}},
        [(("variables", "company", "zh"), "bad-template", "a variable is plain words, without {{ … }} in it")],
    ),
    "a variable's name": (
        {"variables": {"公司": HELLO}},
        [
            (
                ("variables", "公司"),
                "bad-prompt-id",
                '"公司" cannot be a name here: a small letter, then small letters, digits and "_"',
            )
        ],
    ),
    "a list that is none": (
        {"lists": {"district": "north"}},
        [
            (
                ("lists", "district"),
                "bad-prompt-file",
                "write lists like this: {customer_class: {residential: {zh: 居民, en: residential}}}",
            )
        ],
    ),
    "a list value with a blank": (
        {"lists": {"d": {"n": {"zh": "{{ x | number }}区", "en": "{{ x | number }}"}}}},
        [
            (("lists", "d", "n", "zh"), "bad-template", "a list holds plain words, without {{ … }} in them"),
            (("lists", "d", "n", "en"), "bad-template", "a list holds plain words, without {{ … }} in them"),
        ],
    ),
    "a list value with digits": (
        {"lists": {"d": {"n": {"zh": "东区", "en": "District 9"}}}},
        [
            (
                ("lists", "d", "n", "en"),
                "digits-in-text",
                'digits cannot be spoken as they stand: write "9" in words, '
                'or say how: {{ "9" | digits }} or {{ 9 | number }}',
            )
        ],
    ),
    "a name of ivrkit": (
        {"prompts": "say"},
        [(("prompts",), "bad-prompt-id", '"say" is kept for sounds of ivrkit: choose another name')],
    ),
    "no name": (
        {"prompts": ""},
        [((), "bad-prompt-file", 'the file does not say its name: begin it with "prompts: its_name"')],
    ),
}


@pytest.mark.parametrize(("entries", "told"), MISTAKES.values(), ids=MISTAKES)
def test_a_mistake_is_told_with_the_keys_that_lead_to_it(
    entries: dict[str, Any], told: list[tuple[tuple[str, ...], str, str]]
) -> None:
    assert problems(**entries) == told


def test_all_mistakes_of_a_file_are_told_at_once() -> None:
    found = problems(bye={"zh": "再见1"}, due={"zh": "{{ x }}", "en": "{% x %}"}, B=HELLO)
    assert [check for _, check, _ in found] == [
        "missing-language",
        "digits-in-text",
        "no-way-of-saying",
        "bad-template",
        "bad-prompt-id",
    ]


@pytest.mark.parametrize("data", [None, {}, [], "prompts: water", 7])
def test_a_file_that_is_no_catalogue_says_how_one_begins(data: object) -> None:
    message = 'a prompt file begins with "prompts: its_name" and goes on with a line for each prompt'
    assert read_catalog(data) == (Catalog(""), (Problem((), message, "bad-prompt-file"),))


def test_words_in_a_flow_are_cut_like_prompts() -> None:
    catalog, _ = read_catalog({"prompts": "water", "variables": {"company": {"zh": "公司", "en": "City"}}})
    prompt, found = read_words({"zh": "{{ company }}您好。"}, "hotline/welcome", ["zh"], catalog, ("nodes", "welcome"))
    assert prompt == {"zh": (Fixed("公司您好。", "zh/hotline/welcome"),)}
    assert found == ()
    _, found = read_words({"zh": "您好1"}, "hotline/welcome", ["zh", "en"], catalog, ("nodes", "welcome", "play"))
    assert [(problem.path, problem.check) for problem in found] == [
        (("nodes", "welcome", "play"), "missing-language"),
        (("nodes", "welcome", "play", "zh"), "digits-in-text"),
    ]


scalars = st.none() | st.text(max_size=8) | st.sampled_from(["{{ x | number }}", "{{ company }}", "您好", "7"])
trees = st.recursive(
    scalars,
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(st.sampled_from(["zh", "en", "fr", "company", "a.b", "a_b", "水", ""]), inner, max_size=4)
    ),
    max_leaves=12,
)
files = st.dictionaries(st.sampled_from(["prompts", "variables", "lists", "a.b", "a_b", "水", ""]), trees)


@given(files)
def test_any_data_is_read_and_never_raises(data: dict[str, Any]) -> None:
    catalog, found = read_catalog(data)
    assert all("\n" not in problem.message for problem in found)
    if not found:
        assert catalog.prompts.keys() == data.keys() - {"prompts", "variables", "lists"}
