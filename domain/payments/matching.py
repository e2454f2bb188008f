"""Match an entry of a statement to its payment: pure."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from domain.billing.money import Money
from domain.payments.orders import Entry
from domain.payments.states import AT_BANK, PaymentState
from domain.payments.words import EntryFault

_ACCEPTED_FIRST = (PaymentState.ACCEPTED, PaymentState.MISMATCH, PaymentState.SETTLED)


@dataclass(frozen=True, slots=True)
class Candidate:
    """A payment with the reference of an entry."""

    id: UUID
    bank: str
    state: PaymentState
    amount: Money
    bank_reference: str | None
    has_entry: bool
    """An entry of a statement is its already."""
    created_at: datetime


@dataclass(frozen=True, slots=True)
class Fits:
    """The entry is this payment."""

    payment_id: UUID


@dataclass(frozen=True, slots=True)
class Beside:
    """Money for the invoice of this payment that is not this payment: a part, twice, too much."""

    payment_id: UUID


def match(entry: Entry, bank: str, candidates: Sequence[Candidate]) -> Fits | Beside | EntryFault:
    """Return of which payment money that came is, or why that is not known.

    ``candidates``: payments whose invoice has the entry's reference number. A payment is met once,
    by an entry of its bank with its amount; the one that the bank names comes first, then what is
    expected most. Other money comes beside it, unless it may be what a payment without an entry
    is taken to be: both would be booked.
    """
    if entry.reference is None:
        return EntryFault.NO_REFERENCE
    if not candidates:
        return EntryFault.UNKNOWN_REFERENCE
    if all(each.amount.currency != entry.amount.currency for each in candidates):
        return EntryFault.OTHER_CURRENCY
    fitting = [each for each in candidates if _fits(entry, bank, each)]
    if fitting:
        return Fits(min(fitting, key=lambda each: _place(entry, each)).id)
    if any(_is_in_question(bank, each) for each in candidates):
        return EntryFault.IN_QUESTION
    newest = max(candidates, key=lambda each: (each.created_at, each.id))
    return Beside(newest.id)


def _fits(entry: Entry, bank: str, payment: Candidate) -> bool:
    is_met = payment.has_entry or payment.state is PaymentState.RETURNED
    return payment.bank == bank and payment.amount == entry.amount and not is_met


def _is_in_question(bank: str, payment: Candidate) -> bool:
    """Return whether money of another sum is somebody's to decide about, or was decided."""
    is_taken = payment.state in {PaymentState.MISMATCH, PaymentState.SETTLED}
    return payment.bank == bank and is_taken and not payment.has_entry


def _place(entry: Entry, payment: Candidate) -> tuple[bool, int, float]:
    is_named = payment.bank_reference == entry.bank_reference
    if payment.state in _ACCEPTED_FIRST:
        expected = _ACCEPTED_FIRST.index(payment.state)
    else:
        expected = len(_ACCEPTED_FIRST) + (payment.state not in AT_BANK)
    return not is_named, expected, -payment.created_at.timestamp()
