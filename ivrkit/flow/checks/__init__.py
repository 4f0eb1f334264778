"""What the compiler refuses or warns of. A check is a file here, a line in the table and a golden pair of tests."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from itertools import islice

from ivrkit.flow.checked import CheckedFlow
from ivrkit.flow.checks.action_arguments import action_arguments
from ivrkit.flow.checks.dead_end import dead_end
from ivrkit.flow.checks.deep_menu import deep_menu
from ivrkit.flow.checks.endless_loop import endless_loop
from ivrkit.flow.checks.endless_run import endless_run
from ivrkit.flow.checks.far_person import far_person
from ivrkit.flow.checks.give_up_hangs_up import give_up_hangs_up
from ivrkit.flow.checks.impossible_outcome import impossible_outcome
from ivrkit.flow.checks.key_order import key_order
from ivrkit.flow.checks.long_menu import long_menu
from ivrkit.flow.checks.long_prompt import long_prompt
from ivrkit.flow.checks.many_options import many_options
from ivrkit.flow.checks.mixed_kinds import mixed_kinds
from ivrkit.flow.checks.node_as_prompt import node_as_prompt
from ivrkit.flow.checks.reserved_name import reserved_name
from ivrkit.flow.checks.return_values import return_values
from ivrkit.flow.checks.run_arguments import run_arguments
from ivrkit.flow.checks.secret_leak import secret_leak
from ivrkit.flow.checks.shadowed_key import shadowed_key
from ivrkit.flow.checks.similar_labels import similar_labels
from ivrkit.flow.checks.spoken_hangup import spoken_hangup
from ivrkit.flow.checks.unhandled_outcome import unhandled_outcome
from ivrkit.flow.checks.unknown_action import unknown_action
from ivrkit.flow.checks.unknown_calendar import unknown_calendar
from ivrkit.flow.checks.unknown_flow import unknown_flow
from ivrkit.flow.checks.unknown_host import unknown_host
from ivrkit.flow.checks.unknown_language import unknown_language
from ivrkit.flow.checks.unknown_node import unknown_node
from ivrkit.flow.checks.unknown_prompt import unknown_prompt
from ivrkit.flow.checks.unknown_target import unknown_target
from ivrkit.flow.checks.unknown_variable import unknown_variable
from ivrkit.flow.checks.unreachable_node import unreachable_node
from ivrkit.flow.checks.unsaid_digits import unsaid_digits
from ivrkit.flow.checks.unset_variable import unset_variable
from ivrkit.flow.diagnostic import MOST, Diagnostic

Check = Callable[[CheckedFlow], Iterator[Diagnostic]]

NAMED: tuple[Check, ...] = (
    # What is named must be there.
    unknown_node,
    unknown_prompt,
    unknown_action,
    action_arguments,
    unknown_target,
    unknown_calendar,
    unknown_host,
    unknown_flow,
    run_arguments,
    return_values,
    unknown_language,
    unknown_variable,
    reserved_name,
)
GONE: tuple[Check, ...] = (
    # Wherever a call goes, it goes on.
    unset_variable,
    unreachable_node,
    endless_loop,
    endless_run,
    dead_end,
    spoken_hangup,
    unhandled_outcome,
    impossible_outcome,
    shadowed_key,
    mixed_kinds,
    secret_leak,
)
WARNINGS: tuple[Check, ...] = (
    # What works, though callers will not like it. Authors may silence these.
    many_options,
    long_menu,
    long_prompt,
    deep_menu,
    far_person,
    give_up_hangs_up,
    unsaid_digits,
    similar_labels,
    key_order,
    node_as_prompt,
)
CHECKS = NAMED + GONE + WARNINGS


def check(flow: CheckedFlow) -> Iterator[Diagnostic]:
    """What the checks find. Where a part could not be read as it was meant, nobody knows how calls go."""
    for find in NAMED if flow.source.faults else CHECKS:
        yield from islice(find(flow), MOST)


def name_of(check: Check) -> str:
    """What a check is called in a diagnostic: `many-options`."""
    return check.__name__.replace("_", "-")
