"""Invoices as callers see them."""

from collections.abc import Sequence
from datetime import date
from typing import Any, Self
from uuid import UUID

from pydantic import ConfigDict, Field

from api.billing.schemas import AsOf, IsComplete, MaybeStale, Money, Stale, percent
from api.http.schemas import ResponseModel
from domain.access.permissions import Permission
from domain.billing import invoices
from domain.billing.invoices import InvoiceCategory, InvoiceState
from domain.billing.snapshots import Known
from domain.payments.states import PaymentState
from services.billing.shown_invoices import ShownInvoice, ShownInvoices


class InvoicePeriod(ResponseModel):
    """Days that something is about."""

    model_config = ConfigDict(frozen=True, validate_by_name=True, serialize_by_alias=True)

    start: date = Field(
        alias="from",
        description="The first day.",
    )
    through: date = Field(description="The last day.")

    @classmethod
    def of(cls, period: invoices.Period | None) -> Self | None:
        """The period; None for None."""
        return None if period is None else cls(start=period.start, through=period.through)


class OpenPayment(ResponseModel):
    """The payment of an invoice that is on its way."""

    id: UUID
    state: PaymentState


class InvoiceHead(ResponseModel):
    """An invoice, without what is on it."""

    id: UUID
    number: str = Field(description="By which people know it.")
    category: InvoiceCategory = Field(description="An invoice or a credit note.")
    issued_on: date
    due_on: date | None = Field(description="Null: nothing is said of it.")
    period: InvoicePeriod | None = Field(
        description="The days that it is about. Null: no certain days."
    )
    total: Money = Field(description="With VAT; below zero on a credit note.")
    left: Money = Field(description="What is left to be paid.")
    state: InvoiceState = Field(
        description="`overdue`: something is left, and `due_on` is over, by days of the"
        " installation. `credit`: a credit note, nothing is to be paid. `on_hold`: billing holds it"
        " back, it cannot be paid for now."
    )
    payment: OpenPayment | None = Field(
        description="The payment that is on its way. Null: there is none."
    )
    has_document: bool = Field(description="Whether billing has a PDF of it.")


class InvoicePage(ResponseModel):
    """A page of invoices."""

    as_of: AsOf
    stale: MaybeStale
    is_complete: IsComplete
    items: list[InvoiceHead]
    next: str | None = Field(description="`after` for the next page; null: this is the last.")


class VatShare(ResponseModel):
    """The net sum at one VAT rate, and its VAT."""

    rate: str = Field(description="In percent.", examples=["24"])
    net: Money | None = Field(description="What is taxed. Null: billing does not say.")
    vat: Money = Field(description="The tax.")


class AppliedPayment(ResponseModel):
    """A payment, as far as it was applied to the invoice."""

    amount: Money = Field(description="What of the payment was applied to the invoice.")
    paid_on: date | None = Field(description="Null: billing does not say.")


class PayTo(ResponseModel):
    """The account to which the invoice is paid."""

    name: str = Field(description="Name of the account's owner.")
    iban: str = Field(description="IBAN of the account.")


class Invoice(InvoiceHead):
    """An invoice."""

    as_of: AsOf
    stale: MaybeStale

    account_id: UUID
    net: Money | None = Field(description="Without VAT. Null: billing does not say.")
    vat: list[VatShare] = Field(description="VAT by rate.")
    paid: list[AppliedPayment] = Field(description="The payments that were applied to it.")
    payment_reference: str | None = Field(
        description="Reference number (viitenumber), by which a payment finds it."
    )
    pay_to: PayTo | None = Field(description="Where to pay it by hand. Null: billing does not say.")
    may: list[Permission] = Field(
        description="`invoice:pay`: the caller may pay it now. Empty for staff."
    )


def _head(shown: ShownInvoice) -> dict[str, Any]:
    told, payment = shown.stored.invoice, shown.payment
    return {
        "id": shown.stored.id,
        "number": told.number,
        "category": told.category,
        "issued_on": told.issued_on,
        "due_on": told.due_on,
        "period": InvoicePeriod.of(told.period),
        "total": Money.of(told.total),
        "left": Money.of(told.left),
        "state": shown.state,
        "payment": None if payment is None else OpenPayment(id=payment.id, state=payment.state),
        "has_document": told.has_document,
    }


def page_of(
    known: Known[ShownInvoices], items: Sequence[ShownInvoice], following: str | None
) -> InvoicePage:
    """Make a page of heads."""
    return InvoicePage(
        items=[InvoiceHead(**_head(each)) for each in items],
        next=following,
        is_complete=known.value.is_whole,
        as_of=known.read_at,
        stale=Stale.of(known.stale),
    )


def invoice_of(known: Known[ShownInvoice]) -> Invoice:
    """Make an invoice."""
    shown, told = known.value, known.value.stored.invoice
    pay_to = told.pay_to
    return Invoice(
        **_head(shown),
        account_id=shown.stored.account_id,
        net=Money.of_any(told.net),
        vat=[
            VatShare(rate=percent(each.rate), net=Money.of_any(each.net), vat=Money.of(each.vat))
            for each in told.vat
        ],
        paid=[
            AppliedPayment(amount=Money.of(each.amount), paid_on=each.paid_on) for each in told.paid
        ],
        payment_reference=told.payment_reference,
        pay_to=None if pay_to is None else PayTo(name=pay_to.name, iban=pay_to.iban),
        may=[Permission.INVOICE_PAY] if shown.may_pay else [],
        as_of=known.read_at,
        stale=Stale.of(known.stale),
    )
