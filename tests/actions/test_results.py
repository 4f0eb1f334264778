"""What an action may return, and what the flow gets."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ivrkit.actions.results import outcome_of
from ivrkit.errors import ActionError
from ivrkit.expressions import Secret
from ivrkit.script import Outcome

DECLARED = ("ok", "not_found")


@dataclass
class Price:
    amount: Decimal
    since: date


@dataclass
class Found:
    account: str
    price: Price


def test_nothing_a_mapping_and_a_dataclass_are_ok():
    found = Found("12345674", Price(Decimal("2.50"), date(2026, 1, 1)))
    values = {"account": "12345674", "price": {"amount": Decimal("2.50"), "since": "2026-01-01"}}
    assert outcome_of(None, DECLARED) == Outcome("ok")
    assert outcome_of({"account": "12345674"}, DECLARED) == Outcome("ok", {"account": "12345674"})
    assert outcome_of(found, DECLARED) == Outcome("ok", values)
    assert outcome_of(Outcome("ok", found), DECLARED) == Outcome("ok", values)


def test_a_text_names_an_outcome():
    assert outcome_of("not_found", DECLARED) == Outcome("not_found")


@pytest.mark.parametrize("returned", ["notfound", "", Outcome("error"), "12345674", "x\n" * 999])
def test_an_outcome_that_is_not_declared_is_refused(returned):
    with pytest.raises(ActionError, match=r"^answered .{0,80}: it has ok, not_found$"):
        outcome_of(returned, DECLARED)


def test_ok_is_declared_too_or_it_is_refused():
    with pytest.raises(ActionError, match='answered "ok"'):
        outcome_of(None, ("paid", "declined"))


def test_moments_become_text():
    at = datetime.fromisoformat("2026-11-23T10:00:00+08:00")
    assert outcome_of({"at": at}, DECLARED).result == {"at": "2026-11-23T10:00:00+08:00"}


@pytest.mark.parametrize("result", [{"amount": 42.5}, {"bill": {"amount": 42.5}}, {"amounts": [Decimal(1), 42.5]}])
def test_a_float_is_refused_wherever_it_hides(result):
    with pytest.raises(ActionError, match="use Decimal"):
        outcome_of(result, DECLARED)


STRANGE_VALUES = (object(), b"x", {1}, Decimal("NaN"), 10**30, -(10**5000), Decimal("1E+999999"), Secret("4111"), Found)


@pytest.mark.parametrize("returned", [7, Decimal(1), True, ["a"], Found, {1: "a"}, *({"a": v} for v in STRANGE_VALUES)])
def test_what_expressions_do_not_know_is_refused(returned):
    with pytest.raises(ActionError, match=r"^returned ") as refused:
        outcome_of(returned, DECLARED)
    assert len(str(refused.value)) < 120


def test_a_value_that_holds_itself_is_refused():
    endless: dict[str, object] = {}
    endless["again"] = endless
    with pytest.raises(ActionError, match="nested"):
        outcome_of(endless, DECLARED)


LARGEST = 10**30 - 1
known = st.recursive(
    st.none() | st.booleans() | st.integers(-LARGEST, LARGEST) | st.text() | st.decimals(-LARGEST, LARGEST),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(), inner, max_size=3),
    max_leaves=8,
)


@given(st.dictionaries(st.text(), known, max_size=4))
def test_what_expressions_know_comes_through_unchanged(values):
    try:
        assert outcome_of(values, DECLARED).result == values
    except ActionError as error:
        assert "nested" in str(error)
