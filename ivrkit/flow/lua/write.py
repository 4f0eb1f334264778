"""Plain data as a table of Lua, and the whole script."""

from __future__ import annotations

from collections.abc import Mapping
from importlib.resources import files
from typing import Any

from ivrkit.flow.lua.data import YEARS, Fallback, Left, fallback_data
from ivrkit.script import Script


def as_lua(script: Script, needs: Fallback) -> tuple[str, list[Left]]:
    """The whole script for mod_lua, and the nodes that it leaves out."""
    data, left = fallback_data(script, needs)
    table = f"local FLOW = {written(data)}\n"
    runtime = files("ivrkit.flow.lua").joinpath("runtime.lua").read_text("utf-8")
    return f"{_head(script, needs, left)}{table}\n{runtime}", left


def _head(script: Script, needs: Fallback, left: list[Left]) -> str:
    lines = [
        f"The flow {script.flow}, version {script.version[:12]}, for FreeSWITCH alone: `ivrkit compile --target lua`.",
        f"Opening hours stand in it for {YEARS} years from {needs.now:%Y-%m-%d}; then every calendar is closed.",
        *(["Left out:"] if left else ["Nothing is left out."]),
        *(f"  {one}" for one in left),
    ]
    # What an author wrote may have lines of its own, which would be code here.
    return "".join(f"-- {''.join(char if char.isprintable() else ' ' for char in line)}\n" for line in lines)


def written(value: Any, indent: str = "") -> str:
    """A value of JSON as Lua; nothing in it can be more than a value."""
    if value is None:
        return "nil"
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, int | float):
        return repr(value)
    if isinstance(value, str):
        return _text(value)
    inner = indent + " "
    if isinstance(value, Mapping):
        pairs = (f"[{_text(str(name))}] = {written(one, inner)}" for name, one in value.items() if one is not None)
    else:
        pairs = (written(one, inner) for one in value)
    return "{" + "".join(f"\n{inner}{pair}," for pair in pairs) + f"\n{indent}" + "}"


def _text(text: str) -> str:
    """In quotes, every byte that means something in Lua by its number."""
    return (
        '"' + "".join(chr(byte) if _is_plain(byte) else f"\\{byte:03d}" for byte in text.encode(errors="replace")) + '"'
    )


def _is_plain(byte: int) -> bool:
    return 32 <= byte < 127 and byte not in b'"\\'
