"""Enumerations of payments: origins, causes for staff to look at one, and their decisions."""

from enum import StrEnum


class PaymentOrigin(StrEnum):
    """Origin of a payment."""

    PERSON = "person"
    """Somebody started it here."""
    STATEMENT = "statement"
    """Money came with the reference of an invoice that was paid here, and is no started payment."""
    OPERATIONS = "operations"
    """Staff said of which invoice an entry of a statement is."""


class Attention(StrEnum):
    """Cause for a person to look at a payment. May grow."""

    DIFFERS = "differs"
    """The bank's signed word names another amount, currency, reference or account."""
    REFERENCE_USED = "reference_used"
    """The bank's number of the transaction is another payment's."""
    PAID_TWICE = "paid_twice"
    """The bank's signed word has a second number of a transaction: it may be paid twice."""
    NOT_IN_STATEMENT = "not_in_statement"
    """The payment was accepted long ago, and no statement has it."""
    NOT_BOOKED = "not_booked"
    """The money has come, and operations ended its booking at billing."""
    RETURNED = "returned"
    """The bank took the money back."""
    PROCESS_ENDED = "process_ended"
    """Operations ended its process: nothing waits for the bank any more."""


class PaymentDecision(StrEnum):
    """A decision of operations about a payment."""

    TAKE_AS_PAID = "take_as_paid"
    """The money has come: it is booked at billing."""
    REFUSE = "refuse"
    """The money has not come, and will not."""
    RELEASE = "release"
    """The money that came is not booked here, nor for this invoice: its entry needs a decision."""
    SEEN = "seen"
    """Nothing is to be done any more."""


class EntryState(StrEnum):
    """State of an entry of a bank's statement."""

    MATCHED = "matched"
    """The entry is a payment's."""
    UNMATCHED = "unmatched"
    """Operations must say what it is."""
    IGNORED = "ignored"
    """Operations decided that it is no payment of an invoice."""


class EntryFault(StrEnum):
    """Cause for an entry to fit no payment."""

    NO_REFERENCE = "no_reference"
    UNKNOWN_REFERENCE = "unknown_reference"
    """No payment was started for an invoice with this reference."""
    UNKNOWN_RETURN = "unknown_return"
    """The entry takes back money that no payment has."""
    OTHER_CURRENCY = "other_currency"
    MAYBE_KNOWN = "maybe_known"
    """The entry may be a line that was read before: one of the two has no number of the bank, or
    both have the same."""
    RELEASED = "released"
    """Operations decided that it is not for the invoice whose payment it was."""
    IN_QUESTION = "in_question"
    """The entry may be the money of a payment of this invoice that a person decides or decided
    about, or that was settled without an entry: another sum than that."""


class EntryDecision(StrEnum):
    """A decision of operations about an unmatched entry."""

    ALLOCATE = "allocate"
    """The entry pays this invoice."""
    IGNORE = "ignore"


class SettledBy(StrEnum):
    """Proof that settles a payment."""

    STATEMENT = "statement"
    NOTICE = "notice"
    """The bank's signed and timely word is enough; the statement is only compared with it."""
