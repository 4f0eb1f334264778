"""SIPp as the caller, and as the person that callers are transferred to: scenes become its scenarios.

A caller does one thing after another: `Wait(2), Press("1"), Wait(1), Press("12345674#"), HangUp()`. Keys go as RFC 2833
events over a raw socket, which needs root or CAP_NET_RAW. SIPp's own `play_dtmf` begins each time at the same sequence
number, so that FreeSWITCH drops what is pressed second; the packets come from files that are written here.
"""

from __future__ import annotations

import struct
import subprocess
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from math import pi, sin
from pathlib import Path
from string import Template
from typing import Any

from tests.live.processes import ended, free_port

KEYS = "0123456789*#"
EVENT_PAYLOAD = 101
KEY_PACKETS, LAST_PACKETS = 5, 3
"A key is held 100 ms; its end is said three times, as RFC 4733 wants."
TICK, TICK_SAMPLES = 0.02, 160
BETWEEN_KEYS = 0.08
"Seconds between two keys of one Press."

REQUEST = Template("""<send$retrans><![CDATA[
$method $uri SIP/2.0
Via: SIP/2.0/[transport] [local_ip]:[local_port];branch=[branch]
From: "$name" <sip:$caller@[local_ip]:[local_port]>;tag=[call_number]
To: <sip:$called@[remote_ip]:[remote_port]>$to_tag
Call-ID: [call_id]
CSeq: $sequence $method
Contact: <sip:[local_ip]:[local_port]>
Max-Forwards: 70
$body]]></send>
""")
RESPONSE = Template("""<send$retrans><![CDATA[
SIP/2.0 $status
[last_Via:]
[last_From:]
[last_To:]$tag
[last_Call-ID:]
[last_CSeq:]
Contact: <sip:[local_ip]:[local_port]>
$body]]></send>
""")
CAPTURE = struct.pack("<IHHiIII", 0xA1B2C3D4, 2, 4, 0, 0, 65535, 1)


def _mu_law(sample: int) -> int:
    """ITU-T G.711."""
    size = min(abs(sample), 32635) + 132
    exponent = size.bit_length() - 8
    return ~((0x80 if sample < 0 else 0) | exponent << 4 | size >> exponent + 3 & 0x0F) & 0xFF


SPEECH = bytes(_mu_law(round(8000 * sin(2 * pi * 400 * sample / 8000))) for sample in range(TICK_SAMPLES))
"A packet of speech: eight cycles of 400 Hz."
NO_BODY = "Content-Length: 0\n\n"
SDP = f"""Content-Type: application/sdp
Content-Length: [len]

v=0
o=- 1 1 IN IP4 [media_ip]
s=-
c=IN IP4 [media_ip]
t=0 0
m=audio [media_port] RTP/AVP 0 {EVENT_PAYLOAD}
a=rtpmap:0 PCMU/8000
a=rtpmap:{EVENT_PAYLOAD} telephone-event/8000
a=fmtp:{EVENT_PAYLOAD} 0-15
"""
RINGS = "".join(f'<recv response="{code}" optional="true"/>\n' for code in (100, 180, 183))
RUNG = '<recv request="INVITE"/>\n'
# A called party's BYE turns From and To round, which SIPp leaves to the scenario.
RUNG_NOTING_WHO = """<recv request="INVITE" rrs="true"><action>
<ereg regexp=".*" search_in="hdr" header="From:" assign_to="caller"/>
<ereg regexp=".*" search_in="hdr" header="To:" assign_to="person"/>
</action></recv>
"""
PERSONS_BYE = """<send retrans="500"><![CDATA[
BYE [next_url] SIP/2.0
Via: SIP/2.0/[transport] [local_ip]:[local_port];branch=[branch]
From:[$person];tag=p[call_number]
To:[$caller]
Call-ID: [call_id]
CSeq: 1 BYE
Max-Forwards: 70
Content-Length: 0

]]></send>
<recv response="200"/>
"""
ANSWERED_BYE = '<recv request="BYE"/>\n' + RESPONSE.substitute(retrans="", status="200 OK", tag="", body=NO_BODY)


@dataclass(frozen=True, slots=True)
class Wait:
    """Listen for so many seconds."""

    seconds: float


@dataclass(frozen=True, slots=True)
class Press:
    """Press keys, one behind the other."""

    keys: str


@dataclass(frozen=True, slots=True)
class Speak:
    """Say something, a tone of 400 Hz, for so many seconds. A caller who does not speak sends nothing."""

    seconds: float


@dataclass(frozen=True, slots=True)
class HangUp:
    """The caller hangs up."""


@dataclass(frozen=True, slots=True)
class UntilHungUp:
    """Wait until the other side hangs up."""

    seconds: float = 60.0


@dataclass(frozen=True, slots=True)
class Refused:
    """The call is not even answered; `code` is SIP's, 404 for example."""

    code: int


Step = Wait | Press | Speak | HangUp | UntilHungUp | Refused


@dataclass(frozen=True, slots=True)
class Sipp:
    """A SIPp that runs. Its RTP goes to and comes from `media`."""

    process: subprocess.Popen[bytes]
    media: int
    errors: Path

    def wait(self, seconds: float = 90.0) -> None:
        """Until everything went as its scenario says; AssertionError when it did not."""
        code = self.process.wait(seconds)
        said = self.errors.read_text(errors="replace") if self.errors.exists() else "it does not say why"
        assert code == 0, f"SIPp ended with {code}: {said}"

    def stop(self) -> None:
        ended(self.process, 1.0)


def call(
    folder: Path, sip: int, caller: str, called: str, steps: Sequence[Step], calls: int = 1, name: str = ""
) -> Sipp:
    """Start `calls` calls at once to `called` at the port `sip`; `name` is what the caller's telephone shows."""
    scenario = _Scenario(folder, caller, called, name)
    text = scenario.text(steps)
    return _start(folder, text, [f"127.0.0.1:{sip}", "-m", str(calls), "-l", str(calls), "-r", str(calls)])


def person_who_talks(folder: Path, port: int, seconds: float) -> Sipp:
    """A person who answers at `port`, talks for some seconds and hangs up."""
    talk = _response("180 Ringing") + _response("200 OK", SDP) + '<recv request="ACK"/>\n' + _pause(seconds)
    return _start(folder, RUNG_NOTING_WHO + talk + PERSONS_BYE, ["-m", "1"], port)


def person_who_is_left(folder: Path, port: int, seconds: float) -> Sipp:
    """A person who answers at `port` and talks until the caller hangs up, within some seconds."""
    bye = ANSWERED_BYE.replace("<recv ", f'<recv timeout="{seconds * 1000:.0f}" ', 1)
    return _start(folder, RUNG + _response("200 OK", SDP) + '<recv request="ACK"/>\n' + bye, ["-m", "1"], port)


def person_who_says_that_it_is_busy(folder: Path, port: int) -> Sipp:
    """A person at `port` behind a network that sends a tone before it says no: early media, then 486."""
    tape = folder / "busy.early.pcap"
    _KeyTape().speak(tape, 2.0)
    tone = f'<nop><action><exec play_pcap_audio="{tape}"/></action></nop>\n' + _pause(2.0)
    text = RUNG + _response("183 Session Progress", SDP) + tone + _response("486 Busy Here")
    return _start(folder, text + '<recv request="ACK"/>\n', ["-m", "1"], port)


def person_who_is_busy(folder: Path, port: int) -> Sipp:
    """A person at `port` whose line is busy."""
    return _start(folder, RUNG + _response("486 Busy Here") + '<recv request="ACK"/>\n', ["-m", "1"], port)


def person_who_does_not_answer(folder: Path, port: int) -> Sipp:
    """A person at `port` whose telephone rings until the caller's side gives up."""
    given_up = '<recv request="CANCEL"/>\n' + _response("200 OK")
    text = RUNG + _response("180 Ringing") + given_up
    return _start(folder, text, ["-m", "1"], port)


@dataclass
class _Scenario:
    folder: Path
    caller: str
    called: str
    name: str = ""
    tape: _KeyTape = field(default_factory=lambda: _KeyTape())

    def text(self, steps: Sequence[Step]) -> str:
        invite = self._request("INVITE", 1, SDP)
        last = steps[-1]
        if isinstance(last, Refused):
            return f'{invite}{RINGS}<recv response="{last.code}"/>\n{self._request("ACK", 1)}'
        answered = f'{invite}{RINGS}<recv response="200" rrs="true"/>\n{self._request("ACK", 1)}'
        return answered + "".join(map(self._step, steps))

    def _step(self, step: Step) -> str:
        match step:
            case Wait(seconds):
                return _pause(seconds)
            case Press(keys):
                return self._play(self.tape.write, keys)
            case Speak(seconds):
                return self._play(self.tape.speak, seconds)
            case HangUp():
                return self._request("BYE", 2) + '<recv response="200"/>\n'
            case UntilHungUp(seconds):
                return ANSWERED_BYE.replace("<recv ", f'<recv timeout="{seconds * 1000:.0f}" ', 1)
        raise AssertionError(step)

    def _play(self, write: Callable[[Path, Any], float], what: Any) -> str:
        tape = self.folder / f"{len(list(self.folder.glob('*.pcap')))}.keys.pcap"
        seconds = write(tape, what)
        return f'<nop><action><exec play_pcap_audio="{tape}"/></action></nop>\n' + _pause(seconds)

    def _request(self, method: str, sequence: int, body: str = NO_BODY) -> str:
        first = method == "INVITE"
        return REQUEST.substitute(
            method=method,
            sequence=sequence,
            body=body,
            name=self.name,
            caller=self.caller,
            called=self.called,
            uri=f"sip:{self.called}@[remote_ip]:[remote_port]" if first else "[next_url]",
            to_tag="" if first else "[peer_tag_param]",
            retrans="" if method == "ACK" else ' retrans="500"',
        )


def _response(status: str, body: str = NO_BODY) -> str:
    final = not status.startswith("1")
    return RESPONSE.substitute(
        status=status, body=body, tag=";tag=p[call_number]", retrans=' retrans="500"' if final else ""
    )


def _pause(seconds: float) -> str:
    return f'<pause milliseconds="{seconds * 1000:.0f}"/>\n'


def _start(folder: Path, text: str, options: list[str], port: int | None = None) -> Sipp:
    number = len(list(folder.glob("*.scenario.xml")))
    scenario, errors = folder / f"{number}.scenario.xml", folder / f"{number}.errors"
    scenario.write_text(f'<?xml version="1.0" encoding="UTF-8"?>\n<scenario name="scene">\n{text}</scenario>\n')
    media = free_port()
    options = [*options, "-p", str(port or free_port()), "-mp", str(media), "-i", "127.0.0.1", "-mi", "127.0.0.1"]
    options += ["-sf", str(scenario), "-nostdin", "-timeout", "90s", "-timeout_error"]
    options += ["-trace_err", "-error_file", str(errors)]
    with (folder / f"{number}.screen").open("wb") as screen:
        process = subprocess.Popen(["sipp", *options], cwd=folder, stdout=screen, stderr=screen)
    return Sipp(process, media, errors)


class _KeyTape:
    """Writes keys and speech as capture files of RTP. Sequence numbers and timestamps grow over a whole call."""

    def __init__(self) -> None:
        self._sequence, self._clock = 0, 8000

    def write(self, path: Path, keys: str) -> float:
        """Seconds that the keys take."""
        now, frames = 0.0, [CAPTURE]
        for key in keys:
            for tick in range(KEY_PACKETS + LAST_PACKETS):
                held, over = min(tick + 1, KEY_PACKETS), tick >= KEY_PACKETS
                frames.append(_captured(now, self._packet(key, held, over, first=tick == 0)))
                now += 0.0 if over else TICK
            self._clock += 8000
            now += BETWEEN_KEYS
        path.write_bytes(b"".join(frames))
        return now

    def speak(self, path: Path, seconds: float) -> float:
        """Seconds that the speech takes: a tone in µ-law, a packet each 20 ms."""
        frames = [CAPTURE]
        for number in range(round(seconds / TICK)):
            self._sequence += 1
            self._clock += TICK_SAMPLES
            rtp = struct.pack("!BBHII", 0x80, 0 if number else 0x80, self._sequence, self._clock, 0x12345678)
            frames.append(_captured(number * TICK, rtp + SPEECH))
        path.write_bytes(b"".join(frames))
        return seconds

    def _packet(self, key: str, held: int, over: bool, first: bool) -> bytes:
        self._sequence += 1
        rtp = struct.pack("!BBHII", 0x80, EVENT_PAYLOAD | first << 7, self._sequence, self._clock, 0x12345678)
        return rtp + struct.pack("!BBH", KEYS.index(key), over << 7 | 10, held * TICK_SAMPLES)


def _captured(at: float, rtp: bytes) -> bytes:
    """One packet of a capture file: Ethernet, IPv4 and UDP around it, whose addresses SIPp replaces."""
    udp = struct.pack("!HHHH", 6000, 6000, 8 + len(rtp), 0) + rtp
    ip = struct.pack("!BBHHHBBH4s4s", 0x45, 0, 20 + len(udp), 0, 0, 64, 17, 0, b"\x7f\0\0\1", b"\x7f\0\0\1") + udp
    frame = bytes(12) + b"\x08\x00" + ip
    seconds = int(at)
    return struct.pack("<IIII", seconds, round((at - seconds) * 1e6), len(frame), len(frame)) + frame
