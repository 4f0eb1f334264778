"""request: what is sent, and where an answer leads."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import httpx
import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import ValidationError

from ivrkit.commands import SendRequest
from ivrkit.errors import ExpressionError
from ivrkit.expressions import Secret
from ivrkit.nodes.addresses import Url, origins
from ivrkit.script import Outcome
from ivrkit.switch.world import World
from ivrkit.testing import Playbook
from tests.nodes.scenes import node, script

YES, NO = node("play", play="yes", next="end"), node("play", play="no", next="end")
ON = {"ok": "yes", "404": "no", "timeout": "agent", "error": "agent"}
GET = {"get": "https://bills.example/of/{{ caller.number }}?lang={{ language }}"}


def answering(outcome: Outcome, request: dict[str, Any], takes: float = 0.0, **fields: Any) -> tuple[Playbook, Any]:
    sent: list[SendRequest] = []

    def fetch(command: SendRequest) -> Outcome:
        sent.append(command)
        return outcome

    ask = node("request", request=request, on=ON, **fields)
    book = Playbook(script(ask=ask, yes=YES, no=NO), world=World(fetch=fetch, fetch_takes=takes))
    return book, sent


def test_the_answer_is_kept_and_leads_on() -> None:
    book, sent = answering(Outcome("ok", {"amount": Decimal("42.50")}), GET, save="bill")
    book.hears("yes")
    assert book.call.session._call.scope["bill"] == {"amount": Decimal("42.50")}
    assert [(one.method, one.url, one.body, one.timeout, one.retries) for one in sent] == [
        ("GET", "https://bills.example/of/13800001111?lang=en", None, 5.0, 2)
    ]


@pytest.mark.parametrize(
    ("name", "prompt"), [("404", "no"), ("500", "agent"), ("error", "agent"), ("timeout", "agent")]
)
def test_a_status_leads_where_on_names_it_else_it_is_an_error(name: str, prompt: str) -> None:
    book, _ = answering(Outcome(name, {"why": "x"}), GET, save="bill")
    book.hears(prompt)
    assert ("bill" in book.call.session._call.scope) == (name == "404")


def test_who_waits_too_long_hears_hold_and_then_goes_on_by_timeout() -> None:
    book, _ = answering(Outcome("ok"), GET, takes=9.0, timeout="3s", hold="wait")
    book.hears("wait").hears("agent")
    assert book.call.now == pytest.approx(3.0, abs=0.5)


def test_values_are_sent_with_their_types() -> None:
    json = {"caller": "{{ caller.number }}", "sum": "{{ 42.50 }}", "text": "8", "all": ["{{ 1 }}", {"n": "{{ none }}"}]}
    book, sent = answering(Outcome("ok"), {"post": "https://bills.example/", "json": json})
    book.hears("yes")
    assert sent[0].body == {"caller": "13800001111", "sum": Decimal("42.50"), "text": "8", "all": [1, {"n": None}]}
    assert sent[0].method == "POST"


@pytest.mark.parametrize("value", [Secret("1234"), "", ".", "..", None, ["a"], Decimal("NaN"), "x" * 5000])
def test_what_cannot_be_a_piece_of_an_address_goes_nowhere(value: object) -> None:
    with pytest.raises(ExpressionError):
        Url("https://bills.example/of/{{ x }}/all").evaluate({"x": value})


def test_a_secret_is_never_sent_and_the_call_gives_up() -> None:
    secret = node("collect", collect="pin", digits="4", secret="yes", save="pin", next="ask", give_up="end")
    ask = node("request", request={"post": "https://bills.example/", "json": {"pin": "{{ pin }}"}}, on=ON)
    sent: list[SendRequest] = []
    world = World(fetch=lambda command: sent.append(command) or Outcome("ok"))  # type: ignore[func-returns-value]
    record = Playbook(script(pin=secret, ask=ask, yes=YES, no=NO), world=world).hears("pin").presses("1234").ends()
    assert sent == []
    assert record.faults == ('node "ask": a secret cannot be sent to a service',)


@given(st.text(min_size=1), st.text())
def test_no_value_leads_anywhere_but_where_the_flow_says(path: str, query: str) -> None:
    template = Url("https://bills.example/of/{{ a }}/all?b={{ b }}&c=1")
    if path in (".", ".."):
        return
    url = httpx.URL(template.evaluate({"a": path, "b": query}))
    assert (url.scheme, url.host, url.port, url.userinfo, url.fragment) == ("https", "bills.example", None, b"", "")
    assert [*url.params] == ["b", "c"] and url.params["c"] == "1"
    raw = url.raw_path.partition(b"?")[0].split(b"/")
    assert len(raw) == 4 and raw[1] == b"of" and raw[3] == b"all"


@pytest.mark.parametrize(
    "wrong",
    [
        {},
        {"get": "https://a.example", "post": "https://a.example"},
        {"get": "https://a.example", "json": {"a": "1"}},
        {"get": "bills.example/x"},
        {"get": "https://{{ host }}/x"},
        {"get": "https://bills.example{{ x }}"},
        {"get": "https://bills.example:{{ port }}/"},
        {"get": "https://good@evil.example/"},
        {"get": "https://bücher.example/"},
        {"get": "https://bills.example\\@evil.example/"},
        {"get": "https://bills.example/#a"},
        {"get": "https://bills.example/a b"},
        {"post": "https://a.example", "json": {"a": "{{ 2 ** 3 }}"}},
    ],
    ids=str,
)
def test_an_address_says_in_full_who_is_asked(wrong: dict[str, Any]) -> None:
    with pytest.raises(ValidationError):
        node("request", request=wrong, on=ON)


@pytest.mark.parametrize(
    ("entry", "allowed"),
    [
        ("billing.example", ["https://billing.example"]),
        ("Billing.example:8443", ["https://billing.example:8443"]),
        ("127.0.0.1:8090", ["https://127.0.0.1:8090", "http://127.0.0.1:8090"]),
        ("[::1]:8090", ["https://[::1]:8090", "http://[::1]:8090"]),
        ("http://intern.example", ["http://intern.example"]),
        ("https://intern.example/", []),
        ("user@intern.example", []),
        ("intern.example:0", []),
    ],
)
def test_an_entry_of_hosts_says_who_may_be_asked_and_how(entry: str, allowed: list[str]) -> None:
    assert [*map(str, origins(entry))] == allowed
