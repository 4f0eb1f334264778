"""Where callers' recordings lie: FreeSWITCH writes and plays them, ivrkit makes and deletes them.

    <root>/2026-11-23/<call id>-7.wav        the recording 2026-11-23/<call id>-7

ivrkit makes each file before it is recorded, with the rights that the root folder has: FreeSWITCH, another user, then
only has to write into what is there. Where it cannot it hangs up the call (record_function, mod_dptools.c).
"""

from __future__ import annotations

import os
import re
import stat
from pathlib import Path

from ivrkit.errors import PromptError, StoreError

_NAME = re.compile(r"[\w-]+/[\w-]+", re.ASCII)


class Recordings:
    """The recordings below `root`, by name."""

    def __init__(self, root: str | Path) -> None:
        """PromptError when FreeSWITCH could not record to `root`."""
        self.root = Path(os.path.abspath(root))
        if bad := re.search(r"[^\w./+-]", str(self.root)):
            raise PromptError(f"{self.root}: FreeSWITCH cannot record to a path with {bad[0]!r}; name another folder")

    def path(self, name: str) -> str:
        """The file of a recording; PromptError for a name that leads elsewhere."""
        if not _NAME.fullmatch(name):
            raise PromptError(f"{name[:80]!r} is no recording")
        return f"{self.root}/{name}.wav"

    def prepare(self, name: str) -> str:
        """Make the file that will be recorded; its path. StoreError when that cannot be."""
        path = Path(self.path(name))
        try:
            rights = self._open_root()
            path.parent.mkdir(exist_ok=True)
            path.touch()
            if path.stat().st_uid == os.getuid():
                path.parent.chmod(rights)
                path.chmod(rights & 0o666)
        except OSError as error:
            raise StoreError(f"{error.filename} cannot be written: {error.strerror}") from error
        return str(path)

    def delete(self, name: str) -> None:
        """Delete a recording, if it is there. StoreError when that cannot be."""
        try:
            Path(self.path(name)).unlink(missing_ok=True)
        except OSError as error:
            raise StoreError(f"{error.filename} cannot be deleted: {error.strerror}") from error

    def check(self) -> None:
        """StoreError when nothing could be recorded."""
        try:
            self._open_root()
        except OSError as error:
            raise StoreError(f"{error.filename} cannot be made: {error.strerror}") from error
        if not os.access(self.root, os.W_OK | os.X_OK):
            raise StoreError(f"{self.root} cannot be written: check its owner and permissions")

    def _open_root(self) -> int:
        """Make the folder where it is missing, for nobody else; its rights."""
        if not self.root.is_dir():
            self.root.mkdir(mode=0o700, parents=True)
        return stat.S_IMODE(self.root.stat().st_mode)
