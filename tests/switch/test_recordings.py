"""The folder of callers' recordings."""

from __future__ import annotations

from pathlib import Path

import pytest

from ivrkit.errors import PromptError, StoreError
from ivrkit.switch.recordings import Recordings

NAME = "2026-11-23/6f1c-7"


def test_a_recording_lies_below_its_day(tmp_path: Path) -> None:
    found = Recordings(tmp_path / "a" / ".." / "b")
    assert found.path(NAME) == f"{tmp_path}/b/{NAME}.wav"


@pytest.mark.parametrize("name", ["../a", "a/../b", "/etc/passwd", "a/b/c", "a b/c", "a/b!c", "", "a"])
def test_no_name_leads_out_of_the_folder(tmp_path: Path, name: str) -> None:
    with pytest.raises(PromptError):
        Recordings(tmp_path).path(name)


@pytest.mark.parametrize("folder", ["my calls", "a!b", "a$b", "a;b"])
def test_a_folder_that_freeswitch_cannot_name_is_refused(tmp_path: Path, folder: str) -> None:
    with pytest.raises(PromptError, match="name another folder"):
        Recordings(tmp_path / folder)


def test_what_is_made_has_the_rights_of_the_root(tmp_path: Path) -> None:
    root = tmp_path / "root"
    root.mkdir()
    root.chmod(0o2770)
    path = Path(Recordings(root).prepare(NAME))
    assert (path.parent.stat().st_mode & 0o7777, path.stat().st_mode & 0o777) == (0o2770, 0o660)


def test_a_root_that_is_not_there_is_made_for_nobody_else(tmp_path: Path) -> None:
    path = Path(Recordings(tmp_path / "a" / "b").prepare(NAME))
    assert (tmp_path / "a" / "b").stat().st_mode & 0o777 == 0o700
    assert path.stat().st_mode & 0o777 == 0o600


def test_a_folder_that_cannot_be_made_is_told(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    recordings = Recordings(tmp_path / "file")
    with pytest.raises(StoreError, match="cannot be written"):
        recordings.prepare(NAME)
    with pytest.raises(StoreError, match="cannot be made"):
        recordings.check()


def test_a_folder_in_which_nobody_can_write_is_told() -> None:
    # Where the kernel makes the files, root writes none either.
    with pytest.raises(StoreError, match="cannot be written"):
        Recordings(Path("/proc/self")).check()


def test_a_recording_is_deleted_once_and_for_all(tmp_path: Path) -> None:
    recordings = Recordings(tmp_path)
    path = Path(recordings.prepare(NAME))
    recordings.delete(NAME)
    recordings.delete(NAME)
    assert not path.exists()
