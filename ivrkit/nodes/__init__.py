"""The node kinds, one file each. A new kind is a file and a line here."""

from ivrkit.nodes.action import Action
from ivrkit.nodes.branch import Branch
from ivrkit.nodes.collect import Collect
from ivrkit.nodes.confirm import Confirm
from ivrkit.nodes.hangup import Hangup
from ivrkit.nodes.hours import Hours
from ivrkit.nodes.language import Language
from ivrkit.nodes.menu import Menu
from ivrkit.nodes.play import Play
from ivrkit.nodes.record import Record
from ivrkit.nodes.request import Request
from ivrkit.nodes.return_ import Return
from ivrkit.nodes.run import RunFlow
from ivrkit.nodes.set import Set
from ivrkit.nodes.split import Split
from ivrkit.nodes.transfer import Transfer
from ivrkit.script import Node

NODE_KINDS: dict[str, type[Node]] = {
    kind.kind: kind
    for kind in (
        Play,
        Menu,
        Collect,
        Confirm,
        Action,
        Request,
        Branch,
        Hours,
        Split,
        Set,
        Language,
        RunFlow,
        Transfer,
        Record,
        Return,
        Hangup,
    )
}

__all__ = ["NODE_KINDS"]
