"""The parcel hotline, once with answers that stand here and once with the service itself."""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal
from pathlib import Path
from threading import Thread

import pytest
import service

import ivrkit
from ivrkit.commands import SendRequest
from ivrkit.switch.world import FarEnd, World
from ivrkit.testing import Playbook

HERE = Path(__file__).parent
PARCEL = {"day": "2026-11-25", "price": Decimal("19.50")}


@pytest.fixture
def app() -> ivrkit.App:
    return ivrkit.App(HERE / "ivrkit.yaml")


@pytest.fixture
def parcels(app: ivrkit.App) -> ivrkit.Script:
    return app.compile(HERE / "flows/parcels.yaml").require()


@pytest.fixture
def served() -> Iterator[None]:
    server = service.server()
    Thread(target=server.serve_forever, args=(0.05,)).start()
    yield
    server.shutdown()
    server.server_close()


def test_a_caller_hears_when_the_parcel_comes(parcels: ivrkit.Script) -> None:
    asked: list[str] = []

    def fetch(request: SendRequest) -> ivrkit.Outcome:
        asked.append(request.url)
        return ivrkit.Outcome("ok", PARCEL)

    call = Playbook(parcels, world=World(fetch=fetch)).hears_text("六位运单号").presses("123456")
    call.hears_text("十一月二十五日送达，运费十九元五角")
    assert asked == ["http://127.0.0.1:8096/parcels/123456"]


def test_who_cannot_be_helped_comes_to_the_desk(parcels: ivrkit.Script) -> None:
    world = World(fetch_takes=9, far_ends={"desk": FarEnd(rings=4, talks=60)})
    record = Playbook(parcels, world=world).hears("ask").presses("123456").hears("ivrkit.please_wait").ends()
    assert [visit.node for visit in record.path] == ["ask", "find", "desk", "end"]


@pytest.mark.usefixtures("served")
def test_the_service_itself(app: ivrkit.App, parcels: ivrkit.Script) -> None:
    call = Playbook(parcels, world=World(fetch=app.fetch)).hears("ask").presses("654321").hears_text("没有这个运单号")
    call.hears("ask").presses("123456").hears_text("运费十九元五角").hears_text("次日送达").presses("1")
    call.hears_text("已为您登记").hears_text("再见").ends()
    assert service.LATER == [{"parcel": "123456", "days": 1, "caller": "13800001111"}]
