"""Money is decimal, and always has a currency (bill.1)."""

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain.billing.money import Money, MoneyError, can_be_summed

AMOUNTS = st.decimals(-(10**12), 10**12, places=6)


@pytest.mark.parametrize(
    ("told", "text", "rounded"),
    [
        ("0", "0.00", "0.00"),
        ("-0.0", "0.00", "0.00"),
        ("12.5", "12.50", "12.50"),
        ("1e3", "1000.00", "1000.00"),
        ("0.0125", "0.0125", "0.01"),
        ("0.015", "0.015", "0.02"),
        ("-0.015", "-0.015", "-0.02"),
        ("0.000001", "0.000001", "0.00"),
        # What a float makes of 12.34, and of 0.1 + 0.2.
        ("12.339999999999999857891452847979962825775146484375", "12.34", "12.34"),
        ("0.30000000000000004", "0.30", "0.30"),
        ("999999999999999.99", "999999999999999.99", "999999999999999.99"),
    ],
)
def test_bill_1_an_amount_has_two_to_six_decimals(told: str, text: str, rounded: str) -> None:
    money = Money.of_text(told)

    assert (money.text, money.rounded().text) == (text, rounded)


@pytest.mark.parametrize("told", ["NaN", "Infinity", "1e400", "1E+999999999999", "x", "", "1,5"])
def test_bill_1_what_is_no_amount_is_refused(told: str) -> None:
    with pytest.raises(MoneyError):
        Money.of_text(told)


@pytest.mark.parametrize("currency", ["", "eur", "EURO", "€"])
def test_bill_1_what_is_no_currency_is_refused(currency: str) -> None:
    with pytest.raises(MoneyError):
        Money(Decimal(1), currency)


def test_bill_1_two_currencies_are_never_added_or_compared() -> None:
    euros, kronas = Money(Decimal(1)), Money(Decimal(1), "SEK")

    with pytest.raises(MoneyError):
        _ = euros + kronas
    with pytest.raises(MoneyError):
        _ = euros < kronas
    assert euros != kronas


@given(st.lists(AMOUNTS, max_size=20))
def test_bill_1_sums_lose_nothing(amounts: list[Decimal]) -> None:
    total = sum((Money(each) for each in amounts), Money.zero())

    assert total.amount == sum(amounts)
    assert Money.of_text(total.text) == total
    assert (total - total, Money.zero() - -total) == (Money.zero(), total)
    assert total.cents == int(total.rounded().amount * 100)


@pytest.mark.parametrize(
    ("amounts", "expected"),
    [
        ([], True),
        ([Money.of_text("99999999999999")], True),
        ([Money.of_text("99999999999999"), Money.of_text("-1")], False),
        ([Money.zero(), Money.zero("SEK")], False),
    ],
    ids=["nothing", "much", "too much, with what is taken off", "two currencies"],
)
def test_bill_1_what_can_be_summed_is_of_one_currency_and_of_a_size(
    amounts: list[Money], *, expected: bool
) -> None:
    assert can_be_summed(amounts) is expected
