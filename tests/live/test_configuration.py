"""The files in freeswitch/, as they are shipped: only the last scene needs a FreeSWITCH."""

from __future__ import annotations

from pathlib import Path
from xml.etree import ElementTree

import pytest

from tests.live import freeswitch

FILES = sorted(freeswitch.SHIPPED.rglob("*.xml"))
EVENT_SOCKET = "autoload_configs/event_socket.conf.xml"


def settings(name: str) -> dict[str, str]:
    tree = ElementTree.parse(freeswitch.SHIPPED / name)
    return {param.attrib["name"]: param.attrib["value"] for param in tree.iter("param")}


def actions() -> list[tuple[str, str]]:
    tree = ElementTree.parse(freeswitch.SHIPPED / "dialplan/public/10_ivrkit.xml")
    return [(action.attrib["application"], action.attrib.get("data", "")) for action in tree.iter("action")]


@pytest.mark.parametrize("file", FILES, ids=lambda file: file.name)
def test_every_file_is_xml_without_the_password_that_everybody_knows(file: Path) -> None:
    ElementTree.parse(file)
    assert "ClueCon" not in file.read_text()


def test_the_event_socket_listens_on_loopback() -> None:
    assert settings(EVENT_SOCKET)["listen-ip"] == "127.0.0.1"


def test_a_call_that_loses_its_controller_goes_on_in_the_dialplan() -> None:
    applications = [application for application, _ in actions()]
    assert actions()[0] == ("set", "socket_resume=true")
    assert applications[-4:] == ["answer", "playback", "playback", "hangup"]
    assert applications.count("socket") > 1


def test_nothing_in_the_dialplan_is_expanded_while_a_call_runs() -> None:
    assert not [data for _, data in actions() if "${" in data.replace("$${", "")]


def test_keys_come_as_rtp_events_and_playback_has_its_own_clock() -> None:
    profile = settings("sip_profiles/ivrkit.xml")
    assert (profile["dtmf-type"], profile["rtp-timer-name"], profile["context"]) == ("rfc2833", "soft", "public")


def test_a_freeswitch_whose_password_was_not_set_turns_everybody_away(binary: str, tmp_path: Path) -> None:
    ports = freeswitch.choose_ports()
    changes = {name: dict(each) for name, each in freeswitch.operators_changes(ports, tmp_path).items()}
    changes[EVENT_SOCKET] = {'value="8021"': f'value="{ports.event_socket}"'}
    freeswitch.write_configuration(tmp_path, changes)
    with freeswitch.running(binary, tmp_path, ports, ready=lambda switch: bool(switch.greeting())) as switch:
        assert "rude-rejection" in switch.greeting()
