"""The hotline's own actions, on the demo records."""

from __future__ import annotations

from decimal import Decimal

import pytest

import ivrkit.actions.water
from ivrkit.actions import Actions, Context, invoke
from ivrkit.expressions import Template
from ivrkit.script import Outcome
from ivrkit.store import MemoryStore, write_demo_data

ACTIONS = Actions()
ACTIONS.from_module(ivrkit.actions.water)


@pytest.fixture(scope="module")
def store():
    with MemoryStore() as store:
        write_demo_data(store)
        yield store


def run(store: MemoryStore, name: str, caller: str = "13800001111", **arguments: str) -> Outcome:
    return invoke(ACTIONS[name], Context(store, "c1", caller, "4000", "zh"), arguments)


@pytest.mark.parametrize("caller", ["13800001111", "+8613800001111", "008613800001111", "86 138-0000-1111"])
def test_the_caller_is_known_by_the_number_he_rings_from(store, caller):
    found = run(store, "find_account", caller)
    assert (found.name, found.result["account"], found.result["name"]) == ("ok", "12345674", "王小明")


def test_a_caller_with_two_accounts_has_to_say_which(store):
    assert run(store, "find_account", "13800003333") == Outcome("several", {"count": 2})


@pytest.mark.parametrize(
    "caller", ["", "anonymous", "13800009999", "1001", "' OR 1=1 --", "\0\r\n", "\ud800", "138" * 999]
)
def test_a_stranger_is_not_found_whatever_his_number_says(store, caller):
    assert run(store, "find_account", caller) == Outcome("not_found")


def test_a_bill_is_told_with_its_month_and_usage(store):
    owed = {"amount": Decimal("42.50"), "month": "2026-10", "usage": Decimal(15), "account": "12345674", "months": 1}
    assert run(store, "find_bill", account="12345674") == Outcome("ok", owed)


def test_several_unpaid_months_are_told_as_one_amount(store):
    found = run(store, "find_bill", account="30010011").result
    assert (found["months"], found["month"], found["usage"]) == (3, "2026-10", Decimal(19))
    assert found["amount"] == Decimal("25.00") + Decimal("31.25") + Decimal("65.00")


def test_who_paid_owes_nothing(store):
    assert run(store, "find_bill", account="20260014") == Outcome("nothing_due", {"account": "20260014"})


def test_an_account_that_is_not_there_is_not_found(store):
    assert run(store, "find_bill", account="99999997") == Outcome("not_found")
    assert run(store, "find_tariff", kind="castle") == Outcome("not_found")


def test_prompts_can_read_each_step_of_a_tariff(store):
    scope = {"tariff": run(store, "find_tariff").result}
    names = ("first.price", "first.up_to", "second.price", "second.up_to", "third.price")
    read = [Template("{{ tariff." + name + " }}").evaluate(scope) for name in names]
    assert read == [Decimal("2.50"), Decimal(11), Decimal("3.75"), Decimal(17), Decimal("7.50")]
    assert scope["tariff"]["steps"] == 3


def test_a_tariff_of_one_step_has_no_bound(store):
    assert run(store, "find_tariff", kind="business").result == {
        "kind": "business",
        "steps": 1,
        "first": {"price": Decimal("4.10")},
    }
