"""split: shares of the callers, the same caller always the same way."""

from __future__ import annotations

from collections import Counter

from ivrkit.script import Script
from ivrkit.testing import Playbook
from tests.nodes.scenes import node, script


def scripted(**shares: str) -> Script:
    return script(trial=node("split", split=shares, on=dict.fromkeys(shares, "end")))


def arm(script: Script, number: str) -> str:
    return Playbook(script, caller_number=number).ends().path[0].outcome


def test_the_same_caller_always_goes_the_same_way() -> None:
    trial = scripted(new="20", old="80")
    assert len({arm(trial, "13800001111") for _ in range(5)}) == 1


def test_callers_are_shared_out_as_written() -> None:
    trial = scripted(new="20", old="80")
    counted = Counter(arm(trial, f"1380000{number:04}") for number in range(1000))
    assert 160 <= counted["new"] <= 240
    assert counted["new"] + counted["old"] == 1000


def test_another_split_shares_the_callers_out_anew() -> None:
    numbers = [f"1380000{number:04}" for number in range(200)]
    first, second = (
        scripted(a="1", b="1"),
        script(other=node("split", split={"a": "1", "b": "1"}, on={"a": "end", "b": "end"})),
    )
    assert [arm(first, number) for number in numbers] != [arm(second, number) for number in numbers]


def test_a_hidden_number_has_a_way_too() -> None:
    assert arm(scripted(new="1", old="1"), "") in ("new", "old")
