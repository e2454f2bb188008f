"""contract.8: the working day after receipt, with the public holidays of the country."""

from datetime import date
from zoneinfo import ZoneInfo

import pytest

from domain.contracts.end_policy import EndedContract, end_terms
from domain.contracts.reasons import EndReason
from domain.contracts.sizes import SizeClass
from domain.contracts.working_days import easter_sunday, holidays_of

TALLINN, UTC = ZoneInfo("Europe/Tallinn"), ZoneInfo("UTC")


def ended(received: date, zone: ZoneInfo) -> date:
    """The day on which a protected customer's contract ends that is ended on this day."""
    contract = EndedContract(SizeClass.MICRO, None, None, None)
    is_working_day = holidays_of(zone).is_working_day
    return end_terms(contract, EndReason.CUSTOMER, received, is_working_day).earliest


@pytest.mark.parametrize(
    ("year", "month", "day"),
    [
        *((1961, 4, 2), (2000, 4, 23), (2024, 3, 31), (2025, 4, 20), (2026, 4, 5), (2027, 3, 28)),
        # The earliest and the latest that there are, and years that simple formulas get wrong.
        *((1818, 3, 22), (2038, 4, 25), (2049, 4, 18), (1954, 4, 18), (2076, 4, 19)),
    ],
)
def test_contract_8_easter_is_where_the_tables_have_it(year: int, month: int, day: int) -> None:
    assert easter_sunday(year) == date(year, month, day)


def test_contract_8_the_holidays_of_2026_are_those_of_the_law() -> None:
    days = [date.fromordinal(each) for each in range(date(2026, 1, 1).toordinal(), 739982)]
    assert days[-1].year == 2026

    assert [str(each)[5:] for each in days if holidays_of(TALLINN).falls_on(each)] == [
        *("01-01", "02-24", "04-03", "04-05", "05-01", "05-24"),
        *("06-23", "06-24", "08-20", "12-24", "12-25", "12-26"),
    ]


@pytest.mark.parametrize(
    ("received", "following"),
    [
        (date(2026, 11, 27), date(2026, 11, 30)),
        # Good Friday, and the weekend of Easter; its Monday is no holiday.
        (date(2026, 4, 2), date(2026, 4, 6)),
        (date(2026, 6, 22), date(2026, 6, 25)),
        # Thursday to Saturday are Christmas.
        (date(2026, 12, 23), date(2026, 12, 28)),
        (date(2026, 2, 23), date(2026, 2, 25)),
    ],
)
def test_contract_8_the_working_day_after_receipt_is_no_holiday(
    received: date, following: date
) -> None:
    assert ended(received, TALLINN) == following


def test_contract_8_where_no_holidays_are_known_there_are_only_weekends() -> None:
    assert ended(date(2026, 12, 24), UTC) == date(2026, 12, 25)
    assert ended(date(2026, 12, 25), UTC) == date(2026, 12, 28)
