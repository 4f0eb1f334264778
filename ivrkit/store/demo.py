"""Records to try the hotline with: a handful of customers, one for each way its flows can go.

Prices are made up, but built as Chinese cities build theirs: three steps at 1 : 1.5 : 3, the first wide enough for four
households in five (NDRC circular 发改价格〔2013〕2676号). 15 m³ cost 11 × 2.50 + 4 × 3.75 = 42.50 yuan.

    calls from     account     owes
    13800001111    12345674    42.50 for 2026-10, 15 m³
    13800002222    20260014    nothing: paid
    13800003333    30010011    three months
                   30010029    one month; two accounts, so the caller is asked which
    (no phone)     88880000    a shop, on the business tariff
"""

from __future__ import annotations

from decimal import Decimal

from ivrkit.actions.records import Account, Bill, Customer, Record, Tariff, TariffStep
from ivrkit.store.contract import Store

RESIDENTIAL = Tariff(
    "residential",
    (
        TariffStep(Decimal("2.50"), up_to=Decimal(11)),
        TariffStep(Decimal("3.75"), up_to=Decimal(17)),
        TariffStep(Decimal("7.50")),
    ),
)
BUSINESS = Tariff("business", (TariffStep(Decimal("4.10")),))


def charge(tariff: Tariff, usage: Decimal) -> Decimal:
    """Yuan for the cubic metres of one month."""
    total, below = Decimal(0), Decimal(0)
    for step in tariff.steps:
        top = usage if step.up_to is None else min(usage, step.up_to)
        total += max(top - below, Decimal(0)) * step.price
        below = top
    return total


def write_demo_data(store: Store) -> None:
    """Write the demo records; those that are there already are set back. Returns when they are written."""
    store.keep(DEMO_RECORDS)


def _bill(account: str, month: str, usage: int, *, tariff: Tariff = RESIDENTIAL, paid: bool = False) -> Bill:
    return Bill(account, month, Decimal(usage), charge(tariff, Decimal(usage)), paid)


DEMO_RECORDS: tuple[Record, ...] = (
    RESIDENTIAL,
    BUSINESS,
    Customer("C1001", "王小明", ("13800001111",)),
    Customer("C1002", "李芳", ("13800002222",)),
    Customer("C1003", "Anna Schmidt", ("13800003333", "+14155552671")),
    Customer("C2001", "四季面馆"),
    Account("12345674", "C1001", "滨河路12号3单元401室", RESIDENTIAL.kind),
    Account("20260014", "C1002", "解放路88号502室", RESIDENTIAL.kind),
    Account("30010011", "C1003", "东湖路6号1101室", RESIDENTIAL.kind),
    Account("30010029", "C1003", "东湖路6号1102室", RESIDENTIAL.kind),
    Account("88880000", "C2001", "中山路200号", BUSINESS.kind),
    _bill("12345674", "2026-09", 11, paid=True),
    _bill("12345674", "2026-10", 15),
    _bill("20260014", "2026-10", 9, paid=True),
    _bill("30010011", "2026-08", 10),
    _bill("30010011", "2026-09", 12),
    _bill("30010011", "2026-10", 19),
    _bill("30010029", "2026-10", 6),
    _bill("88880000", "2026-10", 63, tariff=BUSINESS),
)
