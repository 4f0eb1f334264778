"""A FreeSWITCH of the tests' own: the project's files from freeswitch/, the rest of a configuration around them.

Everything lies in a folder of the test run and listens on loopback, at ports that were free. What the tests change in
the project's files is what an operator changes: addresses, ports, the password.
"""

from __future__ import annotations

import re
import socket
import subprocess
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from time import monotonic, sleep

from ivrkit.errors import SwitchError
from ivrkit.esl import commands
from ivrkit.switch.connection import Connection
from tests.live.processes import ended, free_port

SHIPPED = Path(__file__).parents[2] / "freeswitch"
START_DEADLINE, STOP_DEADLINE = 30.0, 15.0
PASSWORD = "only-on-loopback-while-the-tests-run"
FALLBACK = "hotline.lua"
"What the dialplan runs while nobody serves, where a test has written it."
MODULES = (
    "logfile",
    "event_socket",
    "commands",
    "dptools",
    "dialplan_xml",
    "sndfile",
    "tone_stream",
    "sofia",
    "lua",
    "loopback",
)
"What the hotline needs, and nothing else: what is missing here fails."

FRAME = """<?xml version="1.0"?>
<document type="freeswitch/xml">
  <section name="configuration">
    <configuration name="modules.conf"><modules>{modules}</modules></configuration>
    <configuration name="switch.conf"><settings>
      <param name="rtp-start-port" value="24000"/>
      <param name="rtp-end-port" value="32000"/>
    </settings></configuration>
    <configuration name="logfile.conf"><settings/><profiles><profile name="default">
      <settings><param name="logfile" value="{folder}/freeswitch.log"/></settings>
      <mappings><map name="all" value="info,notice,warning,err,crit,alert"/></mappings>
    </profile></profiles></configuration>
    <configuration name="acl.conf"><network-lists/></configuration>
    <configuration name="sofia.conf"><profiles>
      <X-PRE-PROCESS cmd="include" data="sip_profiles/*.xml"/>
    </profiles></configuration>
    <X-PRE-PROCESS cmd="include" data="autoload_configs/*.xml"/>
  </section>
  <section name="dialplan"><context name="public">
    <X-PRE-PROCESS cmd="include" data="dialplan/public/*.xml"/>
  </context></section>
</document>
"""


@dataclass(frozen=True, slots=True)
class Ports:
    """Where the parties of a test meet."""

    sip: int
    event_socket: int
    calls: int
    "Where `ivrkit serve` listens."
    person: int
    "Where the person answers that callers are transferred to."


@dataclass(frozen=True, slots=True)
class FreeSwitch:
    """A FreeSWITCH that runs."""

    folder: Path
    ports: Ports

    def api(self, line: str) -> str:
        """What a command of its console prints."""
        with Connection.open("127.0.0.1", self.ports.event_socket) as connection:
            connection.receive(5.0)
            connection.send(commands.auth(PASSWORD))
            return connection.send(commands.api(line)).text

    def greeting(self) -> str:
        """The first that its event socket says to who connects; empty when nobody listens yet."""
        try:
            with socket.create_connection(("127.0.0.1", self.ports.event_socket), 5.0) as connection:
                return connection.recv(4096).decode()
        except ConnectionRefusedError:
            return ""

    @property
    def channels(self) -> int:
        """Channels that are open now."""
        return self._count("channels")

    @property
    def bridged(self) -> bool:
        """Whether two parties talk."""
        return self._count("bridged_calls") > 0

    def _count(self, what: str) -> int:
        found = re.search(r"(\d+) total", self.api(f"show {what}"))
        assert found
        return int(found[1])


def choose_ports() -> Ports:
    return Ports(free_port(), free_port(), free_port(), free_port())


def operators_changes(ports: Ports, sounds: Path) -> Mapping[str, Mapping[str, str]]:
    """What is changed in each of the project's files."""
    return {
        "dialplan/public/10_ivrkit.xml": {
            "ivrkit_hosts=127.0.0.1:8084": f"ivrkit_hosts=127.0.0.1:{ports.calls}",
            "/srv/ivrkit/sounds": str(sounds),
            "/srv/ivrkit/hotline.lua": str(sounds.parent / FALLBACK),
            "^(4001)$": "^(400[1234])$",
        },
        "autoload_configs/event_socket.conf.xml": {
            'value="8021"': f'value="{ports.event_socket}"',
            "SET-A-PASSWORD-OF-YOUR-OWN": PASSWORD,
            "nobody-until-the-password-is-set": "loopback.auto",
        },
        "autoload_configs/post_load_switch.conf.xml": {},
        "sip_profiles/ivrkit.xml": {'value="5070"': f'value="{ports.sip}"'},
    }


def write_configuration(folder: Path, changes: Mapping[str, Mapping[str, str]]) -> None:
    """The project's files, changed, in `folder`/conf."""
    for name, replacements in changes.items():
        text = (SHIPPED / name).read_text()
        for old, new in replacements.items():
            assert text.count(old) == 1, f"{name}: {old} stands there {text.count(old)} times"
            text = text.replace(old, new)
        target = folder / "conf" / name
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_text(text)
    modules = "".join(f'<load module="mod_{name}"/>' for name in MODULES)
    frame = FRAME.format(modules=modules, folder=folder)
    (folder / "conf" / "freeswitch.xml").write_text(frame)


@contextmanager
def running(
    binary: str, folder: Path, ports: Ports, ready: Callable[[FreeSwitch], bool] | None = None
) -> Iterator[FreeSwitch]:
    """A FreeSWITCH with the configuration in `folder`/conf, from when it is `ready` to the end of the block."""
    options = ["-nf", "-nc", "-nonat", "-np"]
    for name in ("conf", "log", "db", "run", "temp", "certs", "storage", "recordings"):
        (folder / name).mkdir(exist_ok=True)
        options += [f"-{name}", str(folder / name)]
    with (folder / "console.log").open("wb") as console:
        process = subprocess.Popen(
            [binary, *options], stdin=subprocess.DEVNULL, stdout=console, stderr=subprocess.STDOUT
        )
    switch = FreeSwitch(folder, ports)
    try:
        _wait_until(ready or _takes_calls, process, switch)
        yield switch
    finally:
        ended(process, STOP_DEADLINE)


def _wait_until(ready: Callable[[FreeSwitch], bool], process: subprocess.Popen[bytes], switch: FreeSwitch) -> None:
    deadline = monotonic() + START_DEADLINE
    while monotonic() < deadline and process.poll() is None:
        if ready(switch):
            return
        sleep(0.1)
    raise AssertionError(f"FreeSWITCH did not start:\n{(switch.folder / 'console.log').read_text(errors='replace')}")


def _takes_calls(switch: FreeSwitch) -> bool:
    try:
        return "RUNNING" in switch.api("sofia status")
    except SwitchError:
        return False
