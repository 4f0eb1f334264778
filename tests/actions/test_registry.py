"""The actions of an application: found by name, given once."""

from __future__ import annotations

from types import ModuleType

import pytest

import ivrkit.actions.water
from ivrkit.actions import Actions, action
from ivrkit.errors import ActionError


@pytest.fixture
def water() -> Actions:
    actions = Actions()
    actions.from_module(ivrkit.actions.water)
    return actions


def test_a_module_brings_the_actions_it_defines(water):
    assert list(water) == ["find_account", "find_bill", "find_tariff"]
    assert all(found.blocking and found.takes_context for found in water.values())


def test_what_a_module_only_imported_is_not_its_own():
    module = ModuleType("my_actions")
    module.find_bill = ivrkit.actions.water.find_bill
    actions = Actions()
    actions.from_module(module)
    assert len(actions) == 0


def test_an_unknown_name_gets_the_nearest(water):
    assert "find_bill" in water and "find_bil" not in water
    with pytest.raises(ActionError, match=r'^there is no action "find_bil"; did you mean "find_bill"\?$'):
        water["find_bil"]


def test_a_name_is_given_once(water):
    @action
    def find_bill(account: str) -> None: ...

    with pytest.raises(ActionError, match=r'"find_bill" is there twice, in ivrkit\.actions\.water and in '):
        water.add(find_bill)
