"""Flows while they are served: versions and their calls, changes of their files, and what a running ivrkit is asked."""

from ivrkit.serving.compiler import Compiler
from ivrkit.serving.control import ControlSocket, ask_all
from ivrkit.serving.project import Fresh, Project, missing, sounds_of
from ivrkit.serving.served import Change, Reloaded, Served, short, state
from ivrkit.serving.watch import Watch

__all__ = [
    "Change",
    "Compiler",
    "ControlSocket",
    "Fresh",
    "Project",
    "Reloaded",
    "Served",
    "Watch",
    "ask_all",
    "missing",
    "short",
    "sounds_of",
    "state",
]
