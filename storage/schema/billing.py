"""Tables of what billing said last: snapshots by account and kind, and the heads of invoices."""

from datetime import date, datetime
from decimal import Decimal
from typing import Any
from uuid import UUID

from sqlalchemy import Column, Index, Numeric, UniqueConstraint, text
from sqlmodel import Field, SQLModel

from domain.billing.invoices import BillState, InvoiceCategory, Settlement
from domain.billing.snapshots import SnapshotKind
from storage.schema.columns import document, key, moment, one_of, row_of, words


class BillingSnapshotRow(SQLModel, table=True):
    """The last answer of billing about something of an account."""

    __tablename__ = "billing_snapshot"
    __table_args__ = (one_of("kind", SnapshotKind),)

    account_id: UUID = Field(primary_key=True, foreign_key="account.id")
    kind: str = Field(primary_key=True)
    subject: str = Field(primary_key=True, default="")
    """What of that kind: an id of ours or billing's, a month; empty: there is only one."""
    body: Any = document()
    """The answer, as ``services.billing.questions`` writes it: no word of billing's own."""
    read_at: datetime = moment()
    """Just before billing was asked."""


class BillingChangeRow(SQLModel, table=True):
    """When something here last changed what billing will say of an account: a payment, an order.

    A row of its own, so that an answer that was on its way then is known to be too old.
    """

    __tablename__ = "billing_change"

    account_id: UUID = Field(primary_key=True, foreign_key="account.id")
    changed_at: datetime = moment()


class InvoiceRow(SQLModel, table=True):
    """The head of an invoice, as billing said it last."""

    __tablename__ = "invoice"
    __table_args__ = (
        UniqueConstraint("billing_id"),
        one_of("category", InvoiceCategory),
        one_of("bill_state", BillState),
        one_of("settlement", Settlement),
        Index("ix_invoice_account_id", "account_id", "issued_on", "id"),
        Index(
            "ix_invoice_open",
            "account_id",
            "issued_on",
            "id",
            postgresql_where=text("settlement = 'open'"),
        ),
        Index(
            "ix_invoice_payment_reference",
            "payment_reference",
            postgresql_where=text("payment_reference IS NOT NULL"),
        ),
    )

    id: UUID = key()
    """Ours: billing's own is told to nobody."""
    account_id: UUID = row_of("account.id")
    billing_id: str = words()
    number: str = words()
    """By which people know it."""
    category: str = words()
    bill_state: str = words()
    settlement: str = words()
    issued_on: date
    due_on: date | None = None
    period_start: date | None = None
    period_through: date | None = None
    currency: str = Field(max_length=3)
    total: Decimal = Field(sa_column=Column(Numeric(21, 6), nullable=False))
    left_amount: Decimal = Field(sa_column=Column(Numeric(21, 6), nullable=False))
    """What is left to be paid."""
    payment_reference: str | None = words(nullable=True)
    has_document: bool = False
    details: dict[str, Any] = document()
    """Net amount, VAT by rate, what was paid, and to which account: amounts as decimal strings."""
    read_at: datetime = moment()
    """Just before billing was asked."""
    is_listed: bool = True
    """Whether billing still has it."""
