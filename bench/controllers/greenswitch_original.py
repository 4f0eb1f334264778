"""greenswitch 0.0.19 doing the same by hand; with `myevents` it subscribes to everything, as its README does."""

from __future__ import annotations

import sys
from typing import Any

import gevent
from gevent import socket
from greenswitch.esl import OutboundESLServer

from bench.controllers import EVENTS, MENU, TARIFF, WELCOME
from bench.recorded import CHOICE

MAX_CALLS = 1000


class Application:
    """The call, written down for a greenswitch session."""

    subscribe = f"event plain {' '.join(EVENTS)}"

    def __init__(self, session: Any) -> None:
        self.session = session

    def run(self) -> None:
        session = self.session
        session.send(self.subscribe)
        session.call_command("answer", block=True)
        session.playback(WELCOME)
        key = session.play_and_get_digits(1, 1, 3, 5000, "none", MENU, "silence_stream://1", CHOICE, "[0-9*#]", 3000)
        if key == "1":
            session.playback(TARIFF)
        session.hangup()


class ApplicationOfReadme(Application):
    subscribe = "myevents"


def serve(server_class: Any, application: type[Application]) -> None:
    """Print the port and serve. greenswitch cannot be asked for any free port: it takes 0 for a failure."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    server = server_class("127.0.0.1", port, application, max_connections=MAX_CALLS)
    listening = gevent.spawn(server.listen)
    gevent.sleep(0.05)
    print(port, flush=True)
    listening.get()


if __name__ == "__main__":
    serve(OutboundESLServer, ApplicationOfReadme if "myevents" in sys.argv else Application)
