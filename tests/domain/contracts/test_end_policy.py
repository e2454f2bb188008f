"""contract.8: when a contract ends and what that costs, by size class, reason and term."""

from datetime import date, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from domain.contracts.end_policy import (
    LAWS,
    CostLine,
    EndedContract,
    EndNotPossible,
    EndRule,
    device_left,
    end_terms,
)
from domain.contracts.reasons import EndReason
from domain.contracts.sizes import SizeClass
from domain.contracts.starts import FrozenPrice
from domain.contracts.working_days import holidays_of

R = EndRule
FRIDAY = date(2026, 11, 27)
MONDAY, TUESDAY = date(2026, 11, 30), date(2026, 12, 1)
MONTHLY = FrozenPrice(3000, "EUR", is_vat_included=True, period="monthly")
JOINING = FrozenPrice(1500, "EUR", is_vat_included=True, period="once")
DEVICE = FrozenPrice(12000, "EUR", is_vat_included=True, period="once")


def working(day: date) -> bool:
    return day.weekday() < 5


def contract(size: SizeClass, **changes: Any) -> EndedContract:
    values: dict[str, Any] = {
        "signed_on": date(2026, 1, 5),
        "starts_on": date(2026, 1, 6),
        "committed_until": None,
        "prices": (MONTHLY,),
    }
    return EndedContract(size, **values | changes)


def line(cents: int, rule: EndRule) -> CostLine:
    return CostLine(cents, "EUR", is_vat_included=True, rule=rule)


@pytest.mark.parametrize("size", [each for each in SizeClass if each.is_protected])
@pytest.mark.parametrize(
    ("today", "wished", "earliest"),
    [
        (FRIDAY, None, MONDAY),
        (MONDAY, None, TUESDAY),
        (MONDAY, MONDAY, TUESDAY),
        (MONDAY, date(2027, 3, 1), date(2027, 3, 1)),
    ],
)
def test_contract_8_a_protected_customer_ends_on_the_next_working_day_whatever_the_term(
    size: SizeClass, today: date, wished: date | None, earliest: date
) -> None:
    found = end_terms(
        contract(size, committed_until=date(2028, 1, 5)),
        EndReason.CUSTOMER,
        today,
        working,
        wished,
    )

    assert (found.earliest, found.cost, found.rules) == (earliest, (), (R.NEXT_WORKING_DAY,))


def test_contract_8_a_device_that_is_kept_is_all_that_a_protected_customer_pays() -> None:
    kept = contract(SizeClass.MICRO, device_left=DEVICE, committed_until=date(2028, 1, 5))

    found = end_terms(kept, EndReason.CUSTOMER, MONDAY, working)

    assert found.cost == (line(12000, R.DEVICE_LEFT),)
    assert found.rules == (R.NEXT_WORKING_DAY, R.DEVICE_LEFT)


@pytest.mark.parametrize(
    ("committed", "cents"),
    [
        (None, None),
        (date(2026, 12, 29), None),
        (date(2026, 12, 30), 96),
        (date(2027, 1, 28), 2903),
        (date(2027, 1, 29), 3000),
        (date(2027, 12, 29), 36000),
        (date(2027, 12, 31), 36193),
    ],
)
def test_contract_8_a_larger_customer_gives_notice_and_pays_what_is_left_of_the_term(
    committed: date | None, cents: int | None
) -> None:
    held = contract(SizeClass.LARGER, committed_until=committed)

    found = end_terms(held, EndReason.CUSTOMER, MONDAY, working)

    assert found.earliest == MONDAY + timedelta(days=30)
    assert found.cost == (() if cents is None else (line(cents, R.TERM_LEFT),))


@pytest.mark.parametrize("days", [0, 3, 14])
@pytest.mark.parametrize("begins_at_once", [True, False])
@pytest.mark.parametrize("starts_in", [None, 0, 2])
def test_contract_10_a_consumer_who_withdraws_pays_for_days_that_they_had_asked_for_only(
    days: int, begins_at_once: bool, starts_in: int | None
) -> None:
    """What was paid once comes back; neither the term nor a device costs anything."""
    held = contract(
        SizeClass.CONSUMER,
        signed_on=MONDAY,
        starts_on=None if starts_in is None else MONDAY + timedelta(days=starts_in),
        committed_until=date(2028, 1, 5),
        device_left=DEVICE,
        prices=(MONTHLY, JOINING),
        begins_at_once=begins_at_once,
    )

    today = MONDAY + timedelta(days=days)
    found = end_terms(held, EndReason.WITHDRAWAL, today, working)

    used = 0 if starts_in is None or not begins_at_once else max(days - starts_in, 0)
    month = 31 if starts_in else 30
    expected = [
        line(-1500, R.PAID_BACK),
        *([line(3000 * used // month, R.DAYS_USED)] if used else []),
    ]
    assert found.earliest == today
    assert list(found.cost) == expected
    assert list(found.rules) == [R.WITHDRAWAL, *(each.rule for each in expected)]


@pytest.mark.parametrize(
    ("size", "signed", "reason", "told"),
    [
        (SizeClass.CONSUMER, date(2026, 11, 13), EndReason.WITHDRAWAL, None),
        (SizeClass.MICRO, MONDAY, EndReason.WITHDRAWAL, None),
        (SizeClass.CONSUMER, None, EndReason.WITHDRAWAL, None),
        (SizeClass.CONSUMER, MONDAY, EndReason.CHANGED_TERMS, None),
        (SizeClass.LARGER, MONDAY, EndReason.CHANGED_TERMS, date(2026, 10, 27)),
    ],
)
def test_contract_10_a_reason_whose_time_is_over_ends_nothing(
    size: SizeClass, signed: date | None, reason: EndReason, told: date | None
) -> None:
    held = contract(size, signed_on=signed, terms_changed_on=told)

    with pytest.raises(EndNotPossible):
        end_terms(held, reason, MONDAY, working)


@pytest.mark.parametrize(
    ("reason", "signed", "told", "last"),
    [
        (EndReason.WITHDRAWAL, date(2026, 11, 14), None, MONDAY),
        (EndReason.WITHDRAWAL, date(2026, 12, 10), None, date(2026, 12, 28)),
        (EndReason.CHANGED_TERMS, None, date(2026, 10, 29), MONDAY),
    ],
)
def test_contract_8_a_term_that_ends_on_a_day_off_ends_on_the_next_working_day(
    reason: EndReason, signed: date | None, told: date | None, last: date
) -> None:
    """The 14th day, or that of the month, is a Saturday, a holiday before a weekend, a Sunday."""
    held = contract(SizeClass.CONSUMER, signed_on=signed, terms_changed_on=told)
    is_working_day = holidays_of(ZoneInfo("Europe/Tallinn")).is_working_day

    assert end_terms(held, reason, last, is_working_day).earliest == last
    with pytest.raises(EndNotPossible):
        end_terms(held, reason, last + timedelta(days=1), is_working_day)


def test_contract_8_whoever_does_not_agree_to_changed_terms_names_a_day_of_that_month() -> None:
    held = contract(SizeClass.LARGER, terms_changed_on=date(2026, 11, 9))
    last = date(2026, 12, 9)

    found = end_terms(held, EndReason.CHANGED_TERMS, MONDAY, working, last)

    assert found.earliest == last
    with pytest.raises(EndNotPossible):
        end_terms(held, EndReason.CHANGED_TERMS, MONDAY, working, last + timedelta(days=1))


def test_contract_8_whoever_does_not_agree_to_changed_terms_leaves_at_no_cost() -> None:
    held = contract(
        SizeClass.LARGER, committed_until=date(2028, 1, 5), terms_changed_on=date(2026, 10, 30)
    )

    found = end_terms(held, EndReason.CHANGED_TERMS, MONDAY, working)

    assert (found.earliest, found.cost, found.rules) == (MONDAY, (), (R.CHANGED_TERMS,))


@pytest.mark.parametrize("size", SizeClass)
def test_contract_10_an_end_from_outside_comes_at_its_own_moment(size: SizeClass) -> None:
    held = contract(size, committed_until=date(2028, 1, 5))

    found = end_terms(held, EndReason.PORTED_OUT, MONDAY, working, TUESDAY)

    assert (found.earliest, found.cost, found.rules) == (TUESDAY, (), (R.OUTSIDE,))


def test_contract_8_every_rule_has_its_law_beside_it() -> None:
    assert set(LAWS) == set(EndRule)


@pytest.mark.parametrize(
    ("value", "instalments", "cents"),
    [(9000, 12000, 9000), (12000, 9000, 9000), (9000, None, 9000), (None, 0, 0)],
)
def test_contract_8_a_kept_device_costs_its_value_or_the_instalments_whichever_is_less(
    value: int | None, instalments: int | None, cents: int
) -> None:
    left = device_left(value, instalments)

    assert left == FrozenPrice(cents, "EUR", is_vat_included=True, period="once")
    assert device_left(None, None) is None


@pytest.mark.parametrize(
    ("size", "reason", "committed", "is_known"),
    [
        (SizeClass.LARGER, EndReason.CUSTOMER, date(2028, 1, 5), False),
        (SizeClass.LARGER, EndReason.CUSTOMER, None, True),
        (SizeClass.MICRO, EndReason.CUSTOMER, date(2028, 1, 5), True),
        (SizeClass.CONSUMER, EndReason.WITHDRAWAL, None, False),
    ],
)
def test_contract_8_what_an_end_costs_is_unknown_where_it_hangs_on_prices_nobody_told(
    size: SizeClass, reason: EndReason, committed: date | None, *, is_known: bool
) -> None:
    told = contract(size, prices=None, committed_until=committed, signed_on=MONDAY)

    found = end_terms(told, reason, MONDAY, working)

    assert (found.cost, found.is_cost_known) == ((), is_known)
    if size is SizeClass.LARGER and committed:
        assert found.rules == (R.NOTICE, R.TERM_LEFT)
