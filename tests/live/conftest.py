"""A real FreeSWITCH, given by FREESWITCH_BIN, and the hotline behind it. Without one, these tests are skipped."""

from __future__ import annotations

import os
import shutil
import socket
from collections.abc import Callable, Iterator
from pathlib import Path
from time import monotonic, sleep

import pytest

from ivrkit.commands import CallRecord
from tests.live import freeswitch, hotline, sipp
from tests.live.wire import Heard, Wire

ALICE = "13800001111"
"Owns account 12345674."


def nodes(record: CallRecord) -> list[str]:
    """The nodes that a caller passed."""
    return [visit.node for visit in record.path]


def keys(record: CallRecord) -> dict[str, str]:
    """What was pressed at each node."""
    return {visit.node: visit.keys for visit in record.path if visit.keys}


def _missing() -> str | None:
    """What these tests lack here; None when they can run."""
    binary = os.environ.get("FREESWITCH_BIN")
    if not binary:
        return "no real FreeSWITCH: set FREESWITCH_BIN to its binary, such as /usr/bin/freeswitch"
    if not os.access(binary, os.X_OK):
        return f"FREESWITCH_BIN={binary} is no program"
    if not shutil.which("sipp"):
        return "no SIPp to call with: install it (Debian: apt install sip-tester)"
    try:
        socket.socket(socket.AF_INET, socket.SOCK_RAW, socket.IPPROTO_UDP).close()
    except PermissionError:
        return "keys and sound go over raw sockets: run as root, or give sipp and python CAP_NET_RAW"
    return None


@pytest.fixture(scope="session")
def binary() -> str:
    """The FreeSWITCH to test with."""
    if reason := _missing():
        pytest.skip(reason)
    return os.environ["FREESWITCH_BIN"]


@pytest.fixture(scope="session")
def ports(binary: str) -> freeswitch.Ports:
    return freeswitch.choose_ports()


@pytest.fixture(scope="session")
def project(ports: freeswitch.Ports, tmp_path_factory: pytest.TempPathFactory) -> Iterator[hotline.Hotline]:
    """The hotline, ready to be served."""
    ready = hotline.Hotline.prepare(tmp_path_factory.mktemp("hotline"), ports)
    yield ready
    ready.app.close()


@pytest.fixture(scope="session")
def switch(
    binary: str, ports: freeswitch.Ports, project: hotline.Hotline, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[freeswitch.FreeSwitch]:
    """A FreeSWITCH with the project's configuration."""
    folder = tmp_path_factory.mktemp("freeswitch")
    changes = freeswitch.operators_changes(ports, project.folder / "sounds")
    freeswitch.write_configuration(folder, changes)
    with freeswitch.running(binary, folder, ports) as running:
        yield running


@pytest.fixture
def serving(project: hotline.Hotline) -> Iterator[hotline.Served]:
    """`ivrkit serve` for one test."""
    with hotline.served(project) as served:
        yield served


class Telephone:
    """Calls the hotline and listens to what comes back."""

    def __init__(self, folder: Path, switch: freeswitch.FreeSwitch, wire: Wire) -> None:
        self._folder, self._switch, self._wire = folder, switch, wire
        self._started: list[sipp.Sipp] = []

    def call(self, caller: str, *steps: sipp.Step, number: str = "4001", calls: int = 1, name: str = "") -> sipp.Sipp:
        """Begin calls that go as `steps` say."""
        started = sipp.call(self._folder, self._switch.ports.sip, caller, number, steps, calls, name)
        self._started.append(started)
        return started

    def hear(self, caller: str, *steps: sipp.Step, number: str = "4001") -> Heard:
        """Make a call to its end; what was heard."""
        return self.listened(self.call(caller, *steps, number=number))

    def listened(self, call: sipp.Sipp) -> Heard:
        """What was heard in a call, when it has ended."""
        call.wait()
        return self._wire.heard_at(call.media)[0]

    def everything(self, call: sipp.Sipp) -> list[Heard]:
        """The same for calls that were begun together."""
        call.wait()
        return self._wire.heard_at(call.media)

    def until_heard(self, call: sipp.Sipp, seconds: float) -> None:
        """Until the caller has been listening for some seconds."""
        self._until(lambda: any(heard.seconds > seconds for heard in self._wire.heard_at(call.media)), 10.0)

    def keys_of(self, call: sipp.Sipp) -> list[float]:
        """When each key of a call was released, on the monotonic clock: then FreeSWITCH takes it for pressed."""
        return self._wire.keys_from(call.media)

    def person(self, who: Callable[[Path, int], sipp.Sipp]) -> sipp.Sipp:
        """Put a person at the other end of the transfer target."""
        self._started.append(who(self._folder, self._switch.ports.person))
        return self._started[-1]

    def until_bridged(self) -> None:
        """Until a caller and a person talk."""
        self._until(lambda: self._switch.bridged, 15.0)

    def until_all_have_hung_up(self) -> None:
        """Until FreeSWITCH has no call left."""
        self._until(lambda: not self._switch.channels, 5.0)

    def _until(self, holds: Callable[[], bool], seconds: float) -> None:
        deadline = monotonic() + seconds
        while not holds():
            assert monotonic() < deadline, self._switch.api("show channels")
            sleep(0.1)

    def hang_up(self) -> None:
        """Leave nothing behind, whatever a test left unfinished."""
        for started in self._started:
            started.stop()
        self._switch.api("hupall")


@pytest.fixture
def telephone(switch: freeswitch.FreeSwitch, tmp_path: Path) -> Iterator[Telephone]:
    with Wire() as wire:
        telephone = Telephone(tmp_path, switch, wire)
        yield telephone
        telephone.hang_up()
