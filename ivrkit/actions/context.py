"""What an action may know about its call: it asks for it by a first parameter annotated Context."""

from __future__ import annotations

from dataclasses import dataclass

from ivrkit.actions.records import Records


@dataclass(frozen=True, slots=True)
class Context:
    """The call that runs an action."""

    store: Records
    call_id: str
    caller_number: str
    "As the network sent it: anything may be in it, or nothing."
    called_number: str
    language: str
