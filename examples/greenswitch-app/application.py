"""The outbound application of greenswitch's README. Its long task takes one second here instead of five."""

from __future__ import annotations

import logging
from typing import Any

import gevent


class MyApplication:
    def __init__(self, session: Any) -> None:
        self.session = session

    def run(self) -> None:
        """Called when a call comes in."""
        try:
            self.handle_call()
        except Exception:
            logging.exception("Exception raised when handling call")
            self.session.stop()

    def handle_call(self) -> None:
        self.session.myevents()
        print("myevents")
        # Events of this call even when the caller has hung up.
        self.session.linger()
        print("linger")
        self.session.answer()
        print("answer")
        gevent.sleep(1)
        # Blocks until the end of the file; block=False returns at once.
        self.session.playback("ivr/ivr-welcome")
        print("welcome")
        # Blocks until the caller presses a digit.
        digit = self.session.play_and_get_digits(
            "1", "1", "3", "5000", "#", "conference/conf-pin.wav", "invalid.wav", "test", r"\d", "1000", "''",
            block=True, response_timeout=5,
        )  # fmt: skip
        print(f"User typed: {digit}")
        # Music while a long task runs.
        self.session.playback("local_stream://default", block=False)
        print("moh")
        gevent.sleep(1)
        self.session.uuid_break()
        print("break")
        self.session.hangup()
        print("hangup")
        self.session.stop()
