"""What holds for every store: a call is one record, records are given back as they were kept."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta, timezone
from decimal import Decimal

import pytest

from ivrkit.actions import Account, Bill, Customer, Tariff, TariffStep
from ivrkit.commands import Visit
from ivrkit.errors import StoreError
from ivrkit.nodes.entries import luhn
from ivrkit.store import write_demo_data
from ivrkit.store.demo import DEMO_RECORDS, RESIDENTIAL, charge
from tests.store.conftest import LOST, RESUMED, WHOLE

WAIT = 10.0


def test_a_call_comes_back_as_it_was_written(store, make_call):
    store.write_call(make_call())
    assert store.flush(WAIT)
    assert store.call("c1") == make_call()
    assert store.calls() == (make_call(),)
    assert (store.waiting, store.lost) == (0, 0)


def test_a_call_that_was_never_answered_has_no_path(store, make_call):
    missed = make_call(answered_after=None, path=(), faults=())
    store.write_call(missed)
    assert store.flush(WAIT)
    assert store.call("c1") == missed


def test_a_call_is_written_once_however_often_it_is_given(store, make_call):
    for _ in range(3):
        store.write_call(make_call())
    store.write_call(make_call(ended_by="flow"))
    assert store.flush(WAIT)
    assert store.calls() == (make_call(),)


@pytest.mark.parametrize("parts", [(LOST, RESUMED), (RESUMED, LOST), (LOST, RESUMED, LOST, RESUMED, RESUMED)])
@pytest.mark.parametrize("one_by_one", [True, False])
def test_a_call_that_two_controllers_served_is_one_whole_call(store, parts, one_by_one):
    for part in parts:
        store.write_call(part)
        assert not one_by_one or store.flush(WAIT)
    assert store.flush(WAIT)
    assert store.calls() == (WHOLE,)


def test_a_hostile_call_is_cut(store, make_call):
    long = "9" * 5000
    names = dict.fromkeys(("caller_number", "called_number", "language", "hangup_cause"), long)
    store.write_call(make_call(path=(Visit(long, 1.0, long, long),) * 3000, faults=(long,) * 30, **names))
    assert store.flush(WAIT)
    short = long[:256]
    kept = store.call("c1")
    assert kept.path == (Visit(short, 1.0, short, short),) * 2000
    assert kept.faults == (long[:500],) * 20
    assert {getattr(kept, name) for name in names} == {short}


def test_a_call_that_was_cut_is_not_longer_when_its_parts_are_given_again(store, make_call):
    full = make_call(path=(Visit("main", 1.0, "", "main"),) * 3000, faults=("no sound",) * 30)
    for part in (full, RESUMED, full, RESUMED):
        store.write_call(part)
    assert store.flush(WAIT)
    (kept,) = store.calls()
    assert (len(kept.path), len(kept.faults), kept.seconds) == (2000, 20, WHOLE.seconds)


def test_a_call_that_is_not_there_is_none(store):
    assert store.call("c9") is None
    assert store.calls() == ()


def test_the_latest_calls_come_first_whatever_their_time_zone(store, make_call):
    noon = datetime(2026, 11, 23, 12, 0, tzinfo=UTC)
    china = timezone(timedelta(hours=8))
    store.write_call(make_call("noon", started=noon))
    store.write_call(make_call("evening", started=datetime(2026, 11, 23, 18, 0, tzinfo=china)))
    store.write_call(make_call("later", started=noon + timedelta(microseconds=1)))
    assert store.flush(WAIT)
    assert [call.call_id for call in store.calls()] == ["later", "noon", "evening"]
    assert [call.call_id for call in store.calls(limit=1)] == ["later"]
    assert [call.call_id for call in store.calls(since=noon.astimezone(china))] == ["later", "noon"]


def test_a_thousand_calls_at_once_are_all_there(store, make_call):
    for number in range(1000):
        store.write_call(make_call(f"c{number}"))
    assert store.flush(WAIT)
    assert len(store.calls(limit=2000)) == 1000


@pytest.mark.parametrize("number", ["", "'; DROP TABLE calls; --", "a\0b\r\n", "王\U0001f4de", "9" * 100_000])
def test_a_caller_number_may_hold_anything(store, make_call, number):
    store.write_call(make_call(number, caller_number=number, faults=(number,)))
    assert store.flush(WAIT)
    kept = number[:256]
    assert store.call(number) == make_call(kept, caller_number=kept, faults=(number[:500],))


def test_half_a_character_becomes_a_question_mark(store, make_call):
    store.write_call(make_call("c\ud800", caller_number="\udfff138"))
    assert store.flush(WAIT)
    assert store.calls() == (make_call("c?", caller_number="?138"),)


def test_records_come_back_as_they_were_kept(store):
    tariff = Tariff("residential", (TariffStep(Decimal("2.4750"), Decimal("11.5")), TariffStep(Decimal("3.75"))))
    customer = Customer("C1", "王小明", ("13800001111", "1001"))
    account = Account("12345674", "C1", "滨河路12号", "residential")
    bill = Bill("12345674", "2026-10", Decimal("15.0"), Decimal("42.50"))
    store.keep([tariff, customer, account, bill])
    assert store.tariff("residential") == tariff
    assert store.customer("C1") == replace(customer, phones=("+8613800001111", "1001"))
    assert store.account("12345674") == account
    assert store.bills_due("12345674") == (bill,)


def test_money_is_decimal_with_its_cents(store):
    store.keep([Customer("C1", "A"), Account("1", "C1", "", "x"), Bill("1", "2026-10", Decimal(1), Decimal("42.5"))])
    amount = store.bills_due("1")[0].amount
    assert (type(amount), str(amount)) == (Decimal, "42.50")


def test_what_is_kept_again_replaces_what_was_there(store):
    steps = (TariffStep(Decimal(1), Decimal(5)), TariffStep(Decimal(2)))
    store.keep(
        [Customer("C1", "A", ("13800001111", "13800002222")), Account("1", "C1", "old", "x"), Tariff("x", steps)]
    )
    store.keep([Customer("C1", "B", ("13800002222",)), Account("1", "C1", "new", "x"), Tariff("x", steps[1:])])
    assert store.customer("C1") == Customer("C1", "B", ("+8613800002222",))
    assert store.accounts_of("13800001111") == ()
    assert [account.address for account in store.accounts_of("13800002222")] == ["new"]
    assert store.tariff("x") == Tariff("x", steps[1:])


def test_an_amount_finer_than_a_cent_keeps_everything_out(store):
    with pytest.raises(StoreError, match=r"bill 2026-10 of 1: 0\.005 yuan is not in whole cents"):
        store.keep([Customer("C1", "A"), Bill("1", "2026-10", Decimal(1), Decimal("0.005"))])
    assert store.customer("C1") is None


ACCOUNT = Account("1", "C1", "", "x")
BILL = Bill("1", "2026-10", Decimal(1), Decimal(1))


@pytest.mark.parametrize("orphans", [[ACCOUNT], [Customer("C1", "A"), BILL], [ACCOUNT, Customer("C1", "A")]])
def test_records_without_their_owner_keep_everything_out(store, orphans):
    with pytest.raises(StoreError, match="customer or an account that is not there: keep that first"):
        store.keep([Tariff("x", (TariffStep(Decimal(1)),)), *orphans])
    assert store.tariff("x") is None
    assert store.customer("C1") is None


def test_bills_that_are_paid_are_not_due(store):
    write_demo_data(store)
    assert [bill.month for bill in store.bills_due("12345674")] == ["2026-10"]
    assert [bill.month for bill in store.bills_due("30010011")] == ["2026-08", "2026-09", "2026-10"]
    assert store.bills_due("20260014") == ()
    assert store.bills_due("no account") == ()


@pytest.mark.parametrize("phone", ["13800003333", "+86 138 0000 3333", "0086-13800003333", "013800003333"])
def test_a_phone_finds_all_accounts_of_its_owner(store, phone):
    write_demo_data(store)
    assert [account.number for account in store.accounts_of(phone)] == ["30010011", "30010029"]


@pytest.mark.parametrize("phone", ["", "anonymous", "3800003333", "\ud800", "%", "1380000333_"])
def test_a_phone_of_nobody_finds_nothing(store, phone):
    write_demo_data(store)
    assert store.accounts_of(phone) == ()


def test_demo_data_may_be_written_again_and_sets_its_records_back(store):
    write_demo_data(store)
    store.keep([Bill("12345674", "2026-10", Decimal(15), Decimal("42.50"), paid=True)])
    assert store.bills_due("12345674") == ()
    write_demo_data(store)
    assert store.bills_due("12345674") == (Bill("12345674", "2026-10", Decimal(15), Decimal("42.50")),)


def test_demo_accounts_can_be_keyed_in_and_their_bills_follow_the_tariff(store):
    assert all(
        luhn(record.number) and len(record.number) == 8 for record in DEMO_RECORDS if isinstance(record, Account)
    )
    assert charge(RESIDENTIAL, Decimal(15)) == Decimal("42.50")
    assert charge(RESIDENTIAL, Decimal(20)) == 11 * Decimal("2.50") + 6 * Decimal("3.75") + 3 * Decimal("7.50")


def test_nothing_is_taken_after_the_close(store, make_call):
    store.close()
    store.close()
    with pytest.raises(StoreError, match="closed"):
        store.write_call(make_call())
    with pytest.raises(StoreError, match="closed"):
        write_demo_data(store)


def test_a_record_of_no_call_is_refused_where_it_is_given(store, make_call):
    with pytest.raises(AttributeError):
        store.write_call(make_call(started=date(2026, 1, 1)))
