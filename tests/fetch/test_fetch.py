"""Whatever a service does, a request ends within its deadline with an outcome, and no other call is held up."""

from __future__ import annotations

import gc
import logging
import shutil
import ssl
import subprocess
import sys
import time
from decimal import Decimal
from itertools import repeat
from pathlib import Path
from typing import Any, Literal

import gevent
import pytest
from gevent.server import StreamServer

from ivrkit.commands import SendRequest
from ivrkit.fetch import Fetcher, decoded, encoded
from ivrkit.script import Outcome
from tests.docs.pages import ROOT
from tests.fetch.service import Behave, Service, answers, sends, service

DRIPS = [b"HTTP/1.1 200 OK\r\nContent-Length: 500\r\n\r\n{", *[0.05, b" "] * 400]
DRIPS_HEAD = [b"HTTP/1.1 200 OK\r\n", *[0.05, b"X-More: 1\r\n"] * 400]
FINE = answers(b'{"amount": 42.50}')


def ask(
    made: Service,
    method: Literal["GET", "POST"] = "GET",
    *,
    url: str = "",
    body: Any = None,
    timeout: float = 2.0,
    retries: int = 0,
    hosts: tuple[str, ...] | None = None,
) -> Outcome:
    fetcher = Fetcher((made.host,) if hosts is None else hosts)
    return fetcher.fetch(SendRequest("c1.1", method, url or made.url, body, timeout, retries))


def outcome_of(behave: Behave, **asked: Any) -> Outcome:
    """The outcome, which has to come in time."""
    with service(behave) as made:
        before = time.monotonic()
        outcome = ask(made, **asked)
        assert time.monotonic() - before < asked.get("timeout", 2.0) + 0.5
        return outcome


def test_an_answer_is_ok_with_numbers_that_are_exact() -> None:
    body = '{"amount": 42.50, "count": 3, "big": 123456789012345678901234567890, "name": "水", "paid": false}'.encode()
    result = outcome_of(answers(body)).result
    assert result == {
        "amount": Decimal("42.50"),
        "count": 3,
        "big": 123456789012345678901234567890,
        "name": "水",
        "paid": False,
    }
    assert str(result["amount"]) == "42.50"


@pytest.mark.parametrize(("body", "result"), [(b"[1, 2]", {"value": [1, 2]}), (b'"x"', {"value": "x"}), (b"", {})])
def test_an_answer_that_is_no_object_is_one_value_and_an_empty_one_is_none(body: bytes, result: object) -> None:
    assert outcome_of(answers(body)) == Outcome("ok", result)  # type: ignore[arg-type]


def test_what_is_posted_arrives_exactly() -> None:
    body = {"amount": Decimal("42.50"), "big": 10**29, "names": ["水", None, True], "half": "\ud800"}
    with service(answers(b"{}", "201 Created")) as made:
        assert ask(made, "POST", body=body).name == "ok"
    head, _, sent = made.requests[0].partition(b"\r\n\r\n")
    assert sent.decode() == f'{{"amount":42.50,"big":{10**29},"names":["水",null,true],"half":"?"}}'
    assert b"content-type: application/json" in head.lower()


def test_a_status_is_its_number_with_what_came_with_it() -> None:
    assert outcome_of(answers(b'{"why": "gone"}', "404 Not Found")) == Outcome("404", {"why": "gone"})
    assert outcome_of(answers(b"<html>", "404 Not Found")) == Outcome("404", {})


def test_nobody_is_led_elsewhere() -> None:
    with service(FINE) as elsewhere:
        moved = answers(b"", "302 Found", f"Location: {elsewhere.url}\r\n")
        with service(moved) as made:
            assert ask(made, hosts=(made.host, elsewhere.host)).name == "302"
        assert elsewhere.requests == []


@pytest.mark.parametrize(
    "body",
    [
        b"<html>Sorry</html>",
        b"{",
        b'{"a": NaN}',
        b'{"a": -Infinity}',
        b'{"a": ' + b"9" * 5000 + b"}",
        b'{"a": 1e999999999999999999999}',
        b'{"a": 1e40}',
        b"[" * 100_000,
        b"[" * 20 + b"]" * 20,
        b"[" + b"1," * 20_000 + b"1]",
        b'{"a": "\\ud800"}',
        b"\xff\xfe",
        b'"' + b"x" * 1_000_001 + b'"',
    ],
    ids=lambda body: repr(body[:12]),
)
def test_what_is_no_json_that_a_call_can_hold_is_an_error(body: bytes, caplog: pytest.LogCaptureFixture) -> None:
    with caplog.at_level(logging.WARNING):
        assert outcome_of(answers(body)) == Outcome("error")
    assert len(caplog.messages) == 1
    assert "Sorry" not in caplog.text


BROKEN = {
    "closes at once": sends(),
    "closes in the middle": answers(b'{"a": 1', length=100),
    "is no web service": sends(b"220 mail.example ESMTP\r\n"),
    "has a head without end": sends(*repeat(b"X: " + b"y" * 60_000 + b"\r\n", 4)),
    "says more than it sends": answers(b"{}", length=7),
    "packs what was to be plain": answers(b"\x1f\x8b\x08", headers="Content-Encoding: gzip\r\n"),
    "breaks its chunks": sends(b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\n{}"),
    "sends ten megabytes": sends(b"HTTP/1.1 200 OK\r\nContent-Length: 10000000\r\n\r\n", *repeat(b" " * 100_000, 100)),
}


@pytest.mark.parametrize("behave", BROKEN.values(), ids=BROKEN)
def test_a_service_that_is_broken_is_an_error(behave: Behave) -> None:
    assert outcome_of(behave) == Outcome("error")


SLOW = {
    "never answers": sends(30.0),
    "drips": sends(*DRIPS),
    "drips its head": sends(*DRIPS_HEAD),
    "begins late": sends(30.0, b"HTTP/1.1 200 OK\r\n\r\n{}"),
    "asks to wait": sends(b"HTTP/1.1 100 Continue\r\n\r\n", 30.0),
}


@pytest.mark.parametrize("behave", SLOW.values(), ids=SLOW)
def test_a_service_that_is_slow_is_a_timeout(behave: Behave) -> None:
    assert outcome_of(behave, timeout=0.4) == Outcome("timeout")


def test_a_slow_handshake_is_a_timeout() -> None:
    with service(sends(30.0)) as made:
        assert ask(made, url=f"https://{made.host}/", timeout=0.4) == Outcome("timeout")


def test_nobody_there_is_an_error() -> None:
    with service(FINE) as made:
        gone = made.url
    assert ask(made, url=gone) == Outcome("error")


# --- again -----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "first",
    [answers(b"", "503 Service Unavailable"), answers(b"", "502 Bad Gateway"), sends()],
    ids=["503", "502", "cut"],
)
def test_asking_is_repeated(first: Behave) -> None:
    with service(first, FINE) as made:
        assert ask(made, retries=2).name == "ok"
    assert len(made.requests) == 2


def test_sending_is_not_repeated_once_something_was_sent() -> None:
    for first in (answers(b"", "503 Service Unavailable"), sends()):
        with service(first, FINE) as made:
            assert ask(made, "POST", body={}, retries=2).name in ("503", "error")
        assert len(made.requests) == 1


def test_sending_is_repeated_while_there_is_no_connection() -> None:
    made = Service(FINE)
    made._server.init_socket()
    url, host = made.url, made.host
    made.stop()
    late = StreamServer(("127.0.0.1", int(host.rpartition(":")[2])), made._serve)
    gevent.spawn_later(0.1, late.start)
    try:
        assert ask(made, "POST", url=url, hosts=(host,), body={}, retries=2).name == "ok"
    finally:
        late.stop(timeout=0.1)
    assert len(made.requests) == 1


def test_what_a_service_refuses_is_not_repeated() -> None:
    with service(answers(b"", "500 Internal Server Error"), FINE) as made:
        assert ask(made, retries=2).name == "500"


def test_the_last_answer_counts_when_all_failed() -> None:
    with service(answers(b"", "503 Service Unavailable")) as made:
        assert ask(made, retries=1).name == "503"
    assert len(made.requests) == 2


def test_repetitions_end_with_the_deadline() -> None:
    assert outcome_of(sends(), retries=5, timeout=0.5) == Outcome("timeout")


# --- only where it may -----------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "url",
    [
        "http://{host}@127.0.0.2/",
        "http://127.0.0.2/?{host}",
        "http://127.0.0.1:1/",
        "http://localhost:{port}/",
        "http://2130706433:{port}/",
        "ftp://{host}/",
        "http://ⓔxample/",
    ],
)
def test_no_request_goes_to_a_host_that_is_not_allowed(url: str) -> None:
    with service(FINE) as made:
        url = url.format(host=made.host, port=made.host.rpartition(":")[2])
        assert ask(made, url=url) == Outcome("error")
        assert made.requests == []


def test_another_machine_is_asked_by_https_only_unless_the_configuration_says_otherwise() -> None:
    fetcher = Fetcher(["billing.example"])
    assert fetcher.fetch(SendRequest("c1.1", "GET", "http://billing.example/", None, 1.0, 0)) == Outcome("error")


def test_what_the_environment_says_of_proxies_counts_for_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    with service(FINE) as made, service(answers(b'{"stolen": 1}')) as proxy:
        monkeypatch.setenv("HTTP_PROXY", f"http://{proxy.host}")
        assert ask(made).result == {"amount": Decimal("42.50")}
        assert proxy.requests == []


def test_a_service_cannot_be_somebody_else(tmp_path: Path) -> None:
    if not shutil.which("openssl"):
        pytest.skip("makes a certificate: apt-get install openssl")
    command = "openssl req -x509 -newkey rsa:2048 -nodes -days 2 -subj /CN=localhost -keyout key.pem -out cert.pem"
    subprocess.run(command.split(), cwd=tmp_path, check=True, capture_output=True, timeout=30)
    made = Service(FINE)
    server_side = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    server_side.load_cert_chain(tmp_path / "cert.pem", tmp_path / "key.pem")
    server = StreamServer(("127.0.0.1", 0), made._serve, ssl_context=server_side)
    server.start()
    try:
        host = f"127.0.0.1:{server.server_port}"
        assert ask(made, url=f"https://{host}/", hosts=(host,)) == Outcome("error")
        trusting = Fetcher([f"localhost:{server.server_port}"])
        trusting.__dict__["_trusted"] = ssl.create_default_context(cafile=str(tmp_path / "cert.pem"))
        request = SendRequest("c1.1", "GET", f"https://localhost:{server.server_port}/", None, 5.0, 0)
        assert trusting.fetch(request).name == "ok"
    finally:
        server.stop(timeout=0.1)


def test_no_log_line_holds_what_was_asked(caplog: pytest.LogCaptureFixture) -> None:
    with caplog.at_level(logging.DEBUG, "ivrkit.fetch"), service(answers(b"secret", "500 No")) as made:
        ask(made, url=f"{made.url}/12345674?phone=13800001111")
        ask(made, url=f"{made.url}/12345674", timeout=0.001)
    told = [record.getMessage() for record in caplog.records if record.name == "ivrkit.fetch"]
    assert len(told) == 2
    assert not any(word in " ".join(told) for word in ("12345674", "13800001111", "secret"))


# --- others are not held up ------------------------------------------------------------------------------------------


def test_hanging_requests_delay_nobody_and_free_their_threads() -> None:
    with service(lambda request: FINE(request) if b"fine" in request else [30.0]) as made:
        fetcher = Fetcher([made.host])
        fetcher.fetch(SendRequest("c1.1", "GET", f"{made.url}/fine", None, 5.0, 0))
        hanging = [gevent.spawn(fetcher.fetch, SendRequest("c1.2", "GET", made.url, None, 1.0, 0)) for _ in range(40)]
        worst, began = 0.0, time.monotonic()
        while time.monotonic() - began < 0.6:
            before = time.monotonic()
            gevent.sleep(0.005)
            worst = max(worst, time.monotonic() - before)
        late = fetcher.fetch(SendRequest("c1.3", "GET", f"{made.url}/fine", None, 3.0, 0))
        assert late.name == "ok"
        assert {one.get(timeout=3.0).name for one in hanging} == {"timeout"}
    assert worst < 0.25


def test_who_hangs_up_ends_the_request_and_frees_its_thread() -> None:
    with service(sends(30.0)) as made:
        fetcher = Fetcher([made.host])
        asking = gevent.spawn(fetcher.fetch, SendRequest("c1.1", "GET", made.url, None, 20.0, 0))
        while not made.requests:
            gevent.sleep(0.01)
        asking.kill(timeout=1.0)
        with gevent.Timeout(2.0):
            while fetcher._threads.task_queue.unfinished_tasks:
                gevent.sleep(0.01)


def test_no_connection_stays_open() -> None:
    for behave in (FINE, sends(), BROKEN["sends ten megabytes"], SLOW["drips"]):
        outcome_of(behave, timeout=0.3)
    gevent.sleep(0.1)
    gc.collect()  # a connection that nobody closed warns here, and a warning fails


def test_numbers_are_written_as_they_are() -> None:
    assert encoded({"a": Decimal("1.10"), "b": -5, "c": [Decimal("0.00")]}) == b'{"a":1.10,"b":-5,"c":[0.00]}'
    assert decoded(b"{}").result == {}


PATCHED = """
from gevent import monkey
monkey.patch_all()
from ivrkit.commands import SendRequest
from ivrkit.fetch import Fetcher
from tests.docs.pages import ROOT
from tests.fetch.service import answers, sends, service
for behave in (answers(b"{}"), sends(30.0)):
    with service(behave) as made:
        print(Fetcher([made.host]).fetch(SendRequest("c1.1", "GET", made.url, None, 1.0, 0)).name)
"""


def test_it_is_the_same_where_gevent_has_patched_everything_as_ivrkit_serve_does() -> None:
    done = subprocess.run(
        [sys.executable, "-c", PATCHED], cwd=ROOT, capture_output=True, text=True, timeout=30, check=True
    )
    assert done.stdout.split() == ["ok", "timeout"]


def test_no_log_has_what_stands_in_an_address(caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.DEBUG)
    with service(FINE) as made:
        assert ask(made, url=f"{made.url}?account=12345674").name == "ok"
    written = [record.getMessage() for record in caplog.records if record.levelno > logging.DEBUG]
    assert "12345674" not in "".join(written)
