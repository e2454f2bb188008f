"""Invoices and their lines, as somebody sees them."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from uuid import UUID

from domain.access.permissions import Permission
from domain.access.sight import Sight
from domain.accounts import ServiceLabel
from domain.billing.invoices import InvoiceState, Line
from storage.billing.invoices import StoredInvoice
from storage.payments.payment_queries import UnderWay


@dataclass(frozen=True, slots=True)
class ShownInvoice:
    """An invoice, as people see it on a day."""

    stored: StoredInvoice
    state: InvoiceState
    may_pay: bool
    """The caller may pay it now."""
    payment: UnderWay | None = None
    """The payment that is on its way; None: there is none."""


@dataclass(frozen=True, slots=True)
class ShownInvoices:
    """A page of invoices. ``is_whole``: nothing is missing of what billing has of the account."""

    invoices: Sequence[ShownInvoice]
    is_whole: bool


@dataclass(frozen=True, slots=True)
class ShownLines:
    """Lines of an invoice, and labels of the services that they are for."""

    account_id: UUID
    lines: Sequence[Line]
    labels: Mapping[UUID, ServiceLabel]
    is_whole: bool


@dataclass(frozen=True, slots=True)
class ShownDocument:
    """The PDF of an invoice of this account."""

    account_id: UUID
    content: bytes


def shown_on(
    stored: StoredInvoice, sight: Sight, today: date, payment: UnderWay | None
) -> ShownInvoice:
    """Return an invoice as somebody with this sight of its account sees it on this day."""
    may_pay = stored.invoice.is_payable and sight.held is not None
    may_pay = may_pay and sight.sees(Permission.INVOICE_PAY)
    return ShownInvoice(stored, stored.invoice.state_on(today), may_pay, payment)
