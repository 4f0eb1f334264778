"""What may be an action, and what a flow may give it."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from decimal import Decimal
from typing import Any

import pytest

from ivrkit.actions import Action, Actions, Context, action, invoke
from ivrkit.errors import ActionError
from ivrkit.expressions import Secret
from ivrkit.script import Outcome
from ivrkit.store import MemoryStore

CONTEXT = Context(MemoryStore(), "c1", "13800001111", "4000", "zh")


@action
def say_back(
    text: str = "",
    count: int = 0,
    amount: Decimal = Decimal(0),
    sure: bool = False,
    day: date = date(2026, 1, 1),
    note: str | None = None,
) -> dict[str, Any]:
    return {"text": text, "count": count, "amount": amount, "sure": sure, "day": day, "note": note}


@action(outcomes=["paid", "declined"], blocking=True)
def charge(context: Context, card: Secret, amount: Decimal) -> str:
    return "paid" if card.reveal() == "4111" and context.language == "zh" else "declined"


def registered(function: Callable[..., Any]) -> Action:
    return Actions().add(function)


def refusal(function: Callable[..., Any]) -> str:
    with pytest.raises(ActionError) as refused:
        registered(function)
    assert "\n" not in str(refused.value)
    return str(refused.value)


def test_a_marked_function_stays_a_function():
    assert say_back(text="a")["text"] == "a"


def test_an_action_says_what_flows_need_to_know():
    pay = registered(charge)
    assert (pay.name, pay.outcomes, pay.blocking, pay.takes_context) == ("charge", ("paid", "declined"), True, True)
    assert [(p.name, p.type, p.required) for p in pay.parameters] == [("card", Secret, True), ("amount", Decimal, True)]


def test_bare_it_answers_ok_and_runs_in_the_call():
    assert (registered(say_back).outcomes, registered(say_back).blocking) == (("ok",), False)


@pytest.mark.parametrize(
    ("argument", "given", "received"),
    [
        ("text", "12345674", "12345674"),
        ("text", 7, "7"),
        ("text", Decimal("42.50"), "42.50"),
        ("count", "12", 12),
        ("count", "-3", -3),
        ("count", Decimal("12.00"), 12),
        ("count", 10**30 - 1, 10**30 - 1),
        ("amount", "42.50", Decimal("42.50")),
        ("amount", 42, Decimal(42)),
        ("sure", "yes", True),
        ("sure", "False", False),
        ("day", "2026-11-23", "2026-11-23"),
        ("day", "20261123", "2026-11-23"),
        ("note", None, None),
    ],
)
def test_arguments_arrive_in_the_declared_type(argument, given, received):
    result = invoke(registered(say_back), CONTEXT, {argument: given}).result[argument]
    assert result == received
    assert type(result) is type(received)


@pytest.mark.parametrize(
    ("argument", "given"),
    [
        ("text", True),
        ("text", None),
        ("text", ["a"]),
        ("text", 1.5),
        ("count", "12.5"),
        ("count", Decimal("12.5")),
        ("count", Decimal("NaN")),
        ("count", "１２"),
        ("count", " 12"),
        ("count", True),
        ("count", "9" * 5000),
        ("count", 10**30),
        pytest.param("count", 10**5000, id="huge count"),
        ("count", Decimal("1E+999999")),
        pytest.param("text", 10**5000, id="huge text"),
        ("text", Decimal("NaN")),
        ("text", {"a": "b" * 500}),
        ("amount", Decimal("1E+999999")),
        pytest.param("amount", -(10**5000), id="huge amount"),
        ("amount", "x\x1b\n" * 500),
        ("amount", 42.5),
        ("amount", "1e9"),
        ("amount", "Infinity"),
        ("amount", Decimal("Infinity")),
        ("amount", ""),
        ("sure", "maybe"),
        ("sure", 1),
        ("day", "2026-02-30"),
        ("day", "2026-W47-1"),
        ("day", 20261123),
    ],
)
def test_what_does_not_fit_is_refused_in_one_line(argument, given):
    with pytest.raises(ActionError, match=f'^action say_back: argument "{argument}" needs ') as refused:
        invoke(registered(say_back), CONTEXT, {argument: given})
    assert len(str(refused.value)) < 200
    assert str(refused.value).isprintable()


def test_a_secret_goes_only_where_secret_is_declared():
    assert invoke(registered(charge), CONTEXT, {"card": Secret("4111"), "amount": "1"}) == Outcome("paid")
    for argument in ("text", "count", "note"):
        with pytest.raises(ActionError, match="is a secret") as refused:
            invoke(registered(say_back), CONTEXT, {argument: Secret("4111222233334444")})
        assert "4111" not in str(refused.value)


def test_no_error_shows_what_was_meant_to_be_a_secret():
    with pytest.raises(ActionError, match='"card" needs a secret') as refused:
        invoke(registered(charge), CONTEXT, {"card": ["4111222233334444"], "amount": "1"})
    assert "4111" not in str(refused.value)


def test_missing_and_misspelt_arguments_are_named():
    with pytest.raises(ActionError, match=r'^action charge: argument "amount" is missing$'):
        invoke(registered(charge), CONTEXT, {"card": Secret("1")})
    with pytest.raises(ActionError, match=r'there is no argument "amuont"; did you mean "amount"'):
        invoke(registered(charge), CONTEXT, {"card": Secret("1"), "amuont": "1"})


def test_what_the_function_raises_comes_out_as_it_is():
    @action
    def fails() -> None:
        raise ZeroDivisionError("by its own fault")

    with pytest.raises(ZeroDivisionError):
        invoke(registered(fails), CONTEXT, {})


def test_functions_that_cannot_serve_are_refused_by_name():
    @action
    def untyped(account) -> None: ...  # type: ignore[no-untyped-def]

    @action
    def floating(amount: float) -> None: ...

    @action
    def listing(accounts: list[str]) -> None: ...

    @action
    def several(*accounts: str) -> None: ...

    @action
    def positional(account: str, /) -> None: ...

    @action
    def either(account: str | int) -> None: ...

    @action
    def nullable(account: str | None) -> None: ...

    @action
    def late(account: str, context: Context) -> None: ...

    @action
    def unknown(account: Acount) -> None: ...  # type: ignore[name-defined]  # noqa: F821

    @action
    async def later(account: str) -> None: ...

    assert 'untyped: parameter "account" has no type' in refusal(untyped)
    assert "must be one of str, int, bool, Decimal, date, Secret" in refusal(floating)
    assert 'parameter "accounts" must be one of' in refusal(listing)
    assert "have no place here" in refusal(several)
    assert "have no place here" in refusal(positional)
    assert "must be one of" in refusal(either)
    assert '"| None = None"' in refusal(nullable)
    assert "a Context comes first" in refusal(late)
    assert "Acount" in refusal(unknown)
    assert "plain function" in refusal(later)
    assert "put @action above a function" in refusal(lambda: None)


@pytest.mark.parametrize(
    ("outcomes", "said"),
    [
        ([], "at least one outcome"),
        (["ok", "error"], '"error" comes by itself'),
        (["timeout"], '"timeout" comes by itself'),
        (["ok", "ok"], "declared twice"),
        (["not found"], "is not a name"),
        ([1], "is not a name"),
    ],
)
def test_outcomes_are_names_declared_once(outcomes, said):
    @action(outcomes=outcomes)
    def answers() -> None: ...

    assert said in refusal(answers)
