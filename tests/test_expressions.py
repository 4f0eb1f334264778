"""What flow authors may compute, what they may not, and that nothing they write does anything else."""

from __future__ import annotations

import pickle
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ivrkit.errors import ExpressionError
from ivrkit.expressions import Expression, Filter, Piece, Secret, Template, template_pieces

CALL: dict[str, Any] = {
    "bill": {"amount": Decimal("42.50"), "month": "2026-10", "paid": False},
    "caller": {"number": "13800001111", "vip": True},
    "n": 3,
    "nothing": None,
    "names": ["zh", "en"],
    "ratio": 0.5,
    "card": Secret("6222020200001111"),
    "huge": 10**5000,
    "vast": Decimal("1e999999999999999999"),
    "nan": Decimal("NaN"),
    "long": "\x1b[2J\n" + "x" * 5000,
    "endless": [],
    "endless_too": [],
}
CALL["endless"].append(CALL["endless"])
CALL["endless_too"].append(CALL["endless_too"])


def value(source: str) -> Any:
    return Expression(source).evaluate(CALL)


@pytest.mark.parametrize(
    ("source", "result"),
    [
        ("bill.amount > 0", True),
        ("bill.amount == 42.5", True),
        ("bill.amount + 0.01", Decimal("42.51")),
        ("n + 1", 4),
        ("n / 2", Decimal("1.5")),
        ("-n * 2", -6),
        ("0.1 + 0.2 == 0.3", True),
        ("10 if caller.vip else 0", 10),
        ("not bill.paid and n >= 3", True),
        ("bill.paid or n < 3", False),
        ("bill.month == '2026-10'", True),
        ("'138' in caller.number", True),
        ("'fr' not in names", True),
        ("n in [1, 2, 3]", True),
        ("nothing == 'x'", False),
        ("caller.number != nothing", True),
        ("2026", 2026),
        ("'水费'", "水费"),
        ("true", True),
        ("nothing in [1, nothing]", True),
        ("[1, 'a'] == [1.0, 'a']", True),
        ("[1] != [1, 2]", True),
        ("bill == bill", True),
        ("bill != caller", True),
        ("'amount' in bill", True),
        (r"""'it\'s' == "it's" """, True),
        ("'}}' == '{{'", False),
    ],
)
def test_an_expression_computes(source: str, result: Any) -> None:
    assert value(source) == result


def test_money_keeps_the_decimals_that_were_written() -> None:
    assert str(value("42.50")) == "42.50"
    assert isinstance(value("n * 1.10"), Decimal)


@pytest.mark.parametrize(
    ("source", "word"),
    [
        ("f(1)", "a call such as f(x)"),
        ("caller.number.upper()", "a call"),
        ("9 ** 9 ** 7", "a power"),
        ("names[0]", "square brackets"),
        ("bill.amount | money", "a way of saying"),
        ("'a' ~ 'b'", "joining"),
        ("n % 2", "a remainder"),
        ("n // 2", "a whole division"),
        ("n is defined", "a test"),
        ("{'a': 1}", "a dictionary"),
        ("1 < n < 5", "one comparison at a time"),
        ("1 if n", 'needs its "else y"'),
        ("(n + 1).real", "a point may only follow a name"),
        ("{{ n }}", "without braces"),
        ("n >", "cannot be read"),
        ("n n", "cannot be read"),
        ("", "cannot be read"),
        ("'open", "cannot be read"),
        ("1e99999999999999999999 > n", "cannot be read"),
        ("(" * 900 + "1" + ")" * 900, "nested too deeply"),
        ("1 + " * 600 + "1", "longer than 2,000"),
    ],
)
def test_what_cannot_be_written_is_refused_before_any_call(source: str, word: str) -> None:
    with pytest.raises(ExpressionError, match=r".") as refused:
        Expression(source)
    assert word in str(refused.value)


@pytest.mark.parametrize(
    ("source", "word"),
    [
        ("bill.amount > '5'", "compares the number 42.50 with the text"),
        ("caller.number > 5", "compares the text"),
        ("'a' * 1000000", 'needs numbers, not the text "a"'),
        ("n + 'a'", "needs numbers"),
        ("caller.vip + 1", "needs numbers, not yes or no"),
        ("ratio + 1", "a float"),
        ("ratio == 1", "0.5 is a float"),
        ("n / 0", "cannot be computed"),
        ("99999999999999999999 * 99999999999999999999", "beyond 30 digits"),
        ("missing", "has no value yet"),
        ("bill.due", 'there is no "due"'),
        ("n.real", "has no value"),
        ("1 in caller.number", "in a text"),
        ("'a' in n", "needs a list or a text"),
        ("card == '6222020200001111'", "compares a secret with"),
        ("1 if ratio else 2", "0.5 is a float"),
        ("nothing < nothing", '"<" compares a value that is not there with'),
        ("card < card", "compares a secret with a secret"),
        ("card == card", "compares a secret with a secret"),
        ("bill < caller", "compares a record with a record"),
        ("[1] < ['x']", "compares a list with a list"),
        ("[1] in bill", "looks for a list in a record"),
        ("true == 1", "compares yes or no with the number 1"),
        ("true < false", "compares yes or no"),
        ("'1' in [1, 2]", '"in" compares the text "1" with the number 1'),
        ("'1' not in [1, 2]", '"not in" compares'),
        ("['1'] == [1]", 'compares the text "1" with the number 1'),
        ("[card] == [card]", "a secret"),
        ("card in [card]", "a secret"),
        ("huge == 'x'", 'compares a number beyond 30 digits with the text "x"'),
        ("-vast", "needs numbers, not a number beyond 30 digits"),
        ("vast * 10", "needs numbers, not a number beyond 30 digits"),
        ("1e29 * 10", "beyond 30 digits"),
        ("nan < 1", "compares the number NaN with the number 1"),
        ("nan == nan", "compares the number NaN"),
        ("nan + 1", "needs numbers, not the number NaN"),
        ("endless == endless_too", "cannot be computed with these values"),
    ],
)
def test_what_this_call_cannot_compute_is_an_expression_error(source: str, word: str) -> None:
    with pytest.raises(ExpressionError) as refused:
        value(source)
    assert word in str(refused.value)


@pytest.mark.parametrize("source", ["long > 1", "long + 1", "1 in long", "bill + 1", "[long] == [1]", "-huge"])
def test_an_error_is_one_short_line_whatever_the_values_are(source: str) -> None:
    with pytest.raises(ExpressionError) as refused:
        value(source)
    assert str(refused.value).isprintable()
    assert len(str(refused.value)) < 120
    assert "42.50" not in str(refused.value)


@pytest.mark.parametrize(
    "source", ["n\x1b\n" + "+" * 1500, "n " * 900, "{{ n\r" + "x" * 1500, "n" * 1900, "{{ 'a}} " + "x" * 999]
)
def test_an_error_quotes_no_more_of_a_source_than_is_needed(source: str) -> None:
    for kind in (Expression, Template):
        try:
            kind(source).evaluate({})
        except ExpressionError as refused:
            assert str(refused).isprintable()
            assert len(str(refused)) < 160


def test_an_error_never_shows_a_secret() -> None:
    for source in ("card > 1", "card + 1", "card in n", "card.number", "'1' in card"):
        with pytest.raises(ExpressionError) as refused:
            value(source)
        assert "6222" not in str(refused.value)


def test_the_variables_that_are_read_are_known_beforehand() -> None:
    assert Expression("bill.amount > n and caller.vip").names == {"bill.amount", "n", "caller.vip"}
    assert Template("{{ bill.month }} {{ n }}").names == {"bill.month", "n"}


def test_one_blank_alone_gives_the_value_itself() -> None:
    assert Template("{{ bill.amount }}").evaluate(CALL) == Decimal("42.50")
    assert Template("{{ names }}").evaluate(CALL) == ["zh", "en"]
    assert Template("{{ card }}").evaluate(CALL) == Secret("6222020200001111")


def test_a_float_comes_through_nowhere() -> None:
    with pytest.raises(ExpressionError, match=r"0\.5 is a float, which is never exact: use Decimal"):
        Template("{{ ratio }}").evaluate(CALL)


def test_quotes_may_hold_braces_and_bars() -> None:
    assert Template("{{ '}}' }}").evaluate({}) == "}}"
    assert Template("it's {{ '{{ a|b }}' }} o'clock").evaluate({}) == "it's {{ a|b }} o'clock"
    assert Template(r"{{ 'it\'s|x' }}").evaluate({}) == "it's|x"
    assert template_pieces("{{ '|' | text('}}|') }}") == (Piece(Expression("'|'"), (Filter("text", ("}}|",)),)),)


def test_text_around_a_blank_gives_text() -> None:
    assert Template("{{ n }} bills of {{ bill.month }}").evaluate(CALL) == "3 bills of 2026-10"
    assert Template("no blank").evaluate(CALL) == "no blank"
    assert Template("").evaluate(CALL) == ""
    assert Template("vip: {{ caller.vip }}").evaluate(CALL) == "vip: true"


@pytest.mark.parametrize(
    "source", ["a {{ card }}", "a {{ nothing }}", "a {{ names }}", "a {{ ratio }}", "a {{ huge }}", "a {{ nan }}"]
)
def test_what_has_no_text_of_its_own_cannot_become_part_of_one(source: str) -> None:
    with pytest.raises(ExpressionError):
        Template(source).evaluate(CALL)


@pytest.mark.parametrize(
    ("source", "word"),
    [
        ("{{ n", 'without "}}"'),
        ("n }}", 'without "{{"'),
        ("n }} {{ n }}", 'without "{{"'),
        ("{{ 'open }}", "a quote that is missing"),
        ("{{ 'open }} o'clock", "a quote is left open"),
        ("{% if n %}", "no {% … %}"),
        ("{# hidden #}", "no {# … #}"),
        ("{{ n | money }}", "belongs in a prompt"),
        ("{{ n + }}", "cannot be read"),
    ],
)
def test_a_template_that_cannot_be_read_is_refused(source: str, word: str) -> None:
    with pytest.raises(ExpressionError) as refused:
        Template(source)
    assert word in str(refused.value)


def test_a_prompt_is_cut_at_its_blanks_and_their_ways_of_saying() -> None:
    due = template_pieces('欠{{ bill.amount | money }}，{{ usage | quantity("m3") }}。')
    assert due == (
        "欠",
        Piece(Expression("bill.amount"), (Filter("money"),)),
        "，",
        Piece(Expression("usage"), (Filter("quantity", ("m3",)),)),
        "。",
    )


def test_a_secret_shows_itself_nowhere() -> None:
    secret = Secret("6222")
    assert "6222" not in f"{secret} {secret!r} {[secret]}"
    assert (len(secret), secret.reveal(), secret == Secret("6222"), secret == "6222") == (4, "6222", True, False)
    with pytest.raises(TypeError):
        pickle.dumps(secret)


ODD_VALUES = (None, True, 0, -1, 10**5000, Decimal("NaN"), Decimal("sNaN"), Decimal("-Infinity"), Decimal("1E-999999"))
ODDER_VALUES = (
    "",
    "\0",
    "\ud800",
    0.5,
    [],
    [1, "a", None],
    (Secret("6222"),),
    {"a": [0.5]},
    Secret("6222"),
    b"x",
    object,
)


@pytest.mark.parametrize("sign", ["==", "!=", "<", "<=", ">", ">=", "in", "not in", "+", "-", "*", "/", "and", "or"])
def test_whatever_a_call_brings_is_computed_or_refused_in_one_line(sign: str) -> None:
    values = ODD_VALUES + ODDER_VALUES
    for scope in ({"a": one, "b": other} for one in values for other in values):
        for kind, source in (
            (Expression, f"-a {sign} b"),
            (Expression, f"a {sign} b"),
            (Template, f"{{{{ a {sign} b }}}}!"),
        ):
            try:
                kind(source).evaluate(scope)
            except ExpressionError as refused:
                assert str(refused).isprintable() and "6222" not in str(refused) and len(str(refused)) < 120


@given(st.text(max_size=80) | st.text(alphabet="ab.()[]{}|'\"+-*/<>=!,%~ 0123456789eninotif", max_size=60))
def test_whatever_is_written_is_computed_or_refused(source: str) -> None:
    scope = {"a": 1, "b": {"a": "text"}, "e": Decimal("1.5")}
    for kind in (Expression, Template):
        try:
            kind(source).evaluate(scope)
        except ExpressionError as refused:
            assert str(refused)
