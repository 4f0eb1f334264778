"""The ready-made hotline in a folder of its own, with silent voices, and an environment that is ready."""

from __future__ import annotations

import shutil
import sys
from pathlib import Path

ROOT = Path(__file__).parents[2]
SILENT = "voices:\n  zh: {engine: silence, voice: none, rate: 450}\n  en: {engine: silence, voice: none, rate: 450}\n"
ELSEWHERE = ("HOME", "TMPDIR")


def copy_hotline(folder: Path) -> None:
    """Everything that `make demo` needs."""
    for name in ("flows", "prompts"):
        shutil.copytree(ROOT / name, folder / name)
    for name in ("Makefile", "setup.cfg", "pyproject.toml"):
        shutil.copy(ROOT / name, folder)
    (folder / "ivrkit.yaml").write_text((ROOT / "ivrkit.yaml").read_text("utf-8") + SILENT, "utf-8")
    programs = folder / ".venv/bin"
    programs.mkdir(parents=True)
    (programs / "ivrkit").write_text(f'#!/bin/sh\nexec {sys.executable} -m ivrkit "$@"\n')
    (programs / "ivrkit").chmod(0o700)
    (folder / ".venv/ready").touch()
