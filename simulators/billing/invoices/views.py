"""Invoices, lines and payments as TMF678 and TMF676 show them. Money is ``{unit, value}``."""

from datetime import timedelta
from decimal import Decimal
from typing import Any

from simulators.billing.invoices.invoices import Invoice
from simulators.billing.invoices.lines import Line
from simulators.billing.invoices.payments import Payment, Payments, Refund
from simulators.billing.invoices.taxes import rounded
from simulators.billing.months import Month, local, utc

_TYPES = {"discount": "appliedBillingCredit", "penalty": "appliedPenaltyCharge"}
_PAID_BEFORE_DUE = timedelta(days=3)


def euros(value: Decimal) -> dict[str, Any]:
    return {"unit": "EUR", "value": value}


def bill_view(invoice: Invoice, payments: Payments) -> dict[str, Any]:
    """Return an invoice as ``customerBill``."""
    left = payments.left(invoice)
    return {
        "id": invoice.id,
        "billNo": invoice.number,
        "billDate": utc(invoice.issued_at),
        "billingPeriod": _period(invoice.month),
        "paymentDueDate": f"{invoice.month.due_on}T00:00:00Z",
        "category": "credit note" if invoice.is_credit else "normal",
        "runType": "offCycle" if invoice.is_credit else "onCycle",
        "state": _state(invoice, left),
        "amountDue": euros(invoice.gross),
        "remainingAmount": euros(left),
        "taxExcludedAmount": euros(invoice.net),
        "taxIncludedAmount": euros(invoice.gross),
        "taxItem": [
            {
                "taxCategory": "VAT",
                "taxRate": each.rate,
                "taxableAmount": euros(each.net),
                "taxAmount": euros(each.tax),
            }
            for each in invoice.taxes
        ],
        "appliedPayment": _applied(invoice, payments),
        "billDocument": [
            {
                "id": f"{invoice.id}-pdf",
                "name": f"{invoice.number}.pdf",
                "mimeType": "application/pdf",
            }
        ],
        "billingAccount": {"id": str(invoice.account)},
        "paymentReference": invoice.reference,
        "payTo": {"name": invoice.ledger.form.payee, "iban": invoice.ledger.form.iban},
    }


def line_view(invoice: Invoice, number: int, line: Line) -> dict[str, Any]:
    """Return a line as ``appliedCustomerBillingRate``; ``number``: from 1."""
    told = {"kind": line.kind} | ({} if line.service is None else {"service": line.service})
    view: dict[str, Any] = {
        "id": f"{invoice.id}-{number}",
        "name": line.text,
        "type": _TYPES.get(line.kind, "appliedBillingCharge"),
        "date": utc(invoice.issued_at),
        "isBilled": True,
        "bill": {"id": invoice.id},
        "periodCoverage": _period(invoice.month),
        "taxExcludedAmount": euros(line.net),
        "taxIncludedAmount": euros(line.gross),
        "appliedTax": [
            {
                "taxCategory": "VAT",
                "taxRate": line.rate,
                "taxAmount": euros(line.gross - line.net),
            }
        ],
        "characteristic": [{"name": name, "value": value} for name, value in told.items()],
    }
    if line.product is not None:
        view["product"] = {"id": line.product, "name": line.product}
    return view


def payment_view(payment: Payment) -> dict[str, Any]:
    """Return a payment, which never changes."""
    return {
        "id": payment.id,
        "correlatorId": payment.form.correlator_id,
        "status": "done",
        "account": {"id": str(payment.form.account.id)},
        "totalAmount": euros(payment.form.total.value),
        "appliedAmount": euros(sum(payment.parts.values(), Decimal(0))),
        "unappliedAmount": euros(payment.rest),
        "paymentItem": [
            {"item": {"id": bill, "@referredType": "customerBill"}, "amount": euros(amount)}
            for bill, amount in payment.parts.items()
        ],
        "paymentDate": payment.form.paid_on,
    }


def refund_view(refund: Refund) -> dict[str, Any]:
    return {
        "id": refund.id,
        "correlatorId": refund.form.correlator_id,
        "status": "done",
        "payment": {"correlatorId": refund.form.payment.correlator_id},
        "totalAmount": euros(refund.form.total.value),
    }


def _state(invoice: Invoice, left: Decimal) -> str:
    if invoice.id in invoice.ledger.on_hold:
        return "onHold"
    if left <= 0:
        return "settled"
    return "sent" if left == invoice.gross else "partiallyPaid"


def _period(month: Month) -> dict[str, str]:
    return {"startDateTime": utc(month.start), "endDateTime": utc(month.end)}


def _applied(invoice: Invoice, payments: Payments) -> list[dict[str, Any]]:
    if invoice.was_paid:
        day = invoice.month.due_on - _PAID_BEFORE_DUE
        return [_part(f"{invoice.id}-paid", rounded(invoice.gross), f"{day}T10:00:00Z")]
    return [
        _part(each.id, each.parts[invoice.id], each.form.paid_on) for each in payments.of(invoice)
    ]


def _part(id_: str, amount: Decimal, paid_on: str) -> dict[str, Any]:
    return {"appliedAmount": euros(amount), "payment": {"id": id_}, "paymentDate": paid_on}


def issued_day(invoice: Invoice) -> str:
    """Return the day of issue as people write it."""
    return f"{local(invoice.issued_at):%d.%m.%Y}"
