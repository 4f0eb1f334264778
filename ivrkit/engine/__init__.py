"""The engine: runs a script for a call. It knows no node kind, and they do not know it."""

from ivrkit.engine.session import HANGUP_SECONDS, Session, refused

__all__ = ["HANGUP_SECONDS", "Session", "refused"]
