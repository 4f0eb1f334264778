"""The API commands of the embedded switch: what `api X` and `bgapi X` answer (mod_commands.c)."""

from __future__ import annotations

import ast
import operator
from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from ivrkit.switch.simulated.bridging import hold
from ivrkit.switch.simulated.channel import Channel, Step
from ivrkit.switch.simulated.far_ends import originate as ring
from ivrkit.switch.simulated.show import show, status
from ivrkit.switch.simulated.uuid_api import UUID_COMMANDS

if TYPE_CHECKING:
    from ivrkit.switch.simulated.switch import SimulatedSwitch

Answer = Callable[[str], None]
VERSION = "FreeSWITCH Version 1.11.2-dev (ivrkit's embedded switch)"
ORIGINATE_USAGE = (
    "<call url> <exten>|&<application_name>(<app_args>) [<dialplan>] [<context>] [<cid_name>] [<cid_num>]"
    " [<timeout_sec>]"
)


def call(switch: SimulatedSwitch, line: str, answer: Answer) -> None:
    """Run `line`; `answer` gets the text, for `originate` once the far end has decided."""
    name, _, argument = line.partition(" ")
    if line in switch.answers:
        answer(switch.answers[line])
    elif name == "originate":
        _originate(switch, argument, answer)
    elif name in UUID_COMMANDS:
        answer(UUID_COMMANDS[name].answer(switch.channels, argument))
    elif name in COMMANDS:
        answer(COMMANDS[name](switch, argument))
    else:
        answer(f"-ERR {name} Command not found!\n")


def _originate(switch: SimulatedSwitch, argument: str, answer: Answer) -> None:
    """`<far end> <extension>|&<application>(<argument>)`"""
    dial_string, _, target = argument.partition(" ")
    if not target:
        return answer(f"-USAGE: {ORIGINATE_USAGE}\n")

    def done(leg: Channel | None, cause: str) -> None:
        if leg is None:
            return answer(f"-ERR {cause}\n")
        answer(f"+OK {leg.uuid}\n")
        leg.emit_state("CS_EXECUTE")
        return leg.run(_steps(switch, target))

    ring(switch, dial_string, None, done)
    return None


def _steps(switch: SimulatedSwitch, target: str) -> list[Step]:
    if not target.startswith("&"):
        return list(switch.extension(target.split(" ")[0]))
    application, _, argument = target[1:].partition("(")
    return [Step(application, argument.partition(")")[0])]


def _version(switch: SimulatedSwitch, argument: str) -> str:
    return f"{VERSION}\n"


def _global_getvar(switch: SimulatedSwitch, argument: str) -> str:
    if argument:
        return switch.global_variables.get(argument, "")
    return "".join(f"{name}={value}\n" for name, value in switch.global_variables.items())


def _create_uuid(switch: SimulatedSwitch, argument: str) -> str:
    return switch.new_uuid()


def _expr(switch: SimulatedSwitch, argument: str) -> str:
    """Arithmetic, such as `1+1` (mod_expr)."""
    try:
        return f"{_computed(ast.parse(argument.strip(), mode='eval').body):g}"
    except (SyntaxError, ValueError, ZeroDivisionError, OverflowError):
        return "ERR"


_OPERATORS: dict[type[ast.operator], Callable[[Any, Any], Any]] = {
    ast.Add: operator.add,
    ast.Sub: operator.sub,
    ast.Mult: operator.mul,
    ast.Div: operator.truediv,
}


def _computed(node: ast.expr) -> float:
    if isinstance(node, ast.Constant) and isinstance(node.value, int | float):
        return node.value
    if isinstance(node, ast.BinOp) and type(node.op) in _OPERATORS:
        return float(_OPERATORS[type(node.op)](_computed(node.left), _computed(node.right)))
    raise ValueError(f"mod_expr cannot compute {ast.dump(node)}")


def _hold(switch: SimulatedSwitch, argument: str) -> str:
    """`[off] <uuid>`"""
    words = argument.split()
    if not words:
        return "-USAGE: [off|toggle] <uuid> [<display>]\n"
    channel = switch.channels.get(words[-1])
    if channel is None:
        return "-ERR Operation failed\n"
    hold(channel, words[0] != "off")
    return "+OK Success\n"


COMMANDS: dict[str, Callable[[SimulatedSwitch, str], str]] = {
    "create_uuid": _create_uuid,
    "expr": _expr,
    "global_getvar": _global_getvar,
    "show": show,
    "status": status,
    "uuid_hold": _hold,
    "version": _version,
}
