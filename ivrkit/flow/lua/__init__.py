"""A flow as a Lua script that FreeSWITCH runs itself while no ivrkit answers: what needs no actions, and no more.

Script ──> data.py: nodes, sounds, opening hours as plain data ──> one file: that data, and runtime.lua behind it
"""

from ivrkit.flow.lua.data import Fallback, Left
from ivrkit.flow.lua.write import as_lua

__all__ = ["Fallback", "Left", "as_lua"]
