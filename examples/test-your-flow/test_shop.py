"""The corner shop, call by call."""

from __future__ import annotations

from pathlib import Path

import pytest

import ivrkit
from ivrkit.switch.world import FarEnd, World
from ivrkit.testing import Playbook

HERE = Path(__file__).parent


@pytest.fixture(scope="module")
def shop() -> ivrkit.Script:
    return ivrkit.App(HERE / "ivrkit.yaml").compile(HERE / "flows/shop.yaml").require()


def test_a_caller_hears_the_opening_hours_and_then_the_menu_again(shop: ivrkit.Script) -> None:
    Playbook(shop).hears_text("营业时间请按一").presses("1").hears_text("上午九点").hears_text(
        "营业时间请按一"
    ).hangs_up()


def test_an_order_number_is_said_back(shop: ivrkit.Script) -> None:
    call = Playbook(shop).hears_text("营业时间").presses("2").hears_text("六位订单号").presses("123456")
    record = call.hears_text("订单一二三，四五六已经发出").hears_text("再见").ends()
    assert [visit.node for visit in record.path] == ["main", "order", "thanks", "bye", "end"]


def test_who_knows_the_way_presses_ahead(shop: ivrkit.Script) -> None:
    Playbook(shop).hears_text("营业时间").presses("2123456").hears_text("请输入").hears_text("一二三，四五六")


def test_who_says_nothing_three_times_comes_to_the_desk(shop: ivrkit.Script) -> None:
    call = Playbook(shop, world=World(far_ends={"desk": FarEnd(rings=4, talks=60)}))
    for _ in range(3):
        call.hears_text("营业时间").hears_text("没有收到您的按键")
    record = call.hears_text("再见").ends()
    assert [visit.node for visit in record.path] == ["main", "desk", "bye", "end"]
