"""Payments and entries of statements as staff sees them."""

from datetime import date, datetime
from typing import Self
from uuid import UUID

from pydantic import Field

from api.billing.schemas import Money
from api.http.schemas import Reason, RequestModel, ResponseModel, SingleLine
from domain.payments import reasons
from domain.payments.orders import Difference
from domain.payments.states import PaymentState
from domain.payments.words import (
    Attention,
    EntryDecision,
    EntryFault,
    EntryState,
    PaymentDecision,
    PaymentOrigin,
)
from storage.payments.entry_queries import ReadStatement, StoredEntry
from storage.payments.rows import StoredPayment


class BankEntry(ResponseModel):
    """A line of a bank's statement."""

    id: UUID
    bank: str
    bank_reference: str = Field(description="The bank's own number of the line.")
    statement_id: str = Field(description="Id of the statement, as the bank gave it.")
    amount: Money = Field(description="What came; below zero: what was taken back.")
    reference: str | None = Field(
        description="Reference number. Null: the payer gave none, or one that cannot be right."
    )
    booked_on: date
    is_return: bool = Field(description="The bank took money back.")
    payer_name: str | None = Field(description="As the bank says. Null: unknown, or erased.")
    state: EntryState
    fault: EntryFault | None = Field(description="Why it is nobody's.")
    payment_id: UUID | None
    received_at: datetime
    decided_at: datetime | None

    @classmethod
    def of(cls, entry: StoredEntry) -> Self:
        return cls(
            id=entry.id,
            bank=entry.bank,
            bank_reference=entry.bank_reference,
            statement_id=entry.statement_id,
            amount=Money.of(entry.amount),
            reference=entry.reference,
            booked_on=entry.booked_on,
            is_return=entry.is_return,
            payer_name=entry.payer_name,
            state=entry.state,
            fault=entry.fault,
            payment_id=entry.payment_id,
            received_at=entry.received_at,
            decided_at=entry.decided_at,
        )


class OpsPayment(ResponseModel):
    """A payment, as operations see it."""

    id: UUID
    account_id: UUID
    invoice_id: UUID
    invoice_number: str
    bank: str
    origin: PaymentOrigin = Field(
        description="Whether a person started it here, or the bank's statement told of it."
    )
    state: PaymentState
    amount: Money
    reference: str = Field(description="Reference number of the invoice.")
    reason: Reason | None = Field(description="Why it needs attention, or failed. Null: neither.")
    attention: Attention | None = Field(description="Why a person is to look at it.")
    attention_since: datetime | None
    bank_reference: str | None = Field(description="The bank's number, from its signed word.")
    unapplied: Money | None = Field(description="What billing did not need, and returns.")
    process_id: UUID
    created_at: datetime
    sent_at: datetime | None
    accepted_at: datetime | None = Field(
        description="When the bank said that it is paid. Null: it has not."
    )
    settled_at: datetime | None
    booked_at: datetime | None
    returned_at: datetime | None
    refunded_at: datetime | None
    ended_at: datetime | None
    decisions: list[PaymentDecision] = Field(description="What can be decided about it.")

    @classmethod
    def of(cls, payment: StoredPayment, decisions: list[PaymentDecision]) -> Self:
        reason = None if payment.reason is None else reasons.BY_CODE.get(payment.reason)
        return cls(
            id=payment.id,
            account_id=payment.account_id,
            invoice_id=payment.invoice_id,
            invoice_number=payment.invoice_number,
            bank=payment.bank,
            origin=payment.origin,
            state=payment.state,
            amount=Money.of(payment.amount),
            reference=payment.reference,
            reason=None if reason is None else Reason.of(reason),
            attention=payment.attention,
            attention_since=payment.attention_since,
            bank_reference=payment.bank_reference,
            unapplied=Money.of_any(payment.unapplied),
            process_id=payment.process_id,
            created_at=payment.created_at,
            sent_at=payment.sent_at,
            accepted_at=payment.accepted_at,
            settled_at=payment.settled_at,
            booked_at=payment.billed_at,
            returned_at=payment.returned_at,
            refunded_at=payment.refunded_at,
            ended_at=payment.ended_at,
            decisions=decisions,
        )


class OpsPaymentDetails(OpsPayment):
    """A payment, with the entries of statements that are its."""

    entries: list[BankEntry] = Field(
        default_factory=list,
        description="Lines of bank statements that are the payment's.",
    )
    differs: list[Difference] = Field(
        default_factory=list,
        description="What the bank's signed word last said otherwise than was sent; or none.",
    )


class OpsPaymentPage(ResponseModel):
    """A page of payments."""

    items: list[OpsPayment]
    next: str | None = Field(description="`after` for the next page; null: this is the last.")


class BankEntryPage(ResponseModel):
    """A page of entries, the one that came first comes first."""

    items: list[BankEntry]
    next: str | None = Field(description="`after` for the next page; null: this is the last.")


class BankStatementRead(ResponseModel):
    """A statement that was read to its end."""

    bank: str
    id: str = Field(description="The bank's own.")
    entries: int = Field(description="Number of entries in the statement.")
    new_entries: int = Field(description="Of them, those that were not known before.")
    read_at: datetime

    @classmethod
    def of(cls, statement: ReadStatement) -> Self:
        return cls(
            bank=statement.bank,
            id=statement.id,
            entries=statement.entries,
            new_entries=statement.new_entries,
            read_at=statement.read_at,
        )


class BankStatementList(ResponseModel):
    """The statements that were read last, the last one first."""

    items: list[BankStatementRead]


class PaymentDecisionInput(RequestModel):
    """A decision about a payment, and why."""

    decision: PaymentDecision = Field(description="What becomes of the payment.")
    reason: SingleLine = Field(min_length=3, max_length=500, description="Why, for the history.")


class BankEntryDecisionInput(RequestModel):
    """A decision about an entry, and why."""

    decision: EntryDecision = Field(description="What becomes of the entry.")
    invoice_id: UUID | None = Field(None, description="With `allocate`: the invoice that it pays.")
    reason: SingleLine = Field(min_length=3, max_length=500, description="Why, for the history.")
