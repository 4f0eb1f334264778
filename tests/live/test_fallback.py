"""What FreeSWITCH alone does for a caller while no ivrkit answers: the flow as a Lua script."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import UTC, datetime
from zoneinfo import ZoneInfo

import pytest

from ivrkit.calendars import Calendar
from ivrkit.flow.lua import Fallback, as_lua
from tests.live.conftest import Telephone
from tests.live.freeswitch import FALLBACK
from tests.live.hotline import Hotline
from tests.live.sipp import Press, Speak, UntilHungUp, Wait


def write_fallback(project: Hotline, calendars: Mapping[str, Calendar]) -> None:
    """The hotline for FreeSWITCH alone, where its dialplan looks for it."""
    app, root = project.app, project.app.recordings.root
    root.mkdir(exist_ok=True)
    script = app.compile(project.folder / "flows/impatient.yaml").require()
    needs = Fallback(app.sounds.path, app.config.targets, calendars, str(root), datetime.now(UTC))
    (project.folder / FALLBACK).write_text(as_lua(script, needs)[0], "utf-8")


@pytest.fixture(autouse=True)
def fallback(project: Hotline) -> Iterator[None]:
    """It is there for a test, and gone behind it."""
    write_fallback(project, project.app.calendars(project.folder / "flows/impatient.yaml"))
    yield
    (project.folder / FALLBACK).unlink()


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


def test_a_caller_leaves_a_message_when_the_calendar_is_closed(telephone: Telephone, project: Hotline) -> None:
    write_fallback(project, {"office": Calendar(ZoneInfo("Asia/Shanghai"), {})})
    steps = (Wait(5), Press("1"), Wait(2), Press("0"), Wait(22), Speak(4.0), Press("#"), UntilHungUp())
    heard = telephone.hear("13600000023", *steps)
    assert heard.find(project.sounds("message.ask"))
    assert heard.find(project.sounds("message.kept"))
    (message,) = project.app.recordings.root.glob("fallback-*.wav")
    assert message.stat().st_size > 8000
