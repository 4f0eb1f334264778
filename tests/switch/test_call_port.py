from __future__ import annotations

from collections.abc import Callable, Iterator

import gevent
import pytest

from ivrkit.errors import ConnectionLost, SwitchError
from ivrkit.esl import EslEvent
from ivrkit.esl.server import encode_disconnect_notice, encode_reply
from ivrkit.switch.call_port import CallPort
from ivrkit.switch.connection import Connection
from tests.switch.peer import CALL, Peer

pytestmark = pytest.mark.usefixtures("leaves_nothing")

Open = Callable[..., CallPort]


@pytest.fixture
def open_port() -> Iterator[Open]:
    ports: list[CallPort] = []

    def build(serve: Callable[[Connection, EslEvent], None] = serve_to_the_end, **options: object) -> CallPort:
        port = CallPort(serve, **options)  # type: ignore[arg-type]
        port.start()
        ports.append(port)
        return port

    yield build
    for port in ports:
        port.stop(timeout=1.0)


def serve_to_the_end(connection: Connection, channel: EslEvent) -> None:
    for _ in connection.events():
        pass


def until(condition: Callable[[], bool]) -> None:
    while not condition():
        gevent.sleep(0.005)


def end(*peers: Peer) -> None:
    for peer in peers:
        peer.say(encode_disconnect_notice(CALL))
        peer.close()


def test_a_call_is_served_with_what_connect_told(open_port: Open) -> None:
    served: list[str | None] = []
    port = open_port(lambda connection, channel: served.append(channel.get("Caller-Caller-ID-Number")))
    peer = Peer.dial(port.port)
    peer.take_call()
    assert peer.closed_by_controller()
    assert served == ["13800001111"]
    assert port.calls == 0
    peer.close()


def test_no_more_calls_than_allowed_are_served_however_they_arrive(open_port: Open) -> None:
    port = open_port(max_calls=2)
    peers = [Peer.dial(port.port) for _ in range(20)]
    taken = []
    for peer in peers:
        try:
            peer.take_call()
            taken.append(peer)
        except (EOFError, ConnectionError):
            peer.close()
    gevent.sleep(0.05)
    assert port.calls == 2
    end(*taken)
    until(lambda: port.calls == 0)


def test_a_connection_that_does_not_answer_connect_is_dropped(open_port: Open) -> None:
    port = open_port(connect_timeout=0.1)
    peer = Peer.dial(port.port)
    assert peer.closed_by_controller()
    assert port.calls == 0
    peer.close()


def test_idle_strangers_do_not_keep_calls_out(open_port: Open) -> None:
    port = open_port(max_calls=5, max_pending=50)
    strangers = [Peer.dial(port.port) for _ in range(300)]
    calls = [Peer.dial(port.port) for _ in range(5)]
    for call in calls:
        call.take_call()
    until(lambda: port.calls == 5)
    end(*calls)
    for stranger in strangers:
        stranger.close()
    until(lambda: port.calls == 0)


@pytest.mark.parametrize("noise", [b"GET / HTTP/1.1\r\n\r\n\n\n", b"\xff\xfe\n\n", b"\n\n", encode_reply("+OK") * 2])
def test_a_stranger_who_talks_something_else_is_dropped(open_port: Open, noise: bytes) -> None:
    port = open_port()
    peer = Peer.dial(port.port)
    peer.say(noise)
    assert peer.closed_by_controller()
    peer.close()


def test_calls_from_elsewhere_are_refused(open_port: Open) -> None:
    port = open_port(allow=["10.0.0.0/8"])
    peer = Peer.dial(port.port)
    assert peer.closed_by_controller()
    peer.close()


def test_a_loopback_call_on_an_ipv6_port_is_known_by_its_ipv4_address(open_port: Open) -> None:
    try:
        port = open_port(host="::")
    except SwitchError:
        pytest.skip("no IPv6 here")
    peer = Peer.dial(port.port)
    peer.take_call()
    until(lambda: port.calls == 1)
    end(peer)
    until(lambda: port.calls == 0)


def test_a_fault_in_one_call_is_logged_and_harms_no_other(open_port: Open, caplog: pytest.LogCaptureFixture) -> None:
    def serve(connection: Connection, channel: EslEvent) -> None:
        raise ZeroDivisionError

    port = open_port(serve)
    for _ in range(2):
        peer = Peer.dial(port.port)
        peer.take_call()
        assert peer.closed_by_controller()
        peer.close()
    assert caplog.text.count("\nZeroDivisionError") == 2


def test_stopping_lets_calls_end_and_then_ends_them(open_port: Open) -> None:
    ended: list[str] = []

    def serve(connection: Connection, channel: EslEvent) -> None:
        try:
            serve_to_the_end(connection, channel)
        finally:
            ended.append("call")

    port = open_port(serve)
    peer = Peer.dial(port.port)
    peer.take_call()
    idle = Peer.dial(port.port)
    until(lambda: port.calls == 1)
    port.stop(timeout=0.1)
    assert ended == ["call"]
    assert peer.closed_by_controller()
    assert idle.closed_by_controller()
    with pytest.raises(OSError):
        Peer.dial(port.port)
    peer.close()
    idle.close()


@pytest.mark.parametrize(
    ("host", "text"), [("127.0.0.1", "choose another port"), ("no.such.host.invalid", "cannot listen on")]
)
def test_a_port_that_cannot_be_had_is_one_clear_line(open_port: Open, host: str, text: str) -> None:
    taken = open_port()
    with pytest.raises(SwitchError) as caught:
        CallPort(serve_to_the_end, host, taken.port).start()
    assert text in str(caught.value)
    assert "\n" not in str(caught.value)


def test_a_lost_call_is_no_fault_of_the_port(open_port: Open) -> None:
    seen: list[type[Exception]] = []

    def serve(connection: Connection, channel: EslEvent) -> None:
        with pytest.raises(ConnectionLost):
            serve_to_the_end(connection, channel)
        seen.append(ConnectionLost)

    port = open_port(serve)
    peer = Peer.dial(port.port)
    peer.take_call()
    until(lambda: port.calls == 1)
    peer.reset()
    until(lambda: port.calls == 0)
    assert seen == [ConnectionLost]
