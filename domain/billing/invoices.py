"""Invoices: what billing says of each, and the state that people see."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from enum import StrEnum
from uuid import UUID

from domain.billing.money import Money


class BillState(StrEnum):
    """State of a bill at billing (TMF678). It has no "overdue": that follows from the day."""

    NEW = "new"
    ON_HOLD = "onHold"
    VALIDATED = "validated"
    SENT = "sent"
    PARTIALLY_PAID = "partiallyPaid"
    SETTLED = "settled"


class InvoiceCategory(StrEnum):
    """Category of an invoice (TMF678)."""

    NORMAL = "normal"
    DUPLICATE = "duplicate"
    INTERIM = "interim"
    LAST = "last"
    CREDIT_NOTE = "credit_note"


class InvoiceState(StrEnum):
    """State of an invoice, as people see it."""

    OPEN = "open"
    PARTLY_PAID = "partly_paid"
    PAID = "paid"
    OVERDUE = "overdue"
    """Something is left to be paid, and the day on which it was due is over."""
    CREDIT = "credit"
    """A credit note: nothing is to be paid."""
    ON_HOLD = "on_hold"
    """Billing holds it back: it is not to be paid for now."""


class Settlement(StrEnum):
    """Settlement of an invoice: open while something is left to be paid."""

    OPEN = "open"
    PAID = "paid"
    CREDIT = "credit"


@dataclass(frozen=True, slots=True)
class Period:
    """Days that an invoice or a line is about, the last one included."""

    start: date
    through: date


@dataclass(frozen=True, slots=True)
class VatShare:
    """The VAT at one rate, in percent; the net amount is None where billing does not say."""

    rate: Decimal
    net: Money | None
    vat: Money


@dataclass(frozen=True, slots=True)
class Paid:
    """A payment, as far as it was applied to an invoice. The day may be unknown."""

    amount: Money
    paid_on: date | None


@dataclass(frozen=True, slots=True)
class PayTo:
    """The account to which an invoice is paid."""

    name: str
    iban: str


@dataclass(frozen=True, slots=True)
class Invoice:
    """An invoice, as billing says it is. ``id`` is billing's; people know it by its number."""

    id: str
    number: str
    category: InvoiceCategory
    state: BillState
    issued_on: date
    due_on: date | None
    period: Period | None
    total: Money
    """With VAT."""
    left: Money
    """Amount left to be paid; never below zero."""
    net: Money | None
    """Without VAT."""
    vat: Sequence[VatShare]
    paid: Sequence[Paid]
    payment_reference: str | None
    """Reference number (viitenumber) by which payments find it."""
    pay_to: PayTo | None
    has_document: bool

    @property
    def settlement(self) -> Settlement:
        """Return ``OPEN`` while something is left to be paid; ``CREDIT`` where nothing ever was."""
        if self.category is InvoiceCategory.CREDIT_NOTE or self.total.amount < 0:
            return Settlement.CREDIT
        return Settlement.OPEN if self.left.amount > 0 else Settlement.PAID

    def state_on(self, today: date) -> InvoiceState:
        """Return the state that people see on this day, a day of the installation's zone."""
        match self.settlement:
            case Settlement.CREDIT:
                return InvoiceState.CREDIT
            case Settlement.PAID:
                return InvoiceState.PAID
        if self.state is BillState.ON_HOLD:
            return InvoiceState.ON_HOLD
        if self.due_on is not None and self.due_on < today:
            return InvoiceState.OVERDUE
        return InvoiceState.PARTLY_PAID if self.left < self.total else InvoiceState.OPEN

    def is_since(self, day: date) -> bool:
        """Return whether it was issued on this day or later, and is not all about days before.

        An earlier owner's last month is billed when there is a new one: it is not for them.
        """
        return self.issued_on >= day and (self.period is None or self.period.through >= day)

    @property
    def is_payable(self) -> bool:
        """Return whether it can be paid: something is left, and billing does not hold it back."""
        return self.settlement is Settlement.OPEN and self.state is not BillState.ON_HOLD


class LineKind(StrEnum):
    """Kind of what an invoice's line is for."""

    MONTHLY_FEE = "monthly_fee"
    ONE_OFF = "one_off"
    VOICE = "voice"
    SMS = "sms"
    DATA = "data"
    ROAMING = "roaming"
    PREMIUM = "premium"
    DISCOUNT = "discount"
    PENALTY = "penalty"
    OTHER = "other"
    """A kind that billing has and the engine does not know, or none at all."""


@dataclass(frozen=True, slots=True)
class Line:
    """A line of an invoice. ``service_id``: ours; None: the whole account."""

    id: str
    text: str
    kind: LineKind
    service_id: UUID | None
    net: Money | None
    gross: Money | None
    vat_rate: Decimal | None
    """In percent."""
    period: Period | None


@dataclass(frozen=True, slots=True)
class Balance:
    """The debt of an account now; below zero: billing owes it. ``overdue`` is a part of it."""

    owed: Money
    overdue: Money
