"""A mistake in the writing of a file, before anybody knows what the file is about."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Fault:
    """One mistake at a place: line and column from 0, as YAML counts."""

    line: int
    column: int
    width: int
    message: str
    check: str = "yaml"
