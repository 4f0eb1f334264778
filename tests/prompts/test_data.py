"""Prompts in a script that is kept as JSON: there and back, and what a script from elsewhere cannot smuggle in."""

from __future__ import annotations

import json
from typing import Any

import pytest

from ivrkit.errors import ExpressionError, PromptError
from ivrkit.prompts.catalog import read_catalog
from ivrkit.prompts.data import from_data, lists_from_data, lists_to_data, prompt_from_data, prompt_to_data, to_data

CATALOG, _ = read_catalog(
    {
        "prompts": "water",
        "lists": {"district": {"north": {"zh": "城北", "en": "the north"}}},
        "hello": {"zh": "您好。", "en": "Hello."},
        "due": {
            "zh": "{{ d | text('district') }}用水{{ x | quantity('m3') }}，{{ y | money }}。",
            "en": "{{ d | text('district') }}: {{ x | quantity('m3') }}, {{ y | money }}.",
        },
    }
)


def test_prompts_and_lists_are_the_same_after_json() -> None:
    for prompt in CATALOG.prompts.values():
        assert prompt_from_data(json.loads(json.dumps(prompt_to_data(prompt)))) == prompt
    assert lists_from_data(json.loads(json.dumps(lists_to_data(CATALOG.lists)))) == CATALOG.lists


def test_segments_are_plain_and_say_no_more_than_needed() -> None:
    assert to_data(CATALOG.prompts["due"]["zh"])[2:] == [
        {"value": "x", "way": "quantity", "arguments": ["m3"]},
        {"text": "，", "sound": ""},
        {"value": "y", "way": "money"},
        {"text": "。", "sound": ""},
    ]


BAD: list[Any] = [
    None,
    "您好",
    [None],
    [[]],
    [{}],
    [{"text": 1, "sound": ""}],
    [{"text": "x", "sound": "../../etc/passwd"}],
    [{"text": "x", "sound": "zh/water/a b"}],
    [{"text": "x", "sound": "zh/water/x.wav"}],
    [{"value": 1, "way": "money"}],
    [{"value": "x"}],
    [{"value": "x", "way": "shout"}],
    [{"value": "x", "way": "quantity"}],
    [{"value": "x", "way": "money", "arguments": ["USD"]}],
    [{"value": "x", "way": "number", "arguments": "m3"}],
    [{"value": "x", "way": "text"}],
]


@pytest.mark.parametrize("data", BAD, ids=range(len(BAD)))
def test_what_is_not_a_prompt_is_refused(data: Any) -> None:
    with pytest.raises(PromptError):
        from_data(data)


def test_a_value_that_cannot_be_computed_is_refused() -> None:
    with pytest.raises(ExpressionError):
        from_data([{"value": "f(x)", "way": "money"}])


@pytest.mark.parametrize("data", [None, {"fr": []}, {"zh": None}])
def test_a_prompt_needs_languages_that_ivrkit_speaks(data: Any) -> None:
    with pytest.raises(PromptError):
        prompt_from_data(data)


@pytest.mark.parametrize(
    "data", [None, {"l": None}, {"l": {"v": None}}, {"l": {"v": {"fr": {}}}}, {"l": {"v": {"zh": []}}}]
)
def test_lists_that_are_none_are_refused(data: Any) -> None:
    with pytest.raises(PromptError):
        lists_from_data(data)
