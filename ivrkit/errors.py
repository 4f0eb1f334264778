"""Every error that ivrkit raises on purpose, one tree, each keeping its evidence.

A flow author's mistake is a Diagnostic (`flow/source.py`), collected and shown together; FlowError only carries them
out. What callers do is never an error.
"""

from __future__ import annotations

from collections.abc import Sequence


class IvrkitError(Exception):
    """Root of the tree. Its text is one line that a person can act on."""


class ConfigError(IvrkitError):
    """ivrkit.yaml, a command line or a file it names cannot be used as it is."""


class FlowError(IvrkitError):
    """A flow or prompt file has mistakes; `diagnostics` has each with its place, ready to print."""

    def __init__(self, diagnostics: Sequence[object]) -> None:
        super().__init__("\n".join(str(diagnostic) for diagnostic in diagnostics))
        self.diagnostics = tuple(diagnostics)


class ReloadError(IvrkitError):
    """Flows could not be read again while calls run: the process that compiles them died or is too slow."""


class ScriptError(IvrkitError):
    """A running script met what its author did not foresee: the session goes to `give_up`."""


class ExpressionError(ScriptError):
    """A `{{ … }}` or `when:` cannot be read, or cannot be computed from the values of this call."""


class SayError(ScriptError):
    """A value cannot be said the way its prompt asks."""


class PromptError(IvrkitError):
    """A prompt catalogue is wrong, or the sounds a script needs are missing."""


class SpeechError(IvrkitError):
    """An engine could not speak: voice missing, helper dead or too slow, result cut short."""


class StoreError(IvrkitError):
    """The store cannot be opened, read or written."""


class ActionError(IvrkitError):
    """A function cannot serve as an action: its parameters, types or outcomes do not fit."""


class SwitchError(IvrkitError):
    """FreeSWITCH, or the way to it, failed."""


class ProtocolError(SwitchError):
    """The other side sent bytes that are no event-socket frame; the connection ends."""


class UnsafeArgument(SwitchError):
    """A command was refused before it was sent: it holds what FreeSWITCH would cut, expand or obey."""


class ConnectionLost(SwitchError):
    """The event socket closed, was reset, or stayed silent past a deadline."""
