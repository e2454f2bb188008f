"""Closing of a prefix whose codes do not come back."""

import pytest

from domain.numbers.conversion_watch import Conversion, ConversionWatch

WATCH = ConversionWatch(least=10, share=0.2, persons=3)


@pytest.mark.parametrize(
    ("sent", "verified", "persons", "closes"),
    [
        pytest.param(10, 0, 3, True, id="none-came-back"),
        pytest.param(9, 0, 9, False, id="too-few-to-tell"),
        pytest.param(10, 2, 8, False, id="just-enough-came-back"),
        pytest.param(11, 2, 9, True, id="just-too-few-came-back"),
        pytest.param(0, 0, 0, False, id="nothing-was-sent"),
        pytest.param(1000, 0, 2, False, id="fault-25-of-two-persons"),
    ],
)
def test_which_conversion_closes_a_prefix(
    sent: int, verified: int, persons: int, closes: bool
) -> None:
    assert WATCH.closes(Conversion(sent, verified, persons)) is closes


def test_a_share_of_zero_closes_nothing() -> None:
    assert not ConversionWatch(least=1, share=0).closes(Conversion(1000, 0, 1000))


def test_the_reason_says_how_many_came_back() -> None:
    reason = Conversion(13, 1, 12).reason

    assert (reason.code, reason.text) == ("low_conversion", "1 of 13 codes came back")
