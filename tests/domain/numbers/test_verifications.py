"""The rules of number verification: waits, what is known of an SMS, and codes as they are kept."""

from datetime import timedelta
from itertools import pairwise, product
from uuid import UUID

import pytest

from domain.numbers.verifications import (
    DeliveryStatus,
    VerificationRules,
    code_digest,
    matches,
    replaced_by,
)

KEY, OTHER_KEY = bytes(32), bytes(range(32))
ONE, OTHER = UUID(int=1), UUID(int=2)


@pytest.mark.parametrize(
    ("sends", "minutes"),
    [(0, 1), (1, 1), (2, 2), (3, 4), (4, 8), (11, 1024), (12, 1024), (10**9, 1024)],
)
def test_waits_double_and_stay_finite(sends: int, minutes: int) -> None:
    assert VerificationRules().wait_after(sends) == timedelta(minutes=minutes)


def test_no_wait_is_shorter_than_the_one_before() -> None:
    rules = VerificationRules(wait=timedelta(seconds=7))

    assert all(a <= b for a, b in pairwise(rules.wait_after(sends) for sends in range(1, 30)))


@pytest.mark.parametrize(("known", "reported"), list(product(DeliveryStatus, repeat=2)))
def test_a_delivery_status_never_goes_back(known: DeliveryStatus, reported: DeliveryStatus) -> None:
    order = list(DeliveryStatus)

    assert (known in replaced_by(reported)) == (order.index(known) < order.index(reported))


@pytest.mark.parametrize("reported", DeliveryStatus)
def test_nothing_takes_back_that_it_was_delivered(reported: DeliveryStatus) -> None:
    assert DeliveryStatus.DELIVERED not in replaced_by(reported)


def test_digests_of_the_same_code_differ_between_verifications_and_keys() -> None:
    places = list(product((KEY, OTHER_KEY), (ONE, OTHER)))

    assert len({code_digest(key, id_, "204816") for key, id_ in places}) == len(places)
    assert "204816" not in code_digest(KEY, ONE, "204816")
    assert code_digest(KEY, ONE, "204816") == code_digest(KEY, ONE, "204816")


@pytest.mark.parametrize(
    ("sent", "typed", "right"),
    [
        pytest.param(["204816"], "204816", True, id="the-code"),
        pytest.param(["204816", "135790"], "204816", True, id="the-first-of-two"),
        pytest.param(["204816", "135790"], "135790", True, id="the-second-of-two"),
        pytest.param(["204816", "135790"], "204790", False, id="a-mixture"),
        pytest.param(["204816"], "204817", False, id="another"),
        pytest.param(["000000"], "00000", False, id="a-part"),
        pytest.param([], "204816", False, id="none-was-sent"),
    ],
)
def test_any_sent_code_is_right(sent: list[str], typed: str, right: bool) -> None:
    digests = [code_digest(KEY, ONE, code) for code in sent]

    assert matches(digests, code_digest(KEY, ONE, typed)) is right
    assert matches(digests, code_digest(KEY, OTHER, typed)) is False
