"""Days, money, numbers and names as people of each language read them."""

import re
from datetime import UTC, date, datetime
from decimal import Decimal
from zoneinfo import ZoneInfo

import pytest

from runtime.texts import Language
from web.theme.formats import Formats, cents, cost, name, phone

ET, RU, EN = Language.ESTONIAN, Language.RUSSIAN, Language.ENGLISH
NIGHT = datetime(2027, 6, 29, 22, 30, tzinfo=UTC)
"""Half past one of the 30th in Estonia."""


def formats(language: Language) -> Formats:
    return Formats(language, ZoneInfo("Europe/Tallinn"))


def plain(said: str) -> str:
    """With the spaces that a keyboard has."""
    return re.sub(r"\s", " ", said)


@pytest.mark.parametrize(
    ("language", "day", "long_day", "moment", "money", "number"),
    [
        (ET, "30.06.2027", "30. juuni 2027", "30.06.2027 01:30", "1 234,50 €", "12 345,5"),
        (RU, "30.06.2027", "30 июня 2027 г.", "30.06.2027 01:30", "1 234,50 €", "12 345,5"),
        (EN, "30 June 2027", "30 June 2027", "30 June 2027 01:30", "€1,234.50", "12,345.5"),
    ],
)
def test_page_4_formats_of_a_language(
    language: Language, *, day: str, long_day: str, moment: str, money: str, number: str
) -> None:
    made = formats(language)
    for value in (NIGHT, NIGHT.isoformat(), date(2027, 6, 30), "2027-06-30"):
        assert made.day(value) == day
        assert plain(made.long_day(value)) == long_day
        assert made.typed_day(value) == "30.06.2027"

    assert made.moment(NIGHT) == moment
    assert plain(made.money(123450)) == money
    assert plain(made.number(Decimal("12345.5"))) == number


@pytest.mark.parametrize(
    ("typed", "meant"),
    [
        ("25,50", 2550),
        ("25.5", 2550),
        ("0", 0),
        ("1 250,00 €", 125_000),
        ("30 EUR", 3000),
        ("1,234", None),
        ("1.234,50", None),
        ("-5", None),
        ("nonsense", None),
        ("٣٠", None),
        ("", None),
    ],
)
def test_page_9_an_amount_is_typed_in_euros(typed: str, meant: int | None) -> None:
    assert cents(typed) == meant
    if meant is not None:
        for language in Language:
            assert cents(formats(language).typed_money(meant)) == meant


@pytest.mark.parametrize(
    ("typed", "meant"),
    [
        ("0,05", "0.05"),
        ("1 250.5 €", "1250.5"),
        ("0,0125", "0.0125"),
        ("", None),
        ("viis", None),
        ("-1", None),
        ("0,0000001", None),
        ("1e-99999999", None),
        ("1e5", None),
        ("NaN", None),
    ],
)
def test_bill_6_what_a_call_may_cost_is_typed_as_people_write_it(
    typed: str, meant: str | None
) -> None:
    assert cost(typed) == meant


def test_page_4_a_time_says_the_exact_moment_too() -> None:
    said = formats(ET).time("2027-06-29T22:30:00+00:00", "moment")

    assert said == '<time datetime="2027-06-29T22:30:00+00:00">30.06.2027 01:30</time>'


@pytest.mark.parametrize(
    ("number", "shown"),
    [
        ("+3725123456", "+372 512 3456"),
        ("+37251234567", "+372 5123 4567"),
        ("+3725••••67", "+3725••••67"),
        ("1-800", "1-800"),
    ],
)
def test_page_4_a_number_is_in_groups(number: str, shown: str) -> None:
    assert plain(phone(number)) == shown


@pytest.mark.parametrize(
    ("told", "shown"),
    [
        ("MARI-LIIS MÄNNIK", "Mari-Liis Männik"),
        ("Ursula von der Leyen", "Ursula von der Leyen"),
        ("ЖАННА ШИЛОВА", "Жанна Шилова"),
    ],
)
def test_page_4_a_name_is_as_people_write_it(told: str, shown: str) -> None:
    assert name(told) == shown


def test_page_7_what_is_over_at_midnight_lasted_through_the_day_before() -> None:
    midnight = datetime(2027, 6, 30, 21, tzinfo=UTC)

    assert formats(ET).last_day(midnight) == date(2027, 6, 30)
    assert formats(ET).last_day(NIGHT.isoformat()) == date(2027, 6, 30)
