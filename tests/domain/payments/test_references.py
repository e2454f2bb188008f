"""bill.3: reference numbers (viitenumber, 7-3-1)."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain.payments.references import (
    InvalidReference,
    checked_reference,
    make_reference,
    same_reference,
)

# The first two are in the tests of renekorss/Banklink (ProtocolHelperTest), after the example of
# pangaliit.ee; 1234561 is the reference of the samples of andris9/Pangalink.net.
VECTORS = [
    ("12131295", "2"),
    ("12131495", "0"),
    ("123456", "1"),
    ("1", "3"),
    ("7", "1"),
    ("10", "7"),
    ("1234", "4"),
    ("202611", "8"),
    ("9999999999999999999", "3"),
]


@pytest.mark.parametrize(("base", "digit"), VECTORS)
def test_bill_3_the_check_digit_is_the_published_one(base: str, digit: str) -> None:
    assert make_reference(base) == base + digit
    assert checked_reference(base + digit) == base + digit


@given(st.integers(0, 10**19 - 1), st.integers(1, 9))
def test_bill_3_a_wrong_check_digit_is_refused(base: int, off: int) -> None:
    right = make_reference(str(base))
    with pytest.raises(InvalidReference):
        checked_reference(right[:-1] + str((int(right[-1]) + off) % 10))


@pytest.mark.parametrize("base", ["", "12345678901234567890", "12a", "-1", "１２"])
def test_bill_3_only_1_to_19_digits_become_one(base: str) -> None:
    with pytest.raises(InvalidReference):
        make_reference(base)


@pytest.mark.parametrize(
    "written",
    ["", "3", "13 4", "999999999999999999930", "121312952x", "RF00121312952", "RF18539007547034"],
)
def test_bill_3_what_is_no_reference_is_refused_without_repeating_it(written: str) -> None:
    with pytest.raises(InvalidReference) as refused:
        checked_reference(written)
    assert not written or written not in str(refused.value)


@pytest.mark.parametrize(
    "written", ["121312952", " 12131 2952 ", "RF31121312952", "rf31 1213 1295 2"]
)
def test_bill_3_spaces_and_the_frame_of_iso_11649_are_dropped(written: str) -> None:
    assert checked_reference(written) == "121312952"


def test_bill_3_zeros_in_front_make_no_other_reference() -> None:
    assert checked_reference("00121312952") == "00121312952"
    assert same_reference("00121312952", "121312952")
    assert not same_reference("121312952", "121314950")
