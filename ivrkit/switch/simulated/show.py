"""What `api show channels` and `api status` of the embedded switch print (mod_commands.c)."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING

import orjson

if TYPE_CHECKING:
    from ivrkit.switch.simulated.channel import Channel
    from ivrkit.switch.simulated.switch import SimulatedSwitch

COLUMNS = (
    *("uuid", "direction", "created", "created_epoch", "name", "state", "cid_name", "cid_num", "ip_addr", "dest"),
    *("application", "application_data", "dialplan", "context", "read_codec", "read_rate", "callstate", "call_uuid"),
)


def show(switch: SimulatedSwitch, argument: str) -> str:
    """`show channels|calls [count] [as json]`"""
    words = argument.split()
    if words[:1] not in (["channels"], ["calls"]):
        return "-USAGE: channels|calls [count] [as json]\n"
    rows = [_row(channel) for channel in switch.channels.values()]
    if words[1:2] == ["count"]:
        return f"{len(rows)} total.\n"
    if words[-2:] == ["as", "json"]:
        return orjson.dumps({"row_count": len(rows), "rows": rows} if rows else {"row_count": 0}).decode()
    table = [",".join(COLUMNS), *(",".join(row.values()) for row in rows)] if rows else []
    return "\n".join([*table, "", f"{len(rows)} total.", ""])


def _row(channel: Channel) -> dict[str, str]:
    created = channel.switch.clock.micros(channel.created) // 1_000_000
    values = (
        *(channel.uuid, channel.direction, time.strftime("%Y-%m-%d %H:%M:%S", time.localtime(created)), str(created)),
        *(channel.name, channel.state, channel.party.caller_name, channel.party.caller_number, "127.0.0.1"),
        channel.party.called_number,
        *(channel.variables.get(name) or "" for name in ("current_application", "current_application_data")),
        *("XML", "default", "PCMU", "8000", channel.call_state, channel.uuid),
    )
    return dict(zip(COLUMNS, values, strict=True))


def status(switch: SimulatedSwitch, argument: str) -> str:
    seconds = int(switch.clock.now())
    return (
        f"UP 0 years, {seconds // 86400} days, {seconds // 3600 % 24} hours, {seconds // 60 % 60} minutes, "
        f"{seconds % 60} seconds, 0 milliseconds, 0 microseconds\n"
        "FreeSWITCH (Version 1.11.2-dev ivrkit) is ready\n"
        f"{switch.sessions} session(s) since startup\n"
        f"{len(switch.channels)} session(s) - peak {switch.peak}, last 5min {switch.peak} \n"
        "0 session(s) per Sec out of max 1000, peak 0, last 5min 0 \n"
        "5000 session(s) max\n"
        "min idle cpu 0.00/100.00\n"
        "Current Stack Size/Max 240K/8192K\n"
    )
