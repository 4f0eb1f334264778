from __future__ import annotations

from collections.abc import Callable, Iterator
from time import monotonic

import gevent
import greenswitch.esl
import pytest
from gevent import Greenlet

from ivrkit.errors import ConnectionLost, SwitchError, UnsafeArgument
from ivrkit.esl.server import (
    AUTH_REQUEST,
    encode_api_response,
    encode_disconnect_notice,
    encode_linger_notice,
    encode_reply,
)
from ivrkit.switch.greenswitch import (
    ESLEvent,
    InboundESL,
    NotConnectedError,
    OutboundESLServer,
    OutboundSession,
    OutboundSessionHasGoneAway,
    ResponseTimeout,
    protocol,
)
from tests.switch.peer import CALL, CHANNEL, Peer, event, listener, replay

pytestmark = pytest.mark.usefixtures("leaves_nothing")


class Call:
    """A session and the FreeSWITCH at its other end, connected."""

    def __init__(self, kind: type[OutboundSession] = OutboundSession, connect: bool = True) -> None:
        server = listener()
        self.peer = Peer.dial(server.getsockname()[1])
        sock, address = server.accept()
        server.close()
        self.session = kind(address, sock)
        if connect:
            self.peer.say(CHANNEL, b"\n")
            self.session.connect()
            assert self.peer.command().line == "connect"

    def doing(self, act: Callable[..., object], *args: object, **options: object) -> Greenlet[..., object]:
        """Let the application do something in a greenlet of its own."""
        return gevent.spawn(_outcome, act, *args, **options)

    def end(self) -> None:
        self.peer.close()
        self.session.stop()


def _outcome(act: Callable[..., object], *args: object, **options: object) -> object:
    """What `act` returns, or what it raised: an application catches it."""
    try:
        return act(*args, **options)
    except Exception as error:  # noqa: BLE001
        return error


@pytest.fixture
def call() -> Iterator[Call]:
    call = Call()
    yield call
    call.end()


@pytest.fixture
def logged_in() -> Iterator[tuple[InboundESL, Peer]]:
    server = listener()
    client = InboundESL("127.0.0.1", server.getsockname()[1], "s3cret")
    connecting = gevent.spawn(client.connect)
    peer = Peer(server.accept()[0])
    server.close()
    peer.say(AUTH_REQUEST)
    assert peer.answer("+OK accepted").line == "auth s3cret"
    connecting.get()
    yield client, peer
    peer.close()
    client.stop()


def until(condition: Callable[[], object]) -> None:
    while not condition():
        gevent.sleep(0.005)


# --- what FreeSWITCH was recorded saying ---


def recorded(transcript: str, run: Callable[[OutboundSession], object], until: str = "") -> object:
    """What an application gets from a call that goes as a recorded one went."""
    call = Call(connect=False)
    speaking = gevent.spawn(replay, call.peer, transcript, until)
    call.session.connect()
    call.session.myevents()
    call.session.answer()
    try:
        return run(call.session)
    finally:
        speaking.get()
        call.end()


def test_a_missing_file_ends_the_playback_and_says_so() -> None:
    ended = recorded("playback_missing_file", lambda session: session.playback("/nowhere/none.wav"))
    assert isinstance(ended, ESLEvent)
    assert ended.headers["Application-Response"] == "FILE NOT FOUND"
    assert ended.headers["Content-Type"] == "text/event-plain"


def test_the_digit_that_a_caller_pressed_is_returned() -> None:
    def ask(session: OutboundSession) -> object:
        sound = "tone_stream://%(400,100,440);loops=4"
        return session.play_and_get_digits(1, 1, 1, 5000, "#", sound, "silence_stream://250", "choice", "[123]", 2000)

    assert recorded("pagd_one_digit", ask) == "2"


def test_a_caller_who_hangs_up_during_a_playback_ends_it_and_everything_after() -> None:
    def play(session: OutboundSession) -> object:
        session.linger(3)
        ended = session.playback("tone_stream://%(1000,0,440);loops=20")
        assert ended is not None
        assert ended.headers["Application-Response"] == "PLAYBACK ERROR"
        with pytest.raises(OutboundSessionHasGoneAway), session.while_connected():
            pytest.fail("the call is over")
        until(lambda: session._lingering)
        with pytest.raises(OutboundSessionHasGoneAway):
            session.playback("sorry.wav")
        return session.connected

    assert recorded("hangup_during_playback_linger", play, until="Content-Disposition: linger") is True


# --- the session ---


def test_a_session_knows_its_call(call: Call) -> None:
    assert isinstance(call.session, greenswitch.esl.OutboundSession)
    assert (call.session.uuid, call.session.call_uuid) == (CALL, CALL)
    assert call.session.caller_id_number == "13800001111"
    assert call.session.session_data is not None
    assert call.session.session_data["Reply-Text"] == "+OK"
    assert call.session.connect() is call.session.session_data
    call.session.raise_if_disconnected()


def test_replies_and_api_output_are_in_data(call: Call) -> None:
    call.peer.say(encode_reply("+OK Events Enabled"))
    assert call.session.send("myevents").data == "+OK Events Enabled"
    call.peer.say(encode_api_response("+OK\n"))
    assert call.session.send("api uuid_break x").data == "+OK\n"


def test_arguments_that_are_no_text_are_sent_as_such(call: Call) -> None:
    sleeping = call.doing(call.session.call_command, "sleep", 1000)
    assert call.peer.answer().headers["execute-app-arg"] == "1000"
    sleeping.get()


def test_say_and_bridge_and_hangup_send_what_greenswitch_sends(call: Call) -> None:
    for act, args, application, argument in (
        (
            call.session.say,
            ("en", "US", "NUMBER", "pronounced", "FEMININE", 12),
            "say",
            "en:US NUMBER pronounced FEMININE 12",
        ),
        (call.session.bridge, ("user/1001",), "bridge", "user/1001"),
    ):
        acting = call.doing(act, *args)
        command = call.peer.answer()
        assert command.headers["execute-app-name"] == application
        assert command.headers["execute-app-arg"] == argument
        call.peer.say(call.peer.completes(command))
        assert isinstance(acting.get(), ESLEvent)
    hanging_up = call.doing(call.session.hangup)
    assert call.peer.answer().headers["execute-app-arg"] == "NORMAL_CLEARING"
    hanging_up.get()


def test_digits_without_a_press_are_none(call: Call) -> None:
    asking = call.doing(call.session.play_and_get_digits, 1, 1, 1, 1000, "#", "a", "b", "choice")
    command = call.peer.answer()
    assert command.headers["execute-app-arg"] == "1 1 1 1000 # a b choice None None None"
    call.peer.say(call.peer.completes(command, ("variable_read_result", "failure")))
    assert asking.get() is None


def test_an_application_may_wait_for_events_of_its_own(call: Call) -> None:
    met: gevent.event.AsyncResult[ESLEvent] = gevent.event.AsyncResult()
    call.session.register_expected_event("DTMF", "colour", "red", met)
    call.peer.say(event("DTMF"), event("DTMF", ("variable_colour", "blue")), event("DTMF", ("variable_colour", "red")))
    found = met.get(timeout=1)
    assert found is not None
    assert found.headers["variable_colour"] == "red"


def test_before_connect_nothing_is_known_and_a_call_that_leaves_is_gone() -> None:
    call = Call(connect=False)
    assert call.session.session_data is None
    call.peer.close()
    with pytest.raises(OutboundSessionHasGoneAway):
        call.session.connect()
    call.end()


def test_after_stop_nothing_can_be_sent(call: Call) -> None:
    stopping = call.doing(call.session.stop)
    assert call.peer.answer("+OK bye").line == "exit"
    stopping.get()
    call.session.stop()
    assert call.peer.closed_by_controller()
    with pytest.raises(NotConnectedError):
        call.session.send("myevents")
    with pytest.raises(NotConnectedError):
        call.session.playback("x.wav")


# --- handlers ---


class Telling(OutboundSession):
    """Notes what its hooks and handlers were called for."""

    told: list[str]

    def before_handle(self, event: ESLEvent) -> None:
        self.told.append("before")

    def after_handle(self, event: ESLEvent) -> None:
        self.told.append("after")


def test_handlers_are_found_by_name_subclass_and_star_as_in_greenswitch() -> None:
    call = Call(Telling)
    told = call.session.told = []
    call.session.unregister_handle("*", call.session.on_event)
    for name in ("DTMF", "a::b", "log", "DISCONNECT", "*"):
        call.session.register_handle(name, lambda event, name=name: told.append(name))
    call.peer.say(
        event("DTMF"),
        event("CUSTOM", ("Event-Subclass", "a::b")),
        b"Content-Type: log/data\nContent-Length: 5\nLog-Level: 7\n\nhello",
        event("CHANNEL_PARK"),
        encode_disconnect_notice(CALL),
    )
    until(lambda: told.count("after") == 5)
    assert [name for name in told if name not in ("before", "after")] == ["DTMF", "a::b", "log", "*", "DISCONNECT"]
    assert told[:3] == ["before", "DTMF", "after"]
    call.end()


def test_a_handler_may_send_and_may_fail(call: Call, caplog: pytest.LogCaptureFixture) -> None:
    got: list[str] = []

    def fails(event: ESLEvent) -> None:
        raise gevent.Timeout

    call.session.register_handle("DTMF", fails)
    call.session.register_handle("DTMF", lambda event: got.append(call.session.send("api status").data))
    call.peer.say(event("DTMF"), event("DTMF"))
    for answer in ("one", "two"):
        call.peer.command()
        call.peer.say(encode_api_response(answer))
    until(lambda: len(got) == 2)
    assert got == ["one", "two"]
    assert caplog.text.count("failed at <EslEvent DTMF") == 2


def test_a_handler_may_stop_its_session(call: Call) -> None:
    stopped: list[str] = []
    call.session.register_handle("DTMF", lambda event: (call.session.stop(), stopped.append("stopped")))
    call.peer.say(event("DTMF"))
    assert call.peer.answer("+OK bye").line == "exit"
    until(lambda: stopped)


def test_a_log_line_and_a_body_are_in_data(call: Call) -> None:
    seen: list[str] = []
    for name in ("log", "BACKGROUND_JOB"):
        call.session.register_handle(name, lambda event: seen.append(event.data))
    call.peer.say(b"Content-Type: log/data\nContent-Length: 5\n\nhello", event("BACKGROUND_JOB", body="+OK done\n"))
    until(lambda: len(seen) == 2)
    assert seen == ["hello", "+OK done\n"]


def test_another_call_that_hangs_up_ends_not_this_one(call: Call) -> None:
    seen: list[str] = []
    call.session.register_handle("CHANNEL_HANGUP", lambda event: seen.append(event.headers["Unique-ID"]))
    call.peer.say(event("CHANNEL_HANGUP", uuid="another"))
    until(lambda: seen)
    call.session.raise_if_disconnected()
    call.peer.say(event("CHANNEL_HANGUP"))
    until(lambda: len(seen) == 2)
    with pytest.raises(OutboundSessionHasGoneAway):
        call.session.raise_if_disconnected()


# --- the faults of greenswitch 0.0.19, one by one ---


def test_a_callers_name_forges_no_header(call: Call) -> None:
    seen: list[ESLEvent] = []
    call.session.register_handle("DTMF", seen.append)
    forged = "x\nUnique-ID: forged\nDTMF-Digit: 9"
    call.peer.say(event("DTMF", ("Caller-Caller-ID-Name", forged), ("DTMF-Digit", "1")))
    until(lambda: seen)
    assert (seen[0].headers["Unique-ID"], seen[0].headers["DTMF-Digit"]) == (CALL, "1")
    assert seen[0].headers["Caller-Caller-ID-Name"] == forged


def test_a_body_is_not_merged_into_the_headers(call: Call) -> None:
    seen: list[ESLEvent] = []
    call.session.register_handle("BACKGROUND_JOB", seen.append)
    call.peer.say(event("BACKGROUND_JOB", body="Unique-ID: forged\nmore\n"))
    until(lambda: seen)
    assert seen[0].headers == {"Event-Name": "BACKGROUND_JOB", "Unique-ID": CALL, "Content-Type": "text/event-plain"}
    assert seen[0].data == "Unique-ID: forged\nmore\n"


@pytest.mark.parametrize(
    "noise",
    [
        b"Content-Type: text/event-plain\nContent-Length: 500\n\nEvent-Name: DTMF\n",
        b"Content-Type: api/response\nContent-Length: 9",
        b"Content-Type: command/reply\nReply-Text: \xff\n\n",
        b"Content-Length: 2\n\nhi",
        b"",
    ],
    ids=["cut inside a body", "cut inside headers", "bad UTF-8", "no Content-Type", "just closed"],
)
def test_a_connection_that_breaks_frees_everybody_at_once_and_burns_no_cpu(call: Call, noise: bytes) -> None:
    sending = call.doing(call.session.send, "api status")
    playing = call.doing(call.session.playback, "long.wav")
    call.peer.command()
    call.peer.command()
    started = monotonic()
    call.peer.say(noise)
    if not noise or b"\xff" not in noise:
        call.peer.close()
    gevent.joinall([sending, playing], timeout=1)
    assert monotonic() - started < 0.5
    assert isinstance(sending.value, OutboundSessionHasGoneAway)
    assert isinstance(playing.value, OutboundSessionHasGoneAway)
    assert not call.session.connected


def test_lingering_frees_who_waits_for_an_application_but_answers_go_on(call: Call) -> None:
    playing = call.doing(call.session.playback, "long.wav")
    call.peer.answer()
    call.peer.say(encode_linger_notice(CALL, "sofia/x", 5))
    assert isinstance(playing.get(timeout=1), OutboundSessionHasGoneAway)
    call.peer.say(encode_reply("+OK"))
    assert call.session.send("nolinger").data == "+OK"
    with pytest.raises(OutboundSessionHasGoneAway):
        call.session.uuid_break()


def test_a_silent_freeswitch_is_noticed(call: Call) -> None:
    call.session.reply_timeout = 0.1
    with pytest.raises(OutboundSessionHasGoneAway) as caught:
        call.session.send("myevents")
    assert isinstance(caught.value.__cause__, ConnectionLost)


def test_of_two_playbacks_each_gets_its_own_end(call: Call) -> None:
    first, second = (call.doing(call.session.playback, name) for name in ("first.wav", "second.wav"))
    commands = [call.peer.answer() for _ in range(2)]
    for command in reversed(commands):
        call.peer.say(call.peer.completes(command, ("Application-Data", command.headers["execute-app-arg"])))
    assert first.get(timeout=1).headers["Application-Data"] == "first.wav"
    assert second.get(timeout=1).headers["Application-Data"] == "second.wav"


def test_a_playback_completes_though_a_handler_for_that_event_is_registered(call: Call) -> None:
    call.session.register_handle("CHANNEL_EXECUTE_COMPLETE", lambda event: gevent.sleep(0.2))
    playing = call.doing(call.session.playback, "a.wav")
    call.peer.say(call.peer.completes(call.peer.answer()))
    assert isinstance(playing.get(timeout=0.1), ESLEvent)


def test_a_long_command_is_sent_whole_to_a_slow_reader(call: Call) -> None:
    text = "x" * 5_000_000
    setting = call.doing(call.session.call_command, "set", f"big={text}")
    gevent.sleep(0.05)
    assert call.peer.answer().headers["execute-app-arg"] == f"big={text}"
    assert isinstance(setting.get(), ESLEvent)


def test_an_application_that_does_not_end_in_time_is_an_exception(call: Call) -> None:
    waiting = call.doing(call.session.call_command, "playback", "x", block=True, response_timeout=0.05)
    call.peer.answer()
    error = waiting.get(timeout=1)
    assert isinstance(error, ResponseTimeout)
    assert isinstance(error, gevent.Timeout)
    assert str(error) == "playback did not end within 0.05 s"


@pytest.mark.parametrize(
    "argument", ["a.wav\n\nsendmsg\ncall-command: hangup", "a.wav\nexecute-app-name: system", "a\rb", "a\0b"]
)
def test_an_argument_with_a_line_break_is_refused(call: Call, argument: str) -> None:
    with pytest.raises(UnsafeArgument):
        call.session.playback(argument)
    with pytest.raises(UnsafeArgument):
        call.session.call_command(argument)
    assert call.session._completions == {}


@pytest.mark.parametrize("data", ["api a\n\napi b", "api a\rb", "api a\0b", "", "\n\n", "myevents\n\n\nexit"])
def test_a_text_that_would_become_two_commands_is_refused(call: Call, data: str) -> None:
    with pytest.raises(UnsafeArgument, match="not one command"):
        call.session.send(data)


@pytest.mark.parametrize(
    "data", ["sendmsg\ncall-command: hangup", "sendmsg\ncontent-length: 8\n\nx\r\n\r\n\r\n.", "api status\n\n"]
)
def test_headers_and_a_body_may_be_sent_as_text(call: Call, data: str) -> None:
    sending = call.doing(call.session.send, data)
    assert call.peer.answer().line == data.partition("\n")[0]
    assert isinstance(sending.get(), ESLEvent)


def test_events_that_wait_for_a_slow_handler_are_bounded_and_counted(
    call: Call, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(protocol, "MAX_QUEUED", 10)
    slow = Call()
    handled: list[ESLEvent] = []
    slow.session.register_handle("DTMF", lambda event: (gevent.sleep(0.005), handled.append(event)))
    slow.peer.say(*[event("DTMF")] * 100, encode_reply("+OK"))
    slow.session.send("myevents")
    assert slow.session.dropped >= 80
    slow.end()
    assert len(handled) + slow.session.dropped >= 100


# --- the server ---


class Greeting:
    """An application that plays one file to the end."""

    def __init__(self, session: OutboundSession) -> None:
        self.session = session

    def run(self) -> None:
        self.session.myevents()
        self.session.playback("welcome.wav")


@pytest.fixture
def serve() -> Iterator[Callable[..., OutboundESLServer]]:
    running: list[tuple[OutboundESLServer, Greenlet[..., None]]] = []

    def start(application: object = Greeting, **options: object) -> OutboundESLServer:
        server = OutboundESLServer("127.0.0.1", 0, application, **options)  # type: ignore[arg-type]
        running.append((server, gevent.spawn(server.listen)))
        until(lambda: server.bound_port)
        return server

    yield start
    for server, listening in running:
        server.stop()
        listening.get(timeout=5)


def hear_greeting(port: int) -> None:
    peer = Peer.dial(port)
    peer.take_call()
    assert peer.answer().line == "myevents"
    peer.say(peer.completes(peer.answer()))
    assert peer.answer("+OK bye").line == "exit"
    peer.close()


def test_a_server_runs_the_application_for_each_call(serve: Callable[..., OutboundESLServer]) -> None:
    server = serve()
    assert server.bound_port is not None
    gevent.joinall([gevent.spawn(hear_greeting, server.bound_port) for _ in range(20)], raise_error=True)
    until(lambda: server.connection_count == 0)


def test_a_call_is_taken_without_delay(serve: Callable[..., OutboundESLServer]) -> None:
    server = serve()
    assert server.bound_port is not None
    started = monotonic()
    for _ in range(20):
        hear_greeting(server.bound_port)
    assert monotonic() - started < 1.0  # greenswitch looks for new calls every 0.1 s


def test_no_more_calls_than_allowed_are_let_in(serve: Callable[..., OutboundESLServer]) -> None:
    arrived: list[OutboundSession] = []

    class Waiting(Greeting):
        def run(self) -> None:
            arrived.append(self.session)
            self.session.playback("welcome.wav")

    server = serve(Waiting, max_connections=2)
    assert server.bound_port is not None
    peers = [Peer.dial(server.bound_port) for _ in range(20)]
    for peer in peers:
        _outcome(peer.take_call)
    gevent.sleep(0.05)
    assert len(arrived) == server.connection_count == 2
    for peer in peers:
        peer.close()
    until(lambda: server.connection_count == 0)


def test_an_application_that_fails_ends_its_call_and_no_other(
    serve: Callable[..., OutboundESLServer], caplog: pytest.LogCaptureFixture
) -> None:
    def application(session: OutboundSession) -> Greeting:
        raise ZeroDivisionError

    server = serve(application)
    assert server.bound_port is not None
    for _ in range(2):
        peer = Peer.dial(server.bound_port)
        peer.take_call()
        assert peer.answer("+OK bye").line == "exit"
        peer.close()
    until(lambda: server.connection_count == 0)
    assert caplog.text.count("\nZeroDivisionError") == 2


def test_the_first_free_port_is_taken_and_none_free_is_an_error(serve: Callable[..., OutboundESLServer]) -> None:
    taken = serve().bound_port
    assert taken is not None
    with pytest.raises(SwitchError, match="choose another port"):
        OutboundESLServer("127.0.0.1", taken, Greeting).listen()
    second = OutboundESLServer("127.0.0.1", [taken, 0], Greeting)
    listening = gevent.spawn(second.listen)
    until(lambda: second.bound_port)
    assert second.bound_port != taken
    second.stop()
    listening.get(timeout=1)


def test_a_server_wants_a_port_and_an_application() -> None:
    with pytest.raises(ValueError, match="bind_port"):
        OutboundESLServer("127.0.0.1", [], Greeting)
    with pytest.raises(ValueError, match="Application"):
        OutboundESLServer("127.0.0.1", 0)


# greenswitch 0.0.19's README, word for word but for its long sleeps and prints.
class MyApplication:
    def __init__(self, session):  # type: ignore[no-untyped-def]
        self.session = session

    def run(self):  # type: ignore[no-untyped-def]
        try:
            self.handle_call()
        except:
            self.session.stop()
            raise

    def handle_call(self):  # type: ignore[no-untyped-def]
        self.session.myevents()
        self.session.linger()
        self.session.answer()
        gevent.sleep(0.01)
        self.session.playback("ivr/ivr-welcome")
        digit = self.session.play_and_get_digits(
            "1",
            "1",
            "3",
            "5000",
            "#",
            "conference/conf-pin.wav",
            "invalid.wav",
            "test",
            r"\d",
            "1000",
            "''",
            block=True,
            response_timeout=5,
        )
        digits.append(digit)
        self.session.playback("local_stream://default", block=False)
        gevent.sleep(0.05)
        self.session.uuid_break()
        self.session.hangup()
        self.session.stop()


digits: list[str] = []


def test_the_example_of_greenswitchs_readme_runs_unchanged(serve: Callable[..., OutboundESLServer]) -> None:
    server = serve(MyApplication, max_connections=5)
    assert server.bound_port is not None
    peer = Peer.dial(server.bound_port)
    peer.take_call()
    seen = []
    while (command := peer.answer()).line != "exit":
        seen.append(command.headers.get("execute-app-name", command.line))
        if command.headers.get("execute-app-name") in ("answer", "playback", "play_and_get_digits"):
            peer.say(peer.completes(command, ("variable_test", "7")))
    assert seen[:6] == ["myevents", "linger", "answer", "playback", "play_and_get_digits", "playback"]
    assert seen[6:] == [f"api uuid_break {CALL}", "hangup"]
    assert digits == ["7"]
    assert peer.closed_by_controller()
    peer.close()


# --- inbound ---


def test_an_inbound_connection_logs_in_and_asks(logged_in: tuple[InboundESL, Peer]) -> None:
    client, peer = logged_in
    assert isinstance(client, greenswitch.InboundESL)
    peer.say(encode_api_response("UP 0 years\n"))
    assert client.send("api status").data == "UP 0 years\n"
    assert [peer.command().line] == ["api status"]


def test_an_inbound_connection_that_is_lost_frees_who_waits(logged_in: tuple[InboundESL, Peer]) -> None:
    client, peer = logged_in
    sending = gevent.spawn(_outcome, client.send, "api status")
    peer.command()
    peer.reset()
    assert isinstance(sending.get(timeout=1), NotConnectedError)
    assert not client.connected


def test_a_handler_of_an_inbound_connection_hears_events(logged_in: tuple[InboundESL, Peer]) -> None:
    client, peer = logged_in
    seen: list[str] = []
    client.register_handle("HEARTBEAT", lambda event: seen.append(event.headers["Event-Name"]))
    peer.say(event("HEARTBEAT"))
    until(lambda: seen)


def logging_in(freeswitch: Callable[[Peer], object], timeout: float = 1.0) -> object:
    """What comes of logging in to something that behaves so."""
    server = listener()
    client = InboundESL("127.0.0.1", server.getsockname()[1], "wrong", timeout)
    connecting = gevent.spawn(_outcome, client.connect)
    peer = Peer(server.accept()[0])
    server.close()
    freeswitch(peer)
    outcome = connecting.get(timeout=1)
    assert peer.closed_by_controller()
    peer.close()
    return outcome


def test_a_wrong_password_is_a_value_error() -> None:
    def freeswitch(peer: Peer) -> None:
        peer.say(AUTH_REQUEST)
        assert peer.answer("-ERR invalid").line == "auth wrong"
        peer.say(encode_disconnect_notice())

    assert isinstance(logging_in(freeswitch), ValueError)


RUDE = b"Content-Type: text/rude-rejection\nContent-Length: 24\n\nAccess Denied, go away.\n"


@pytest.mark.parametrize("greeting", [RUDE, b"HTTP/1.1 400 Bad Request\r\n\r\n\n\n", b""])
def test_a_rude_rejection_or_nonsense_or_silence_is_not_connected(greeting: bytes) -> None:
    assert isinstance(logging_in(lambda peer: peer.say(greeting), timeout=0.1), NotConnectedError)


def test_where_nobody_listens_the_systems_error_comes_through() -> None:
    server = listener()
    port = server.getsockname()[1]
    server.close()
    with pytest.raises(ConnectionRefusedError):
        InboundESL("127.0.0.1", port, "x").connect()


def test_an_inbound_connection_is_a_context() -> None:
    server = listener()
    client = InboundESL("127.0.0.1", server.getsockname()[1], "s3cret")

    def freeswitch() -> None:
        peer = Peer(server.accept()[0])
        peer.say(AUTH_REQUEST)
        assert peer.answer("+OK accepted").line == "auth s3cret"
        assert peer.answer("+OK bye").line == "exit"
        peer.close()

    speaking = gevent.spawn(freeswitch)
    with client:
        assert client.connected
    speaking.get()
    server.close()
    assert not client.connected
