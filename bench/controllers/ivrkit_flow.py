"""ivrkit with the whole engine: call port, session, nodes, timers, record."""

from __future__ import annotations

from collections import deque

import gevent

from bench.controllers import SOUNDS
from ivrkit.commands import CallRecord, RunAction
from ivrkit.events import CallArrived
from ivrkit.nodes.fields import NodeName, PromptName
from ivrkit.nodes.hangup import Hangup
from ivrkit.nodes.menu import Menu, Option
from ivrkit.nodes.play import Play
from ivrkit.prompts.segments import Fixed
from ivrkit.script import Outcome, Script
from ivrkit.switch.outbound import call_port
from ivrkit.switch.services import Services
from ivrkit.testing import script_of


class Sounds:
    """Sounds of one length, all in one folder."""

    def path(self, name: str) -> str:
        return f"{SOUNDS}/{name}.wav"

    def duration(self, name: str) -> float:
        return 2.0


def script() -> Script:
    welcome, tariff = (PromptName(name) for name in ("welcome", "tariff"))
    nodes = {
        "welcome": Play(play=(welcome,), next=NodeName("menu")),
        "menu": Menu(menu={"1": Option(label=PromptName("menu"), next=NodeName("tariff"))}, give_up=NodeName("bye")),
        "tariff": Play(play=(tariff,), next=NodeName("bye")),
        "bye": Hangup(hangup="normal"),
    }
    prompts = {
        name: {"en": (Fixed(f"Words of {name}.", f"en/hotline/{name}"),)}
        for name in ("welcome", "menu@1", "tariff", "ivrkit.noinput", "ivrkit.nomatch", "ivrkit.sorry")
    }
    return script_of(nodes, languages=("en",), prompts=prompts)


def perform(command: RunAction, call: CallArrived, language: str) -> Outcome:
    return Outcome("error")


def main() -> None:
    served = script()
    records: deque[CallRecord] = deque(maxlen=1)
    port = call_port(Services(lambda number: served, Sounds(), perform, records.append), "127.0.0.1", 0)
    port.start()
    print(port.port, flush=True)
    gevent.get_hub().join()


if __name__ == "__main__":
    main()
