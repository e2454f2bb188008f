"""bill.3: of which payment money is, by reference number, bank and amount."""

from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from typing import Any
from uuid import UUID

import pytest

from domain.billing.money import Money
from domain.payments.matching import Beside, Candidate, Fits, match
from domain.payments.orders import Entry
from domain.payments.states import PaymentState
from domain.payments.words import EntryFault

S = PaymentState
TEN = Money(Decimal(10))
ENTRY = Entry("E1", TEN, "13", date(2026, 12, 1))


def candidate(number: int, state: PaymentState = S.SENT, **other: Any) -> Candidate:
    usual: dict[str, Any] = {
        "id": UUID(int=number),
        "bank": "lhv",
        "state": state,
        "amount": TEN,
        "bank_reference": None,
        "has_entry": False,
        "created_at": datetime(2026, 12, 1, tzinfo=UTC) + timedelta(minutes=number),
    }
    return Candidate(**(usual | other))


@pytest.mark.parametrize(
    ("candidates", "found"),
    [
        ([candidate(1)], Fits(UUID(int=1))),
        ([candidate(1), candidate(2)], Fits(UUID(int=2))),  # the newer one
        ([candidate(1, S.ACCEPTED), candidate(2)], Fits(UUID(int=1))),  # what is expected most
        ([candidate(1, S.CANCELLED), candidate(2)], Fits(UUID(int=2))),
        ([candidate(1, S.CANCELLED)], Fits(UUID(int=1))),
        ([candidate(1, S.SETTLED)], Fits(UUID(int=1))),  # by the bank's word alone
        ([candidate(1, S.SETTLED, has_entry=True)], Beside(UUID(int=1))),  # twice
        ([candidate(1, S.RETURNED)], Beside(UUID(int=1))),
        ([candidate(1, S.ACCEPTED), candidate(2, bank_reference="E1")], Fits(UUID(int=2))),
        ([candidate(1, bank="seb")], Beside(UUID(int=1))),  # paid by hand elsewhere
        ([candidate(1, amount=Money(Decimal(9)))], Beside(UUID(int=1))),
        ([candidate(1, amount=Money(Decimal(10), "SEK"))], EntryFault.OTHER_CURRENCY),
        # Of another sum than what a person is asked about, or took for paid.
        ([candidate(1, S.MISMATCH, amount=Money(Decimal(9)))], EntryFault.IN_QUESTION),
        ([candidate(1, S.SETTLED, amount=Money(Decimal(9)))], EntryFault.IN_QUESTION),
        ([candidate(1, S.MISMATCH, amount=Money(Decimal(9))), candidate(2)], Fits(UUID(int=2))),
        ([candidate(1, S.MISMATCH, bank="seb")], Beside(UUID(int=1))),
        (
            [candidate(1, S.SETTLED, amount=Money(Decimal(9)), has_entry=True)],
            Beside(UUID(int=1)),
        ),
        ([], EntryFault.UNKNOWN_REFERENCE),
    ],
    ids=str,
)
def test_bill_3_money_is_the_payment_that_fits_best(
    candidates: list[Candidate], found: Fits | Beside | EntryFault
) -> None:
    assert match(ENTRY, "lhv", candidates) == found
    assert match(ENTRY, "lhv", candidates[::-1]) == found


def test_bill_3_money_without_a_reference_is_nobodys() -> None:
    entry = Entry("E1", TEN, None, date(2026, 12, 1))

    assert match(entry, "lhv", [candidate(1)]) is EntryFault.NO_REFERENCE
