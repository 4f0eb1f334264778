"""Serve the application with ivrkit's server, and call it on the embedded switch."""

from __future__ import annotations

from pathlib import Path
from tempfile import TemporaryDirectory

import gevent
from application import MyApplication

from ivrkit.switch.greenswitch import OutboundESLServer
from ivrkit.switch.simulated import SimulatedSwitch
from ivrkit.switch.simulated.sounds import recorded_wav

SOUNDS = {"ivr/ivr-welcome": 1.0, "conference/conf-pin.wav": 2.0, "invalid.wav": 1.0}
"The sounds that the application names, with their seconds."


def write_sounds(folder: Path) -> None:
    """Put silence of the right length where a FreeSWITCH has its sounds."""
    for name, seconds in SOUNDS.items():
        path = folder / name
        path.parent.mkdir(exist_ok=True)
        path.write_bytes(recorded_wav(seconds))


def main() -> None:
    server = OutboundESLServer(bind_address="127.0.0.1", bind_port=0, application=MyApplication, max_connections=5)
    serving = gevent.spawn(server.listen)
    while server.bound_port is None:
        gevent.sleep(0.01)
    with TemporaryDirectory() as sounds, SimulatedSwitch(sounds=Path(sounds)) as switch:
        write_sounds(Path(sounds))
        call = switch.call("127.0.0.1", server.bound_port, "13800001111")
        call.press("7", after=3)
        call.wait_ended(timeout=20)
        print(f"the call ended: {call.cause}")
    server.stop()
    serving.join(timeout=5)


if __name__ == "__main__":
    main()
