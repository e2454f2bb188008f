"""Amounts, times and data as people of each language read them."""

import re

import pytest

from web.theme import measures

LOCALES = ("et_EE", "ru_RU", "en_GB")


def plain(said: str) -> str:
    """With the spaces that a keyboard has."""
    return re.sub(r"\s", " ", said)


def euros(amount: str) -> dict[str, str]:
    return {"amount": amount, "currency": "EUR"}


@pytest.mark.parametrize(
    ("amount", "shown"),
    [
        ("1234.5", ("1 234,50 €", "1 234,50 €", "€1,234.50")),
        ("-20.00", ("-20,00 €", "-20,00 €", "-€20.00")),
        ("0.003400", ("0,0034 €", "0,0034 €", "€0.0034")),
        ("12.100000", ("12,10 €", "12,10 €", "€12.10")),
        ("0.00005", ("0,0001 €", "0,0001 €", "€0.0001")),
    ],
)
def test_bill_6_parts_of_a_cent_are_shown_where_there_are(
    amount: str, shown: tuple[str, ...]
) -> None:
    said = tuple(plain(measures.amount(euros(amount), locale)) for locale in LOCALES)
    assert tuple(each.replace("−", "-") for each in said) == shown


def test_bill_6_a_difference_has_its_sign() -> None:
    more = measures.more_than(euros("3.00"), euros("2.50"), "et_EE")
    less = measures.more_than(euros("2.50"), euros("3.00"), "et_EE")

    assert plain(more) == "+0,50 €"
    assert plain(less).replace("−", "-") == "-0,50 €"


@pytest.mark.parametrize(
    ("seconds", "shown"),
    [(0, "0 sek"), (59, "59 sek"), (60, "1 min"), (3599, "1 t"), (3900, "1 t 5 min")],
)
def test_bill_6_a_time_of_calls(seconds: int, shown: str) -> None:
    assert plain(measures.duration(seconds, "et_EE")) == shown


@pytest.mark.parametrize(
    ("count", "shown"),
    [(0, "0 МБ"), (999, "999 Б"), (1536, "1,5 кБ"), (20 * 2**20, "20 МБ"), (2**40, "1 024 ГБ")],
)
def test_bill_6_an_amount_of_data(count: int, shown: str) -> None:
    assert plain(measures.data(count, "ru_RU")) == shown


def test_bill_6_months_and_rates() -> None:
    months = [measures.month("2026-11", locale) for locale in LOCALES]
    rates = [plain(measures.rate(rate, "et_EE")) for rate in ("24", "5.5", "0")]

    assert months == ["november 2026", "ноябрь 2026", "November 2026"]
    assert rates == ["24%", "5,5%", "0%"]
