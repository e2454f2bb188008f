"""Table ``payment``: every statement that writes it. Each also asks its workflow to look."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import text
from sqlalchemy.exc import IntegrityError

from domain.billing.money import Money
from domain.numbers.sms_texts import Language
from domain.payments.states import PaymentState
from domain.payments.words import Attention, PaymentOrigin
from domain.processes import ProcessType, payment_id
from storage.database import Session
from storage.processes import processes


@dataclass(frozen=True, slots=True)
class PaidInvoice:
    """The invoice that a payment pays."""

    id: UUID
    account_id: UUID
    bill_id: str
    """Billing's own id."""
    number: str
    reference: str


@dataclass(frozen=True, slots=True)
class NewPayment:
    """A payment to be recorded."""

    id: UUID
    invoice: PaidInvoice
    bank: str
    amount: Money
    language: Language
    origin: PaymentOrigin = PaymentOrigin.PERSON
    person_id: UUID | None = None
    """Person who starts it; None: nobody does."""

    @property
    def state(self) -> PaymentState:
        """Its first state: money that came without being started here is there."""
        is_started = self.origin is PaymentOrigin.PERSON
        return PaymentState.CREATED if is_started else PaymentState.SETTLED


class AlreadyUnderWay(Exception):
    """Another payment of the invoice is open."""


# Money that comes later for an invoice is its owner's, whoever has the account by then.
_INSERT = text(f"""
WITH payment AS (
    INSERT INTO payment (id, process_id, account_id, owner_id, invoice_id, bill_id, invoice_number,
        origin, person_id, bank, state, amount, currency, reference, language, settled_at)
    SELECT :id, :id, a.id, COALESCE(of_invoice.owner_id, a.company_id, a.person_id),
        :invoice, :bill, :number,
        :origin, CAST(:person AS uuid), :bank, :state, :amount, :currency, :reference, :language,
        CASE WHEN :state = '{PaymentState.SETTLED}' THEN clock_timestamp() END
    FROM account a LEFT JOIN LATERAL (
        SELECT y.owner_id FROM payment y
        WHERE y.invoice_id = :invoice AND CAST(:person AS uuid) IS NULL
        ORDER BY y.created_at DESC, y.id DESC LIMIT 1
    ) of_invoice ON true
    WHERE a.id = :account
    ON CONFLICT (id) DO NOTHING RETURNING id, account_id
), process AS ({processes.asked("payment", account_id="account_id")})
SELECT id FROM payment
""")
_MOVE = text("""
UPDATE payment SET state = :state, reason = :reason,
    bank_reference = COALESCE(bank_reference, :bank_reference),
    sent_at = CASE WHEN :state = 'sent' THEN clock_timestamp() ELSE sent_at END,
    accepted_at = CASE WHEN :state = 'accepted' THEN clock_timestamp() ELSE accepted_at END,
    settled_at = CASE WHEN :state = 'settled' THEN clock_timestamp() ELSE settled_at END,
    returned_at = CASE WHEN :state = 'returned' THEN clock_timestamp() ELSE returned_at END,
    attention = :attention,
    attention_since = CASE WHEN CAST(:attention AS text) IS NULL THEN NULL
        WHEN attention = :attention THEN attention_since ELSE clock_timestamp() END,
    version = version + 1, changed_at = clock_timestamp(), seen_at = NULL, woken_at = NULL
WHERE id = :id
""")
_HANDED_OVER = text("""
UPDATE payment SET sent_at = clock_timestamp(), version = version + 1,
    changed_at = clock_timestamp(), seen_at = NULL, woken_at = NULL
WHERE id = :id RETURNING sent_at
""")
_FLAG = text("""
UPDATE payment SET attention = :attention, attention_since = CASE
    WHEN CAST(:attention AS text) IS NULL THEN NULL ELSE clock_timestamp() END,
    version = version + 1
WHERE id = :id AND attention IS DISTINCT FROM :attention RETURNING id
""")
_BOOKED = text("""
UPDATE payment SET booked_at = clock_timestamp(), booked_key = :key, unapplied = :unapplied,
    version = version + 1
WHERE id = :id AND booked_at IS NULL RETURNING id
""")
_NEVER_CAME = text("""
UPDATE payment SET settled_at = NULL, booked_at = NULL WHERE id = :id AND booked_key IS NULL
""")
_REFUNDED = text("""
UPDATE payment SET refunded_at = clock_timestamp(), version = version + 1
WHERE id = :id AND refunded_at IS NULL RETURNING id
""")


def insert(session: Session, new: NewPayment) -> bool:
    """Record a payment with its process; False: it is there already.

    Raises AlreadyUnderWay; the transaction is then over.
    """
    row = {
        "id": new.id,
        "account": new.invoice.account_id,
        "invoice": new.invoice.id,
        "bill": new.invoice.bill_id,
        "number": new.invoice.number,
        "origin": new.origin,
        "person": new.person_id,
        "bank": new.bank,
        "state": new.state,
        "amount": new.amount.amount,
        "currency": new.amount.currency,
        "reference": new.invoice.reference,
        "language": new.language,
        "workflow_id": payment_id(new.id, 0),
        **processes.new(ProcessType.PAYMENT),
    }
    try:
        return session.execute(_INSERT, row).one_or_none() is not None
    except IntegrityError as error:
        if "uq_payment_started" not in str(error.orig):
            raise
        raise AlreadyUnderWay from None


@dataclass(frozen=True, slots=True)
class Move:
    """Change of a payment."""

    state: PaymentState
    reason: str | None = None
    attention: Attention | None = None
    bank_reference: str | None = None
    """None: as before."""


def move(session: Session, id_: UUID, to: Move) -> None:
    """Give a locked payment another state."""
    row: Mapping[str, Any] = {
        "id": id_,
        "state": to.state,
        "reason": to.reason,
        "attention": to.attention,
        "bank_reference": to.bank_reference,
    }
    session.execute(_MOVE, row)


def handed_over(session: Session, id_: UUID) -> datetime:
    """Record that a locked payment is handed to its bank now, once more; returns when that is."""
    at: datetime = session.execute(_HANDED_OVER, {"id": id_}).scalar_one()
    return at


def flag(session: Session, id_: UUID, attention: Attention | None) -> bool:
    """Say why a person is to look at a locked payment; None: nobody is. False: it says so."""
    row = {"id": id_, "attention": attention}
    return session.execute(_FLAG, row).one_or_none() is not None


def booked(session: Session, id_: UUID, key: str | None, unapplied: Money | None) -> bool:
    """Record that billing has the payment, under which key; None: not by us. False: it had it."""
    left = None if unapplied is None else unapplied.amount
    row = {"id": id_, "key": key, "unapplied": left}
    return session.execute(_BOOKED, row).one_or_none() is not None


def never_came(session: Session, id_: UUID) -> None:
    """Record that what came was not this payment's. Should its own come, it is booked."""
    session.execute(_NEVER_CAME, {"id": id_})


def refunded(session: Session, id_: UUID) -> bool:
    """Record that billing knows that the money was taken back. False: it knew."""
    return session.execute(_REFUNDED, {"id": id_}).one_or_none() is not None
