"""bill.3: account numbers."""

import pytest

from domain.payments.ibans import InvalidIban, checked_iban, same_account


# The first two are samples of Estonian bank link documentation; the others are the examples of the
# SWIFT registry.
@pytest.mark.parametrize(
    "written",
    [
        "EE382200221020145685",
        "EE471000001020145685",
        "FI2112345600000785",
        "LV80BANK0000435195001",
        "LT121000011101001000",
    ],
)
def test_bill_3_published_ibans_are_right(written: str) -> None:
    assert checked_iban(written) == written


def test_bill_3_spaces_and_small_letters_are_the_same_iban() -> None:
    assert checked_iban(" ee38 2200 2210 2014 5685 ") == "EE382200221020145685"


@pytest.mark.parametrize(
    "written",
    [
        pytest.param("EE142200221234567897", id="published-as-wrong"),
        pytest.param("EE762200221020145680", id="the-account's-own-check-digit-is-wrong"),
        pytest.param("EE392200221020145685", id="mod-97-is-wrong"),
        pytest.param("EE38220022102014568", id="too-short"),
        pytest.param("XX382200221020145685", id="no-country"),
        pytest.param("221020145685", id="an-account-of-before-2014"),
        pytest.param("", id="nothing"),
    ],
)
def test_bill_3_what_is_no_iban_is_refused_without_repeating_it(written: str) -> None:
    with pytest.raises(InvalidIban) as refused:
        checked_iban(written)
    assert not written or written not in str(refused.value)


def test_bill_3_accounts_are_compared_without_their_spaces() -> None:
    assert same_account("EE38 2200 2210 2014 5685", "ee382200221020145685")
    assert not same_account("EE382200221020145685", "EE471000001020145685")
    assert not same_account("", "")
