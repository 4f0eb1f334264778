"""What the compiler refuses or warns of. A check is a file here, a line in the table and a golden pair of tests."""

from __future__ import annotations

from collections.abc import Callable, Iterator

from ivrkit.flow.checked import CheckedFlow
from ivrkit.flow.diagnostic import Diagnostic

Check = Callable[[CheckedFlow], Iterator[Diagnostic]]

CHECKS: tuple[Check, ...] = ()


def check(flow: CheckedFlow) -> Iterator[Diagnostic]:
    """Everything that the checks find."""
    for find in CHECKS:
        yield from find(flow)
