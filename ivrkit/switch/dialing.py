"""A transfer as FreeSWITCH does it: the variables of the caller's channel, and what `bridge` is asked to ring.

Read in switch_ivr_originate.c and switch_ivr_bridge.c of 1.11.1, and heard in tests/live/test_transfer.py.

    answered    the caller hears the ringing tone until somebody answers, whatever the far end plays before
    whisper     the far end hears it alone when it answers; the caller hears the ringing tone until then
    blind       the caller hears the ringing tone until the far end plays something of its own; the call ends with it
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from math import ceil

from ivrkit.commands import Transfer

RINGING = "%(1000,4000,450)"
"What a caller hears while a target rings: the ringing tone of China, 450 Hz, one second in five."
SPARE = 5
"Seconds that a whisper may take longer than its sounds are long."


def variables(command: Transfer, whispered: Sequence[str], seconds: float) -> Mapping[str, str]:
    """What the caller's channel has to say; empty is unset. `whispered` are the sounds that take `seconds`."""
    return {
        "call_timeout": str(_ring(command) + (ceil(seconds) + SPARE if whispered else 0)),
        "transfer_ringback": RINGING,
        # An announcement is no answer: a busy far end that says so in its early media would count as one.
        "ignore_early_media": "" if command.blind else "true",
        "hangup_after_bridge": "true" if command.blind else "false",
        # Set by FreeSWITCH when the far end leaves first; an earlier transfer's must not be taken for this one's.
        "bridge_hangup_cause": "",
        "group_confirm_key": "exec" if whispered else "",
        "group_confirm_file": f"playback file_string://{'!'.join(whispered)}" if whispered else "",
        # Who has answered rings no more.
        "group_confirm_timeout": "0" if whispered else "",
        # FreeSWITCH takes a call whose controller dies out of whatever it does and back into the dialplan when this is
        # true; two who talk would be parted (mod_event_socket.c, the end of listener_run).
        "socket_resume": "false",
    }


def dial_string(command: Transfer, target: str, whispered: Sequence[str]) -> str:
    """What `bridge` gets. call_timeout counts the whisper, so that the ringing needs a limit of its own."""
    return f"{{leg_timeout={_ring(command)}}}{target}" if whispered else target


def _ring(command: Transfer) -> int:
    return max(1, round(command.ring))
