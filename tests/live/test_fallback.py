"""What FreeSWITCH alone does for a caller while no ivrkit answers: the flow as a Lua script."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime

import pytest

from ivrkit.flow.lua import Fallback, as_lua
from tests.live.conftest import Telephone
from tests.live.freeswitch import FALLBACK
from tests.live.hotline import Hotline
from tests.live.sipp import Press, UntilHungUp, Wait


@pytest.fixture(autouse=True)
def fallback(project: Hotline) -> Iterator[None]:
    """The hotline for FreeSWITCH alone, where its dialplan looks for it."""
    app, flow = project.app, project.folder / "flows/impatient.yaml"
    script = app.compile(flow).require()
    file = project.folder / FALLBACK
    needs = Fallback(app.sounds.path, app.config.targets, app.calendars(flow), now=datetime.now(UTC))
    file.write_text(as_lua(script, needs)[0], "utf-8")
    yield
    file.unlink()


def test_a_caller_is_greeted_chooses_and_hears_that_nobody_is_there(telephone: Telephone, project: Hotline) -> None:
    heard = telephone.hear("13600000021", Wait(5), Press("1"), Wait(2), Press("0"), UntilHungUp())
    welcome = heard.find([project.sounds("welcome")[0][:8000]])
    connecting = heard.find(project.sounds("agent.connecting"))
    assert welcome and connecting
    assert heard.find(project.sounds("bye"))
    assert not heard.find(project.sounds("ivrkit.sorry"))


def test_a_caller_who_says_nothing_is_asked_again_and_then_connected(telephone: Telephone, project: Hotline) -> None:
    heard = telephone.hear("13600000022", UntilHungUp())
    assert heard.find(project.sounds("welcome"))
    assert heard.find(project.sounds("again.silence"))
    assert heard.find(project.sounds("agent.connecting"))
    assert heard.find(project.sounds("bye"))
