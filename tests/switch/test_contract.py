"""The embedded FreeSWITCH keeps the contract that a real one wrote down: each recorded conversation is held with it.

The recorded commands are sent at their times, the recorded keys pressed at theirs, and what the embedded switch says is
compared with what FreeSWITCH said: the same frames, in the same order on each channel, with the same values.
"""

from __future__ import annotations

import re
from collections import defaultdict, deque
from pathlib import Path

import gevent
import pytest
from gevent import socket

from ivrkit.esl.frames import FrameParser
from ivrkit.switch.simulated import FarEnd, SimulatedCall, SimulatedSwitch
from ivrkit.switch.simulated.applications import APPLICATIONS

from .transcripts import TRANSCRIPTS, Got, Happened, Sent, got_frame, read_transcript

SPEED = 20
BURST = 0.005
"Seconds of the recording; a media tick has 0.02."
DEADLINE = 5.0

CANNOT = {
    "conference_join": "the application `conference` is not simulated: a hotline needs no conference",
    "supervisor_eavesdrop": "the application `eavesdrop` is not simulated: it mixes the sound of three legs",
}

FOREIGN = {
    "bridge_answered": {
        "6c79537c": "the call of the scenario before, still ending",
        "b4d51af9": "the recorder's telephone in the scenario before",
        "a5d813a2": "the recorder's telephone: the other side of the recorded call",
        "f9e73b98": "the SIP leg that the recorded agent answered on; a scripted far end has none",
    },
    "inbound_basic": {
        "6163ee53": "the call of the scenario before, still ending",
        "bc00d425": "the second channel of a loopback; a scripted far end has one",
        "7febbab4": "the SIP leg that refused the call; a scripted far end has none",
    },
    "park_and_uuid_bridge": {"394e961b": "the job that made the recorder's telephone ring"},
}
"Channels and jobs of the recording that are no part of the conversation."

UNTOLD = {
    "CODEC": "nothing is negotiated",
    "CALL_UPDATE": "of an originated leg, before it is connected: there is no caller id to update",
}
"Events that the embedded switch never sends where the recording has them; the second only outside of bridges."

PRESENT = {
    "variable_transfer_history": "holds the time",
    "variable_transfer_source": "holds the time",
    "variable_bridge_epoch": "a time",
    "variable_bridge_uepoch": "a time",
    "variable_record_file_size": "the recorded caller sent no sound, the embedded switch's is silent",
    "variable_record_seconds": "likewise",
    "variable_record_ms": "likewise",
    "variable_record_samples": "likewise",
}
"Headers that must be there, with whatever value."

PROGRESS = frozenset(f"variable_playback_{name}" for name in ("last_offset_pos", "seconds", "ms", "samples"))
"Compared where a sound went out whole; where it was cut, they follow the moment of the cut."

UNNAMED = {
    "variable_record_record_file_size": "written by `record` in one of FreeSWITCH's two spellings",
    "variable_bridge_stamp": "the date of a bridge, in the clock's zone",
}
"Headers that the embedded switch does without."

UUID = re.compile(r"[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}")


class Conversation:
    """One recorded conversation, held with an embedded switch."""

    def __init__(self, name: str, folder: Path) -> None:
        self.name = name
        self.items = read_transcript(TRANSCRIPTS / f"{name}.txt")
        self.folder = folder
        self.switch = SimulatedSwitch(
            speed=SPEED,
            password="s3cret",
            far_ends={
                "1001": FarEnd(),
                "sofia/internal/1001@127.0.0.1:5999": FarEnd(0.0, fails="NORMAL_TEMPORARY_FAILURE"),
                "loopback/ringing/default": FarEnd(rings=3600.0),
            },
            dialplan={"park": [("answer", ""), ("park", "")]},
            answers={"system echo hi": "hi\n", "sofia status": self._recorded_answer("api sofia status")},
        )
        self.switch.global_variables["hostname"] = "vm"
        self.server = socket.socket()
        self.server.bind(("127.0.0.1", 0))
        self.server.listen()
        self.address = f"127.0.0.1:{self.server.getsockname()[1]}"
        self.call: SimulatedCall | None = None
        self.sock: socket.socket | None = None
        self.frames: dict[str, deque[Got]] = defaultdict(deque)
        self.names: dict[str, str] = {}
        self.legs: dict[str, str] = {}
        self.legs_here: dict[str, str] = {}
        self.sent: set[int] = set()
        self.pending: deque[Got] = deque()
        self.saw_farewell = False
        self.parser = FrameParser()
        self.last = 0.0
        self.cut = self.cut_since_start = False
        self.closed = False

    def _recorded_answer(self, command: str) -> str:
        for item, following in zip(self.items, self.items[1:], strict=False):
            if isinstance(item, Sent) and item.lines == [command] and isinstance(following, Got):
                return "\n".join(following.text)
        return ""

    # Holding it

    def hold(self) -> None:
        self.begin()
        for at, item in enumerate(self.items):
            if isinstance(item, Sent):
                self.wait_for(item.at)
                self.send_burst(at)
            elif isinstance(item, Happened):
                self.witness(item)
            elif not self.is_foreign(item):
                self.act(item)
                self.expect(item)
            self.last = item.at
        self.frames.pop("park", None)
        assert not any(self.frames.values()), f"said besides: {[f.label for q in self.frames.values() for f in q]}"

    def begin(self) -> None:
        if self.name.startswith("inbound_") and "dies" not in self.name:
            for _ in range(2):
                self.switch.ring([("answer", ""), ("park", "")], "13800001111")
            self.sock = socket.create_connection(self.switch.listen(), DEADLINE)
            return
        socket_step = ("socket", f"{self.address} async full")
        before = {
            "inbound_controller_dies": [],
            "inbound_controller_dies_resume": [("set", "socket_resume=true"), socket_step],
        }.get(self.name, [("set", "hangup_after_bridge=true")])
        self.call = self.switch.ring([*before, socket_step], "13800001111", "Caller", "4000")
        self.names[self.main] = self.call.uuid
        self.accept()

    def accept(self) -> None:
        with gevent.Timeout(DEADLINE):
            self.sock, _ = self.server.accept()
        self.sock.settimeout(DEADLINE)
        self.parser, self.closed = FrameParser(), False

    def wait_for(self, at: float) -> None:
        gevent.sleep(max(0.0, at - self.last) / SPEED)

    def send_burst(self, at: int) -> None:
        """Send a command and those that were sent within its tick: at this speed no reply could be awaited in it."""
        begun = self.items[at].at
        for item in self.items[at:]:
            if isinstance(item, Happened) or item.at - begun > BURST or (isinstance(item, Got) and not _is_reply(item)):
                break
            if isinstance(item, Sent) and id(item) not in self.sent:
                self.sent.add(id(item))
                self.send(item)
            if self.call is None:
                break  # an inbound connection's commands wait for no tick

    def send(self, command: Sent) -> None:
        if self.closed:
            return
        assert self.sock
        raw = command.raw.decode()
        for recorded, here in self.names.items():
            raw = raw.replace(recorded, here)
        raw = raw.replace("/var/lib/freeswitch/recordings", str(self.folder))
        if "uuid_break" in raw or "uuid_bridge" in raw:
            self.cut = self.cut_since_start = True
        self.sock.sendall(raw.encode())

    def witness(self, note: Happened) -> None:
        if note.what.startswith("controller"):
            self.wait_for(note.at)
            assert self.sock
            self.sock.close()
            self.cut = self.cut_since_start = True
        elif note.what == "connection 2":
            self.accept()
        elif note.what.startswith("no second connection"):
            self.wait_for(note.at)
            with pytest.raises(TimeoutError):
                self.server.settimeout(0.05)
                self.server.accept()
        elif note.what == "socket closed by FreeSWITCH" and self.saw_farewell:
            assert self.read() is None

    def act(self, frame: Got) -> None:
        """Do what the people of the recording did before FreeSWITCH said this."""
        name, uuid = frame.get("Event-Name"), frame.get("Unique-ID")
        if name == "DTMF" and frame.get("DTMF-Source") == "RTP":
            self.wait_for(frame.at)
            assert self.call
            self.call.press(_decoded(frame.get("DTMF-Digit")))
            self.cut = self.cut_since_start = True
        if name == "CHANNEL_HANGUP" and self.name in ("bridge_answered", *CALLER_HANGS_UP):
            self.wait_for(frame.at)
            self.switch.channels[self.names[uuid]].hang_up("NORMAL_CLEARING")
            self.cut = self.cut_since_start = True

    # Comparing

    def is_foreign(self, frame: Got) -> bool:
        ids = (frame.get("Unique-ID"), frame.get("Job-UUID"))
        if any(uuid.startswith(tuple(FOREIGN.get(self.name, {"-": ""}))) for uuid in ids if uuid):
            return True
        name = frame.get("Event-Name")
        return name in UNTOLD and not (name == "CALL_UPDATE" and frame.get("variable_bridge_to"))

    def expect(self, recorded: Got) -> None:
        stream = self.stream_of(recorded, self.legs, self.main)
        here = self.next_in(stream)
        assert here.label == self.translated(recorded.label, here.label), f"{self.name} at {recorded.at * 1000:.0f} ms"
        if _of_sound(recorded):
            starts = recorded.get("Event-Name") == "CHANNEL_EXECUTE"
            self.cut_since_start = self.cut_since_start and not starts
            self.cut = self.cut and (starts or self.cut_since_start)
        for name, value in recorded.fields:
            self.compare(recorded, here, name, value)
        shown = {name for item in self.items if isinstance(item, Got) for name, _ in item.fields}
        for name, value in here.fields:
            if name.startswith("variable_") and name in shown and name not in UNNAMED:
                assert recorded.get(name), f"{self.name}: {here.label} has {name}: {value}, which was not recorded"
        self.compare_text(recorded, here)
        self.saw_farewell = recorded.get("Content-Disposition") == "disconnect" or "goodbye" in "".join(recorded.text)

    def compare(self, recorded: Got, here: Got, name: str, value: str) -> None:
        if name in UNNAMED:
            return
        found = here.get(name)
        where = f"{self.name} at {recorded.at * 1000:.0f} ms: {recorded.label}: {name}"
        assert found, f"{where} is missing"
        if name in PRESENT or (name in PROGRESS and self.cut) or "… (" in value:
            return
        assert found == self.translated(value, found), f"{where} is {found}"

    def compare_text(self, recorded: Got, here: Got) -> None:
        if recorded.length and not recorded.text and "api" in recorded.label:
            # The recorder took a text with a colon for a header and left it out.
            assert recorded.length == here.length
            return
        assert len(recorded.text) == len(here.text), (recorded.text, here.text)
        for line, found in zip(recorded.text, here.text, strict=True):
            if "… (" in line:
                keys = re.findall(r'"([\w-]+)":', line)
                assert keys == re.findall(r'"([\w-]+)":', found)[: len(keys)]
            elif re.search(r"session\(s\)|^UP |cpu|Stack|^FreeSWITCH", line):
                assert _words(line) == _words(found)
            elif line.startswith("x" * 100):
                assert len(found) == 20000
            else:
                assert found == self.translated(line, found), f"{self.name} at {recorded.at * 1000:.0f} ms"

    def translated(self, text: str, found: str) -> str:
        """A recorded value with this run's ids, address and folder; an id seen first is learned from `found`."""
        for recorded, here in zip(UUID.findall(text), UUID.findall(found), strict=False):
            self.names.setdefault(recorded, here)
        text = UUID.sub(lambda match: self.names.get(match[0], match[0]), text)
        text = text.replace("127.0.0.1%3A8084", self.address.replace(":", "%3A"))
        return text.replace("/var/lib/freeswitch/recordings", str(self.folder))

    # Reading

    @property
    def main(self) -> str:
        first = next((item for item in self.items if isinstance(item, Got)), None)
        return first.get("Unique-ID") if first else ""

    def stream_of(self, frame: Got, legs: dict[str, str], main: str) -> str:
        """Frames are compared in order within a stream: FreeSWITCH's threads race each other across them.

        Replies; the call's events; each other leg's; jobs. The first CHANNEL_PARK is for itself: it comes a tick after
        `connect`, before or after whatever else was said in that tick, or before `myevents` was read.
        """
        uuid, name = frame.get("Unique-ID"), frame.get("Event-Name")
        if name == "CHANNEL_PARK" and frame.get("Answer-State") == "ringing":
            return "park"
        if name in ("", "CHANNEL_DATA"):
            return "replies" if "disconnect" not in frame.get("Content-Type") else "events"
        if not uuid or name == "BACKGROUND_JOB":
            return "jobs"
        return "events" if uuid == main else legs.setdefault(uuid, f"leg {len(legs)}")

    def next_in(self, stream: str) -> Got:
        while not self.frames[stream]:
            frame = self.read()
            assert frame is not None, f"{self.name}: the switch closed while {stream} was to go on"
            here = self.call.uuid if self.call else ""
            self.frames[self.stream_of(frame, self.legs_here, here)].append(frame)
        return self.frames[stream].popleft()

    def read(self) -> Got | None:
        assert self.sock
        while not self.pending:
            data = self.sock.recv(65536)
            if not data:
                self.closed = True
                return None
            self.pending = deque(got_frame(frame) for frame in self.parser.feed(data))
        return self.pending.popleft()

    def end(self) -> None:
        self.switch.close()
        self.server.close()
        if self.sock:
            self.sock.close()


CALLER_HANGS_UP = (
    "hangup_during_playback",
    "hangup_during_playback_linger",
    "hangup_during_pagd_linger",
    "transfer_out",
)


def _is_reply(frame: Got) -> bool:
    return frame.get("Content-Type") in ("command/reply", "api/response")


def _words(line: str) -> str:
    """A line of `status` without its figures and the version."""
    return re.sub(r"[\d.]+", "0", line.partition("(Version")[0])


def _of_sound(frame: Got) -> bool:
    return frame.get("Application") in ("playback", "play_and_get_digits", "read")


def _decoded(text: str) -> str:
    return text.replace("%23", "#")


@pytest.mark.parametrize("name", sorted({path.stem for path in TRANSCRIPTS.glob("*.txt")} - CANNOT.keys()))
def test_the_embedded_switch_says_what_freeswitch_said(name: str, tmp_path: Path) -> None:
    conversation = Conversation(name, tmp_path)
    try:
        with gevent.Timeout(30):
            conversation.hold()
    finally:
        conversation.end()


@pytest.mark.parametrize(
    ("name", "application"), [("conference_join", "conference"), ("supervisor_eavesdrop", "eavesdrop")]
)
def test_what_the_embedded_switch_cannot_follow_is_unknown_to_it(name: str, application: str) -> None:
    """An unknown application ends the call, so that nobody takes it for a conference that works."""
    assert application in CANNOT[name]
    assert application not in APPLICATIONS
    assert application in (TRANSCRIPTS / f"{name}.txt").read_text()
