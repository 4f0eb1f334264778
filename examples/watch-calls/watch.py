"""Serve a flow, call it, and print everything that happens in the call."""

from __future__ import annotations

import ivrkit
from ivrkit.commands import Command, HangUp, Play, WriteRecord
from ivrkit.events import CallArrived, Event, KeyPressed
from ivrkit.switch.simulated import SimulatedSwitch


def watch(call_id: str, event: Event, commands: list[Command]) -> None:
    match event:
        case CallArrived(caller_number=caller, called_number=called):
            print(f"{caller} rings {called}")
        case KeyPressed(key=key):
            print(f"  presses {key}")
    for command in commands:
        match command:
            case Play(parts=parts):
                print(f"  hears {' '.join(part.text for part in parts)}")
            case HangUp(cause=cause):
                print(f"  is hung up on: {cause}")
            case WriteRecord(record=record):
                print(f"  went by {' → '.join(visit.node for visit in record.path)}")


def main() -> None:
    with ivrkit.App("ivrkit.yaml") as app, SimulatedSwitch(speed=10) as switch:
        ivrkit.build_sounds(app.sounds_needed(), app.sounds)
        app.subscribe(watch)
        port = app.call_port(("127.0.0.1", 0))
        port.start()
        call = switch.call(port.host, port.port, "13800001111", called_number="4002")
        call.press("2", after=2)
        call.press("123456", after=6)
        call.wait_ended(timeout=20)
        port.stop(timeout=5)


if __name__ == "__main__":
    main()
