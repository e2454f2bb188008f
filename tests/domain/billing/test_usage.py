"""Usage of a month: its sums, and what of it somebody is shown (bill.2, bill.5)."""

from datetime import date
from decimal import Decimal
from uuid import UUID

from domain.billing.money import Money
from domain.billing.usage import (
    Amount,
    UsageRow,
    by_day,
    by_service,
    net_of,
    shown,
    totals,
)
from domain.call_details.records import Direction, UsageKind

PHONE, OTHER = UUID(int=1), UUID(int=2)
FIRST, SECOND = date(2026, 10, 24), date(2026, 10, 25)
OUT, IN = Direction.OUTGOING, Direction.INCOMING
VOICE, DATA = UsageKind.VOICE, UsageKind.DATA


def _row(
    kind: UsageKind = VOICE,
    *,
    of: UUID = PHONE,
    day: date | None = None,
    roaming: bool = False,
    direction: Direction | None = OUT,
    net: str = "0",
    seconds: int = 0,
) -> UsageRow:
    return UsageRow(of, day, kind, roaming, direction, Amount(seconds, 0, 1, Money(Decimal(net))))


def test_bill_2_usage_is_summed_up_by_kind_place_and_direction() -> None:
    rows = [
        _row(DATA, direction=None),
        _row(roaming=True, direction=IN, net="0.5"),
        _row(seconds=60, net="0.0001"),
        _row(seconds=30, net="0.0002", of=OTHER),
    ]

    found = totals(rows)

    assert [(t.kind, t.roaming, t.direction, t.amount.seconds) for t in found] == [
        (VOICE, False, OUT, 90),
        (VOICE, True, IN, 0),
        (DATA, False, None, 0),
    ]
    assert found[0].amount.net.text == "0.0003"
    assert found[0].amount.quantity == 2


def test_bill_2_days_are_in_order_and_hold_each_kind_once() -> None:
    rows = [
        _row(day=SECOND, seconds=1),
        _row(DATA, day=FIRST),
        _row(day=FIRST, direction=IN, seconds=2),
        _row(day=FIRST, seconds=3),
        _row(seconds=100),
    ]

    found = by_day(rows)

    assert [(each.day, each.kind, each.amount.seconds) for each in found] == [
        (FIRST, VOICE, 5),
        (FIRST, DATA, 0),
        (SECOND, VOICE, 1),
    ]


def test_bill_2_only_the_sum_is_rounded() -> None:
    assert net_of([_row(net="0.004")] * 1000).text == "4.00"
    assert net_of([]).text == "0.00"


def test_bill_2_rows_are_found_by_their_service() -> None:
    mine, other = _row(), _row(of=OTHER)
    every = UsageRow(None, None, *mine[2:])

    assert by_service([mine, other, every]) == {PHONE: [mine], OTHER: [other]}


def test_bill_5_what_came_in_is_shown_to_the_numbers_own_user_only() -> None:
    went_out, came_in = _row(day=SECOND), _row(day=SECOND, direction=IN)
    passed_on = _row(day=SECOND, direction=Direction.FORWARDED)
    of_the_user_before = _row(day=FIRST, direction=IN)
    of_the_month = _row(direction=IN)
    rows = [went_out, came_in, passed_on, of_the_user_before, of_the_month]

    assert shown(rows, own_from=SECOND) == [went_out, came_in, passed_on]
    assert shown(rows, own_from=None) == [went_out, passed_on]


def test_bill_5_what_came_in_abroad_is_told_as_a_cost_without_how_much_it_was() -> None:
    paid = _row(roaming=True, direction=IN, net="0.12", seconds=90)

    [told] = shown([paid], own_from=None)

    assert told.amount == Amount(0, 0, 0, Money(Decimal("0.12")))
    assert (told.roaming, told.direction) == (True, None)
