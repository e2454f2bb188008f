"""What billing has just failed to answer is left alone for a while (bill.1)."""

from datetime import timedelta
from uuid import UUID

import pytest

from domain.billing.snapshots import SnapshotKind
from services.billing.pauses import Pauses
from storage.billing.snapshots import Subject

BALANCE = Subject(UUID(int=1), SnapshotKind.BALANCE)
INVOICES = Subject(UUID(int=1), SnapshotKind.INVOICES)
THEIRS = Subject(UUID(int=2), SnapshotKind.BALANCE)


class Clock:
    now = 1000.0

    def __call__(self) -> float:
        return self.now


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def pauses(clock: Clock) -> Pauses:
    return Pauses(timedelta(seconds=5), clock)


def left(pauses: Pauses) -> list[float]:
    return [pauses.left(each) for each in (BALANCE, INVOICES, THEIRS)]


def test_bill_1_one_failure_pauses_one_subject(pauses: Pauses, clock: Clock) -> None:
    """An account whose bills take long must not keep the others from theirs."""
    for _ in range(3):
        pauses.failed(BALANCE)
    assert left(pauses) == [5, 0, 0]

    clock.now += 4
    assert left(pauses) == [1, 0, 0]
    clock.now += 1
    assert left(pauses) == [0, 0, 0]


def test_bill_1_failures_of_different_subjects_in_a_row_pause_billing(
    pauses: Pauses, clock: Clock
) -> None:
    pauses.failed(BALANCE)
    clock.now += 2
    pauses.failed(INVOICES)

    assert left(pauses) == [5, 5, 5]
    clock.now += 5
    assert left(pauses) == [0, 0, 0]


def test_bill_1_an_answer_between_two_failures_shows_that_billing_is_there(
    pauses: Pauses,
) -> None:
    pauses.failed(BALANCE)
    pauses.answered(THEIRS)
    pauses.failed(INVOICES)

    assert left(pauses) == [5, 5, 0]


def test_bill_1_a_refusal_is_an_answer_of_a_billing_that_is_there(pauses: Pauses) -> None:
    pauses.failed(BALANCE)
    pauses.refused(INVOICES)
    pauses.failed(THEIRS)

    assert left(pauses) == [5, 5, 5]
    pauses.answered(INVOICES)
    assert left(pauses) == [5, 0, 5]
