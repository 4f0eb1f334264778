"""What ivrkit's own tests and a project's tests are written with."""

from ivrkit.testing.playbook import Playbook, script_of

__all__ = ["Playbook", "script_of"]
