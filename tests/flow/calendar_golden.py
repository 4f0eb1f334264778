"""Read the calendars of tests/flows_err/calendars, and write their `.out` files anew.

python -m tests.flow.calendar_golden      # then look at what git says has changed
"""

from __future__ import annotations

from datetime import date
from pathlib import Path

from ivrkit.flow import parse_source
from ivrkit.flow.calendars import check_calendars, read_calendars
from tests.flow.golden import ERR, TESTS

WRONG = sorted((ERR / "calendars").glob("*.yaml"))
TODAY = date(2026, 12, 23)


def told(path: Path) -> str:
    """Everything that is wrong with calendars on that day, as authors read it."""
    file = read_calendars(parse_source(path.relative_to(TESTS).as_posix(), path.read_bytes()))
    return "".join(f"{fault}\n" for fault in check_calendars(file, TODAY))


def main() -> None:
    for path in WRONG:
        path.with_suffix(".out").write_text(told(path), encoding="utf-8")


if __name__ == "__main__":
    main()
