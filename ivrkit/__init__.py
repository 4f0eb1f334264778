"""ivrkit: telephone menus in YAML, run on FreeSWITCH."""

from ivrkit._version import __version__

__all__ = ["__version__"]
