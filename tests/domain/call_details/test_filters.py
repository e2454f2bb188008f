"""bill.4: which usage records an extract takes: local days, half-open, and conditions."""

from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

import pytest

from domain.call_details.columns import COLUMNS, row_maker
from domain.call_details.extracts import is_allowed, oldest_day
from domain.call_details.filters import UsageFilter, period_of_days
from domain.call_details.records import Direction, UsageKind, UsageRecord
from domain.call_details.secrecy import Level

TALLINN = ZoneInfo("Europe/Tallinn")
SERVICE = UUID(int=1)


def record(started_at: str | datetime, **more: Any) -> UsageRecord:
    at = datetime.fromisoformat(started_at) if isinstance(started_at, str) else started_at
    usual = UsageRecord(
        "r1", at, UsageKind.VOICE, SERVICE, Direction.OUTGOING, "+37255500001", "+37255512345",
        "home", "EE", False, 61, 60, 0, 1, Decimal("0.0100"), Decimal(24), False, "",
    )  # fmt: skip
    return usual._replace(**more)


def which(first: date, last: date, **more: Any) -> UsageFilter:
    return UsageFilter(period_of_days(first, last, TALLINN), frozenset({SERVICE}), **more)


NOVEMBER = which(date(2026, 11, 1), date(2026, 11, 30))


@pytest.mark.parametrize(
    ("started_at", "is_taken"),
    [
        ("2026-10-31T23:59:59.999999+02:00", False),
        ("2026-11-01T00:00:00+02:00", True),
        ("2026-10-31T22:00:00Z", True),
        ("2026-11-30T23:59:59.999999+02:00", True),
        ("2026-12-01T00:00:00+02:00", False),
        ("2026-11-30T22:00:00Z", False),
    ],
)
def test_bill_4_a_month_is_half_open_in_local_time(started_at: str, *, is_taken: bool) -> None:
    """A call that begins in the last second belongs to the month, however long it lasts."""
    assert NOVEMBER.taker()(record(started_at, used_seconds=86_400)) is is_taken


@pytest.mark.parametrize(
    ("day", "hours"),
    [(date(2026, 10, 25), 25), (date(2026, 3, 29), 23), (date(2026, 11, 3), 24)],
    ids=["an hour twice", "an hour never", "any other"],
)
def test_bill_4_a_day_has_all_its_hours(day: date, hours: int) -> None:
    start, end = period_of_days(day, day, TALLINN)

    assert end - start == timedelta(hours=hours)


def test_bill_4_every_moment_around_a_change_of_clocks_is_in_one_day() -> None:
    for around in (date(2026, 10, 25), date(2026, 3, 29)):
        days = [around + timedelta(days=n) for n in (-1, 0, 1)]
        takers = [which(day, day).taker() for day in days]
        begin = period_of_days(days[0], days[0], TALLINN).start
        moments = [begin + timedelta(minutes=10 * n) for n in range(71 * 6)]
        assert {sum(takes(record(at)) for takes in takers) for at in moments} == {1}


@pytest.mark.parametrize(
    ("condition", "fits", "does_not"),
    [
        ({"kinds": frozenset({UsageKind.SMS})}, {"kind": UsageKind.SMS}, {}),
        ({"direction": Direction.FORWARDED}, {"direction": Direction.FORWARDED}, {}),
        ({"is_roaming": True}, {"is_roaming": True}, {}),
        ({"is_roaming": False}, {}, {"is_roaming": True}),
        ({"min_cost": Decimal("0.01")}, {}, {"net": Decimal("0.009999")}),
        ({"min_cost": Decimal(0)}, {"net": Decimal(0)}, {"net": Decimal("-0.01")}),
        ({}, {}, {"service_id": UUID(int=2)}),
    ],
    ids=["kind", "direction", "roaming", "home", "cost", "nothing or more", "service"],
)
def test_bill_4_a_record_must_fulfil_every_condition(
    condition: dict[str, Any], fits: dict[str, Any], does_not: dict[str, Any]
) -> None:
    takes = which(date(2026, 11, 1), date(2026, 11, 30), **condition).taker()
    at = "2026-11-03T12:00:00+02:00"

    assert takes(record(at, **fits))
    assert not takes(record(at, **does_not))


def test_bill_4_a_row_has_the_columns_in_their_order() -> None:
    row = row_maker(TALLINN, Level.OWN)(record("2026-11-03T10:00:00Z"))

    assert row is not None
    assert dict(zip(COLUMNS, row, strict=True)) == {
        "started_at": "2026-11-03T12:00:00+02:00",
        "service": "voice",
        "direction": "outgoing",
        "own_number": "+37255500001",
        "other_number": "+37255512345",
        "zone": "home",
        "country": "EE",
        "used_s": "61",
        "billed_s": "60",
        "bytes": "0",
        "count": "1",
        "net_eur": "0.0100",
        "vat_rate": "24",
        "in_bundle": "false",
        "bill_no": "",
        "record_id": "r1",
        "roaming": "false",
        "service_id": str(SERVICE),
    }


@pytest.mark.parametrize(
    ("started_at", "shown"),
    [
        ("2026-10-25T00:30:00Z", "2026-10-25T03:30:00+03:00"),
        ("2026-10-25T01:30:00Z", "2026-10-25T03:30:00+02:00"),
        ("2026-03-29T00:59:59Z", "2026-03-29T02:59:59+02:00"),
        ("2026-03-29T01:00:00Z", "2026-03-29T04:00:00+03:00"),
    ],
)
def test_bill_4_of_an_hour_that_comes_twice_the_offset_says_which(
    started_at: str, shown: str
) -> None:
    row = row_maker(TALLINN, Level.OWN)(record(started_at))

    assert row is not None
    assert row[0] == shown


def test_bill_4_a_cost_is_neither_rounded_nor_written_as_a_power() -> None:
    row = row_maker(TALLINN, Level.OWN)(
        record("2026-11-03T10:00:00Z", net=Decimal("1E-6"), vat_rate=Decimal("2.4E+1"))
    )

    assert row is not None
    assert (row[11], row[12]) == ("0.000001", "24")


TODAY = date(2026, 12, 1)


@pytest.mark.parametrize(
    ("first", "last", "allowed"),
    [
        (date(2026, 11, 1), date(2026, 11, 30), True),
        (TODAY, TODAY, True),
        (date(2026, 11, 2), date(2026, 11, 1), False),
        (TODAY, date(2026, 12, 2), False),
        (date(2025, 11, 1), TODAY, True),
        (date(2025, 10, 31), TODAY, True),
        (date(2025, 10, 30), TODAY, False),
    ],
)
def test_bill_4_a_period_is_past_and_no_longer_than_details_are_kept(
    first: date, last: date, *, allowed: bool
) -> None:
    assert is_allowed(first, last, TODAY) is allowed
    assert oldest_day(TODAY) == date(2025, 10, 31)
