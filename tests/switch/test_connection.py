from __future__ import annotations

from collections.abc import Iterator
from time import monotonic

import gevent
import pytest

from ivrkit.errors import ConnectionLost, ProtocolError, SwitchError
from ivrkit.esl import EslEvent, commands
from ivrkit.esl.server import (
    AUTH_REQUEST,
    encode_api_response,
    encode_disconnect_notice,
    encode_linger_notice,
    encode_reply,
)
from ivrkit.switch import connection as module
from ivrkit.switch.connection import Connection, Reply
from tests.switch.peer import Peer, event, listener

pytestmark = pytest.mark.usefixtures("leaves_nothing")

OK = encode_reply("+OK")


class Line:
    """Both ends of one connection over loopback."""

    def __init__(self) -> None:
        server = listener()
        self.connection = Connection.open("127.0.0.1", server.getsockname()[1])
        self.peer = Peer(server.accept()[0])
        server.close()


@pytest.fixture
def line() -> Iterator[Line]:
    line = Line()
    yield line
    line.connection.close()
    line.peer.close()


def names(events: list[EslEvent]) -> list[str]:
    return [event.name for event in events]


def test_a_reply_comes_back_to_who_sent_the_command(line: Line) -> None:
    replying = gevent.spawn(lambda: (line.peer.answer("+OK one"), line.peer.answer("-ERR two")))
    first, second = line.connection.send(commands.MYEVENTS), line.connection.send(commands.linger(2))
    assert (first.text, first.refused, second.text, second.refused) == ("+OK one", False, "-ERR two", True)
    replying.join()


def test_replies_are_matched_in_order_whether_somebody_waits_or_not(line: Line) -> None:
    seen: list[Reply] = []
    line.connection.post(commands.api("status"), seen.append)
    line.connection.post(commands.MYEVENTS)
    line.peer.say(encode_api_response("UP\n"), encode_reply("+OK Events Enabled"), encode_reply("+OK three"))
    assert line.connection.send(commands.linger()).text == "+OK three"
    assert [reply.text for reply in seen] == ["UP\n"]


def test_events_met_while_a_reply_is_awaited_are_kept(line: Line) -> None:
    line.peer.say(event("CHANNEL_PARK"), OK, event("DTMF"))
    line.connection.send(commands.MYEVENTS)
    assert names(line.connection.receive(1.0)) == ["CHANNEL_PARK", "DTMF"]


def test_receive_returns_empty_handed_when_its_time_is_over(line: Line) -> None:
    assert line.connection.receive(0.01) == []
    line.peer.say(event("DTMF"))
    assert names(line.connection.receive(1.0)) == ["DTMF"]


def test_any_greenlet_may_send_while_another_reads(line: Line) -> None:
    met: list[str] = []
    reading = gevent.spawn(lambda: met.extend(event.name for event in line.connection.events()))
    gevent.sleep(0)
    sending = [gevent.spawn(line.connection.send, commands.api(f"echo {number}")) for number in range(20)]
    for _ in sending:
        line.peer.say(event("DTMF"), encode_api_response(line.peer.command().line))
    assert [greenlet.get().text for greenlet in sending] == [f"api echo {number}" for number in range(20)]
    line.peer.say(encode_disconnect_notice("u"))
    line.peer.close()
    reading.get()
    assert met == ["DTMF"] * 20 + [""]


def test_a_command_larger_than_the_socket_takes_at_once_arrives_whole(line: Line) -> None:
    large = "x" * 5_000_000
    sending = [gevent.spawn(line.connection.post, commands.api(f"echo {sign}{large}")) for sign in "ab"]
    received = [line.peer.command().line for _ in sending]
    assert received == [f"api echo a{large}", f"api echo b{large}"]
    gevent.joinall(sending, raise_error=True)


def test_a_goodbye_ends_the_events_quietly(line: Line) -> None:
    line.peer.say(encode_linger_notice("u", "sofia/x", 2), event("DTMF"), encode_disconnect_notice("u"))
    line.peer.close()
    assert names(list(line.connection.events())) == ["", "DTMF", ""]


def test_an_end_without_goodbye_is_an_error(line: Line) -> None:
    line.peer.say(encode_linger_notice("u", "sofia/x", 2), event("DTMF"))
    line.peer.close()
    met = []
    with pytest.raises(ConnectionLost, match=r"closed the connection$"):
        for each in line.connection.events():
            met.append(each)
    assert len(met) == 2


def waiters_of(line: Line) -> list[gevent.Greenlet[..., object]]:
    """A greenlet that reads, and three that wait for replies."""
    reading = gevent.spawn(lambda: list(line.connection.events()))
    gevent.sleep(0)
    return [reading, *(gevent.spawn(line.connection.send, commands.MYEVENTS) for _ in range(3))]


ENDS = {
    "closes": (lambda peer: peer.close(), ConnectionLost, "closed the connection"),
    "resets": (lambda peer: peer.reset(), ConnectionLost, "broke: "),
    "closes inside a body": (
        lambda peer: (peer.say(b"Content-Type: api/response\nContent-Length: 50\n\n+OK"), peer.close()),
        ConnectionLost,
        "in the middle of a message",
    ),
    "closes inside the headers": (
        lambda peer: (peer.say(b"Content-Type: api/resp"), peer.close()),
        ConnectionLost,
        "in the middle of a message",
    ),
    "sends no Content-Type": (
        lambda peer: peer.say(b"Content-Length: 3\n\nabc"),
        ProtocolError,
        "without Content-Type",
    ),
    "sends bad UTF-8": (lambda peer: peer.say(b"Content-Type: x\nA: \xff\n\n"), ProtocolError, "no UTF-8"),
    "sends a negative length": (
        lambda peer: peer.say(b"Content-Type: x\nContent-Length: -5\n\n"),
        ProtocolError,
        "Content-Length",
    ),
    "sends a bad event": (
        lambda peer: peer.say(b"Content-Type: text/event-json\nContent-Length: 1\n\n{"),
        ProtocolError,
        "JSON",
    ),
    "sends 2 MB of nothing": (lambda peer: peer.say(b"x" * 2_000_000), ProtocolError, "header block"),
    "answers what nobody asked": (lambda peer: peer.say(OK * 4), ProtocolError, "nobody sent"),
}


@pytest.mark.parametrize("how", ENDS)
def test_when_the_connection_ends_everybody_who_waits_learns_it_at_once(line: Line, how: str) -> None:
    end, kind, text = ENDS[how]
    waiters = waiters_of(line)
    for _ in range(3):
        line.peer.command()
    started = monotonic()
    with gevent.Timeout(1, False):
        end(line.peer)
    gevent.joinall(waiters, timeout=1)
    assert monotonic() - started < 0.5
    errors = [waiter.exception for waiter in waiters]
    expected = errors[:1] if "nobody asked" in how else errors
    for error in expected:
        assert isinstance(error, kind)
        assert text in str(error)
        assert "\n" not in str(error)
    assert line.connection.error is not None
    with pytest.raises(kind):
        line.connection.send(commands.MYEVENTS)
    with pytest.raises(kind):
        line.connection.receive()


@pytest.mark.parametrize("how", [how for how in ENDS if how.startswith(("sends", "answers"))])
def test_a_peer_that_breaks_the_protocol_is_hung_up_on(line: Line, how: str) -> None:
    with gevent.Timeout(1, False):
        ENDS[how][0](line.peer)
    with pytest.raises(ProtocolError):
        for _ in range(1000):
            line.connection.receive(1.0)
    assert line.peer.closed_by_controller()


def test_events_before_the_fault_are_delivered(line: Line) -> None:
    line.peer.say(event("DTMF"), b"Content-Length: 3\n\nabc")
    assert names(line.connection.receive(1.0)) == ["DTMF"]
    with pytest.raises(ProtocolError):
        line.connection.receive(1.0)


@pytest.mark.parametrize("another_reads", [False, True])
def test_a_silent_freeswitch_is_lost_after_the_deadline(line: Line, another_reads: bool) -> None:
    reading = gevent.spawn(lambda: list(line.connection.events())) if another_reads else gevent.spawn(lambda: None)
    gevent.sleep(0)
    started = monotonic()
    with pytest.raises(ConnectionLost, match=r"did not answer `myevents` within 0\.1 s"):
        line.connection.send(commands.MYEVENTS, timeout=0.1)
    assert 0.1 <= monotonic() - started < 0.5
    assert line.peer.closed_by_controller()
    reading.join()


def test_events_alone_do_not_put_off_the_deadline(line: Line) -> None:
    def chatter() -> None:
        with pytest.raises(OSError):
            while True:
                line.peer.say(event("DTMF"))
                gevent.sleep(0.01)

    talking = gevent.spawn(chatter)
    with pytest.raises(ConnectionLost, match="did not answer"):
        line.connection.send(commands.MYEVENTS, timeout=0.1)
    talking.join()


def test_a_freeswitch_that_reads_nothing_is_lost(line: Line, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "WRITE_TIMEOUT", 0.1)
    with pytest.raises(ConnectionLost, match="read nothing"):
        line.connection.post(commands.api("x" * 50_000_000))
    with pytest.raises(ConnectionLost):
        line.connection.receive()


def test_what_was_said_before_the_end_can_be_read_after_a_write_failed(line: Line) -> None:
    line.peer.say(event("CHANNEL_HANGUP"), encode_disconnect_notice("u"))
    line.peer.close()
    with pytest.raises(ConnectionLost):
        for _ in range(10):
            line.connection.post(commands.MYEVENTS)
            gevent.sleep(0.01)
    assert names(list(line.connection.events())) == ["CHANNEL_HANGUP", ""]


def test_a_greenlet_that_gives_up_does_not_confuse_the_next_reply(line: Line) -> None:
    with gevent.Timeout(0.02, False):
        line.connection.send(commands.api("slow"))
    line.peer.say(encode_api_response("slow"), encode_api_response("quick"))
    assert line.connection.send(commands.api("quick")).text == "quick"


def test_a_greenlet_that_gives_up_in_the_middle_of_a_command_ends_the_connection(line: Line) -> None:
    with gevent.Timeout(0.05, False):
        line.connection.post(commands.api("x" * 50_000_000))
    with pytest.raises(ConnectionLost, match="cut off"):
        line.connection.post(commands.MYEVENTS)


def test_events_that_nobody_takes_are_bounded(line: Line, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "MAX_HELD", 50)
    line.peer.say(*[event("DTMF")] * 60)
    with pytest.raises(ConnectionLost, match="more than 50 events"):
        line.connection.send(commands.MYEVENTS)


def test_commands_that_nobody_answers_are_bounded(line: Line, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "MAX_UNANSWERED", 5)
    with pytest.raises(ConnectionLost, match="left 5 commands unanswered"):
        for _ in range(6):
            line.connection.post(commands.MYEVENTS)


def test_closing_at_this_end_wakes_everybody(line: Line) -> None:
    waiters = waiters_of(line)
    gevent.sleep(0.01)
    line.connection.close()
    line.connection.close()
    gevent.joinall(waiters, timeout=1)
    assert {type(waiter.exception) for waiter in waiters} == {ConnectionLost}


def test_where_nobody_listens_one_line_says_so() -> None:
    server = listener()
    port = server.getsockname()[1]
    server.close()
    with pytest.raises(ConnectionLost) as caught:
        Connection.open("127.0.0.1", port)
    assert str(caught.value).startswith(f"cannot reach FreeSWITCH at 127.0.0.1:{port} (Connection refused)")


def test_the_greeting_of_an_inbound_connection_is_its_first_event(line: Line) -> None:
    line.peer.say(AUTH_REQUEST)
    (greeting,) = line.connection.receive(1.0)
    assert greeting.content_type == "auth/request"


def test_every_end_is_a_switch_error() -> None:
    assert issubclass(ConnectionLost, SwitchError)
    assert issubclass(ProtocolError, SwitchError)
