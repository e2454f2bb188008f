"""Reads of invoices (TMF678 ``customerBill``), and of their documents."""

from collections.abc import Sequence
from uuid import UUID

from activities.adapters.billing.reads import (
    BillingReads,
    Listed,
    Unreadable,
    part_of_path,
    wrong,
)
from activities.adapters.billing.requests import ACCOUNT_UNKNOWN, NotThere
from activities.adapters.billing.wire import (
    Wire,
    WireMoney,
    WirePeriod,
    WireRef,
    WireTax,
    day_of,
    id_of,
    money_of,
    needed,
    percent_of,
    period_of,
    text_of,
)
from domain.billing.invoices import (
    BillState,
    Invoice,
    InvoiceCategory,
    Paid,
    PayTo,
    VatShare,
)
from domain.billing.money import Money

PDF = "application/pdf"
_BILLS = "/customerBill"
_CATEGORIES = {
    "creditnote": InvoiceCategory.CREDIT_NOTE,
    "duplicate": InvoiceCategory.DUPLICATE,
    "interim": InvoiceCategory.INTERIM,
    "last": InvoiceCategory.LAST,
}


class _WirePayTo(Wire):
    name: str = ""
    iban: str = ""


class _WirePayment(Wire):
    applied_amount: WireMoney | None = None
    payment: WireRef | None = None
    payment_date: str | None = None


class _WireBill(Wire):
    id: str
    bill_no: str | None = None
    bill_date: str | None = None
    billing_period: WirePeriod | None = None
    payment_due_date: str | None = None
    category: str | None = None
    state: str | None = None
    status: str | None = None  # in samples of TMF678, instead of state
    amount_due: WireMoney | None = None
    remaining_amount: WireMoney | None = None
    tax_excluded_amount: WireMoney | None = None
    tax_included_amount: WireMoney | None = None
    tax_item: Sequence[WireTax] = ()
    applied_payment: Sequence[_WirePayment] = ()
    bill_document: Sequence[WireRef] = ()
    payment_reference: str | None = None
    pay_to: _WirePayTo | None = None
    billing_account: WireRef | None = None


def invoices(reads: BillingReads, account_id: UUID, offset: int, limit: int) -> Listed[Invoice]:
    """Read a page of an account's invoices, the newest first. Raises NotDone."""
    query = {"billingAccount.id": str(account_id), "offset": str(offset), "limit": str(limit)}

    def make(bill: _WireBill) -> Invoice | None:
        if not _is_of(bill, account_id):  # billing that does not heed the query would show anyone's
            raise Unreadable
        return _invoice(bill, reads)

    return reads.many(_BILLS, _WireBill, make, query, is_first=offset == 0)


def invoice(reads: BillingReads, account_id: UUID, id_: str) -> Invoice | None:
    """Read one invoice of this account; None: it is not one to show any more. Raises NotDone.

    Billing that does not know the account says nothing of its invoices.
    """

    def make(bill: _WireBill) -> Invoice | None:
        if bill.id != id_ or not _is_of(bill, account_id):
            raise Unreadable
        return _invoice(bill, reads)

    try:
        return reads.one(f"{_BILLS}/{part_of_path(id_)}", _WireBill, make)
    except NotThere as error:
        if error.detail == ACCOUNT_UNKNOWN:
            raise
        return None


def document(reads: BillingReads, id_: str) -> bytes:
    """Read the PDF of an invoice. Raises NotDone."""
    content = reads.file(f"{_BILLS}/{part_of_path(id_)}/document", PDF)
    if not content.startswith(b"%PDF-"):
        raise wrong()
    return content


def _is_of(bill: _WireBill, account_id: UUID) -> bool:
    return bill.billing_account is not None and bill.billing_account.id == str(account_id)


def _invoice(bill: _WireBill, reads: BillingReads) -> Invoice | None:
    state = BillState((bill.state or bill.status or "").strip())
    category = (bill.category or "").replace(" ", "").replace("_", "").lower()
    if state is BillState.NEW or category == "trial":
        return None  # it is still being made, or was never meant to be sent
    issued_on = day_of(bill.bill_date, reads.zone)
    total = needed(bill.tax_included_amount or bill.amount_due)
    if issued_on is None:
        raise Unreadable
    return Invoice(
        id=id_of(bill.id),
        number=text_of(bill.bill_no) or id_of(bill.id),
        category=_CATEGORIES.get(category, InvoiceCategory.NORMAL),
        state=state,
        issued_on=issued_on,
        due_on=day_of(bill.payment_due_date, reads.zone),
        period=period_of(bill.billing_period, reads.zone),
        total=total,
        left=_left(bill, state, total),
        net=money_of(bill.tax_excluded_amount),
        vat=_vat(bill),
        paid=tuple(_paid(each, reads) for each in bill.applied_payment),
        payment_reference=_reference(bill),
        pay_to=_pay_to(bill.pay_to),
        has_document=len(bill.bill_document) > 0,
    )


def _left(bill: _WireBill, state: BillState, total: Money) -> Money:
    """What is left: where billing does not say, all of it, unless it is settled."""
    zero = Money.zero(total.currency)
    if state is BillState.SETTLED:
        return zero
    left = money_of(bill.remaining_amount or bill.amount_due) or total
    return max(left, zero)


def _vat(bill: _WireBill) -> tuple[VatShare, ...]:
    """VAT by rate. What is taxed: where billing does not say, all of it if there is one rate."""
    taxes = [each for each in bill.tax_item if each.tax_rate is not None]
    alone = bill.tax_excluded_amount if len(taxes) == 1 else None
    return tuple(_share(each, alone) for each in taxes)


def _share(tax: WireTax, alone: WireMoney | None) -> VatShare:
    rate = percent_of(tax.tax_rate)
    if rate is None:
        raise Unreadable
    return VatShare(rate, money_of(tax.taxable_amount or alone), needed(tax.tax_amount))


def _paid(payment: _WirePayment, reads: BillingReads) -> Paid:
    return Paid(needed(payment.applied_amount), day_of(payment.payment_date, reads.zone))


def _reference(bill: _WireBill) -> str | None:
    text = (bill.payment_reference or "").replace(" ", "")
    return text if text.isascii() and text.isdigit() and 2 <= len(text) <= 20 else None


def _pay_to(pay_to: _WirePayTo | None) -> PayTo | None:
    if pay_to is None or not pay_to.iban.isalnum():
        return None
    return PayTo(text_of(pay_to.name), pay_to.iban.upper())
