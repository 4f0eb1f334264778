"""Find the flows in a folder: `ivrkit check flows examples`."""

from __future__ import annotations

import os
import re
from collections.abc import Iterator
from pathlib import Path

from ivrkit.flow.source import LARGEST

NO_FLOWS = ("prompts", "scenarios", "sounds")
"Folders of a project in which no flows are, whatever their files look like."

_SUFFIXES = (".yaml", ".yml")
# A flow says its name at the left edge. Even one whose YAML is wrong is found, so that it can be told.
_FLOW = re.compile(rb"^[\"']?flow[\"']?[ \t]*(:|\xef\xbc\x9a)", re.MULTILINE)
_SCENARIO = re.compile(rb"^[\"']?scenario[\"']?[ \t]*:", re.MULTILINE)


def flows_below(folder: str | Path) -> Iterator[Path]:
    """Every flow file in a folder and those inside it, by name. OSError when the folder cannot be read."""
    for here, folders, files in os.walk(folder, onerror=_raise):
        folders[:] = [name for name in own_folders(here, folders) if name not in NO_FLOWS]
        for name in sorted(files):
            path = Path(here, name)
            if name.endswith(_SUFFIXES) and not name.startswith(".") and _is_flow(path):
                yield path


def own_folders(here: str, folders: list[str]) -> list[str]:
    """Those of the folders in `here` that a person has filled: none that is hidden, or made by pip or npm."""
    return sorted(
        name
        for name in folders
        if not name.startswith(".") and name != "node_modules" and not os.path.exists(Path(here, name, "pyvenv.cfg"))
    )


def _is_flow(path: Path) -> bool:
    if not path.is_file():
        return False
    with path.open("rb") as file:
        text = file.read(LARGEST).removeprefix(b"\xef\xbb\xbf").replace(b"\r", b"\n")
    return bool(_FLOW.search(text)) and not _SCENARIO.search(text)


def _raise(error: OSError) -> None:
    raise error
