"""Tables of payments: payments of invoices, what was handed to banks, and banks' statements."""

from datetime import date, datetime
from decimal import Decimal
from typing import Any
from uuid import UUID

from sqlalchemy import (
    BigInteger,
    CheckConstraint,
    Column,
    Identity,
    Index,
    Numeric,
    UniqueConstraint,
    text,
)
from sqlmodel import Field, SQLModel

from domain.payments.states import STARTED, PaymentState
from domain.payments.words import Attention, EntryFault, EntryState, PaymentOrigin
from storage.schema.columns import key, moment, one_of, row_of, words

_STARTED = ", ".join(f"'{state}'" for state in PaymentState if state in STARTED)


def _amount(*, nullable: bool = False) -> Any:
    """An amount with its cents; its currency stands beside it."""
    return Field(default=None, sa_column=Column(Numeric(14, 2), nullable=nullable))


class PaymentRow(SQLModel, table=True):
    """A payment of one invoice. Holds no account number and no card: those stay at the bank."""

    __tablename__ = "payment"
    __table_args__ = (
        one_of("state", PaymentState),
        one_of("origin", PaymentOrigin),
        one_of("attention", Attention),
        CheckConstraint("amount > 0", name="amount"),
        UniqueConstraint("process_id"),
        # However often somebody clicks. Of others whose money came late there may be several.
        Index(
            "uq_payment_started",
            "invoice_id",
            unique=True,
            postgresql_where=text(f"state IN ({_STARTED})"),
        ),
        Index(
            "uq_payment_bank_reference",
            *("bank", "bank_reference"),
            unique=True,
            postgresql_where=text("bank_reference IS NOT NULL"),
        ),
        Index("ix_payment_invoice_id", "invoice_id", "created_at", "id"),
        Index("ix_payment_account_id", "account_id"),
        Index("ix_payment_person_id", "person_id", postgresql_where=text("person_id IS NOT NULL")),
        # Some banks drop the zeros in front.
        Index("ix_payment_reference", text("ltrim(reference, '0')"), "created_at"),
        Index("ix_payment_created", "created_at", "id"),
        Index(
            "ix_payment_attention",
            *("attention_since", "id"),
            postgresql_where=text("attention IS NOT NULL"),
        ),
        Index("ix_payment_unseen", "changed_at", postgresql_where=text("seen_at IS NULL")),
        Index("ix_payment_ended_at", "ended_at", postgresql_where=text("ended_at IS NOT NULL")),
    )

    id: UUID = key()
    process_id: UUID
    """Of its last process: a payment that ended gets another where its money comes, or goes."""
    account_id: UUID = row_of("account.id")
    owner_id: UUID
    """Who owned the account when the invoice was paid first: a later owner does not see it."""
    invoice_id: UUID
    bill_id: str = words()
    """Billing's own id of the invoice."""
    invoice_number: str = words()
    origin: str = words()
    person_id: UUID | None = row_of("person.id", nullable=True)
    """Who started it; NULL: nobody did."""
    bank: str = words()
    """Its name in the settings."""
    state: str = words()
    amount: Decimal = _amount()
    currency: str = words()
    reference: str = words()
    """Reference number (viitenumber) of the invoice."""
    language: str = words()
    reason: str | None = words(nullable=True)
    """Code of why it is in its state; NULL: that says itself."""
    attention: str | None = words(nullable=True)
    attention_since: datetime | None = moment(nullable=True)
    bank_reference: str | None = words(nullable=True)
    """The bank's number of the transaction, from its signed word."""
    booked_key: str | None = words(nullable=True)
    """The key under which billing has it."""
    unapplied: Decimal | None = _amount(nullable=True)
    """What billing did not need, and returns."""
    created_at: datetime = moment(default_now=True)
    sent_at: datetime | None = moment(nullable=True)
    """When it was last handed to the bank."""
    accepted_at: datetime | None = moment(nullable=True)
    settled_at: datetime | None = moment(nullable=True)
    booked_at: datetime | None = moment(nullable=True)
    """When billing had it, or operations ended its booking."""
    returned_at: datetime | None = moment(nullable=True)
    refunded_at: datetime | None = moment(nullable=True)
    ended_at: datetime | None = moment(nullable=True)
    """When its process was over; NULL: something of it is still to come or to be done."""
    version: int = Field(default=1, sa_column_kwargs={"server_default": "1"})
    changed_at: datetime = moment(default_now=True)
    seen_at: datetime | None = moment(nullable=True)
    """When its workflow looked at it last; NULL: it is to look."""
    woken_at: datetime | None = moment(nullable=True)


class PaymentStamp(SQLModel, table=True):
    """A hand-over to the bank, known there by its stamp: a new one each time."""

    __tablename__ = "payment_stamp"
    __table_args__ = (
        CheckConstraint("stamp ~ '^[0-9]{20}$'", name="stamp"),
        Index("ix_payment_stamp_payment_id", "payment_id"),
    )

    stamp: str = Field(primary_key=True)
    payment_id: UUID = Field(foreign_key="payment.id", nullable=False, ondelete="CASCADE")
    made_at: datetime = moment(default_now=True)


class BankEntryRow(SQLModel, table=True):
    """A line of a bank's statement: money that came, or was taken back. Stored once."""

    __tablename__ = "bank_entry"
    __table_args__ = (
        one_of("state", EntryState),
        one_of("fault", EntryFault),
        UniqueConstraint("bank", "bank_reference"),
        Index("ix_bank_entry_payment_id", "payment_id"),
        Index(
            "ix_bank_entry_unmatched",
            *("received_at", "id"),
            postgresql_where=text("state = 'unmatched'"),
        ),
        Index("ix_bank_entry_received", "received_at", "id"),
        # Whether a line without a number was read before.
        Index("ix_bank_entry_booked", "bank", "booked_on", "amount"),
    )

    id: UUID = key()
    bank: str = words()
    bank_reference: str = words()
    is_numbered: bool
    """The bank gave it that number; else it is the line's place in its statement."""
    statement_id: str = words()
    amount: Decimal = _amount()
    currency: str = words()
    reference: str | None = words(nullable=True)
    booked_on: date
    is_return: bool
    transfer_id: str | None = words(nullable=True)
    returned_reference: str | None = words(nullable=True)
    payer_name: str | None = words(nullable=True)
    state: str = words()
    fault: str | None = words(nullable=True)
    payment_id: UUID | None = row_of("payment.id", nullable=True)
    received_at: datetime = moment(default_now=True)
    decided_at: datetime | None = moment(nullable=True)
    decided_by: str | None = words(nullable=True)
    """Id of the member of staff who decided about it."""


class BankStatementRow(SQLModel, table=True):
    """A statement that was read to its end."""

    __tablename__ = "bank_statement"

    bank: str = Field(primary_key=True)
    statement_id: str = Field(primary_key=True)
    place: int | None = Field(
        default=None, sa_column=Column(BigInteger, Identity(), nullable=False)
    )
    """In the order of reading: the last one of a bank is where the next reading goes on."""
    entries: int
    new_entries: int
    """Of them, those that were not known before."""
    read_at: datetime = moment(default_now=True)
