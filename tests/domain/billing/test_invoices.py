"""What people are told of an invoice, by what billing says and by the day (bill.1)."""

from dataclasses import replace
from datetime import date
from decimal import Decimal

import pytest

from domain.billing.invoices import BillState, Invoice, InvoiceCategory, InvoiceState, Settlement
from domain.billing.money import Money

DUE = date(2026, 6, 18)
INVOICE = Invoice(
    id="b1",
    number="2605001",
    category=InvoiceCategory.NORMAL,
    state=BillState.SENT,
    issued_on=date(2026, 6, 5),
    due_on=DUE,
    period=None,
    total=Money(Decimal("24.80")),
    left=Money(Decimal("24.80")),
    net=Money(Decimal(20)),
    vat=(),
    paid=(),
    payment_reference="26050013",
    pay_to=None,
    has_document=True,
)
PART = replace(INVOICE, left=Money(Decimal("4.80")), state=BillState.PARTIALLY_PAID)
PAID = replace(INVOICE, left=Money.zero(), state=BillState.SETTLED)
CREDIT = replace(
    INVOICE, total=Money(Decimal(-5)), left=Money.zero(), category=InvoiceCategory.CREDIT_NOTE
)
HELD = replace(INVOICE, state=BillState.ON_HOLD)
LATER = date(2026, 6, 19)


@pytest.mark.parametrize(
    ("invoice", "today", "state", "is_payable"),
    [
        (INVOICE, DUE, InvoiceState.OPEN, True),
        (INVOICE, LATER, InvoiceState.OVERDUE, True),
        (PART, DUE, InvoiceState.PARTLY_PAID, True),
        (PART, LATER, InvoiceState.OVERDUE, True),
        (PAID, LATER, InvoiceState.PAID, False),
        (CREDIT, LATER, InvoiceState.CREDIT, False),
        (HELD, LATER, InvoiceState.ON_HOLD, False),
        (replace(INVOICE, due_on=None), LATER, InvoiceState.OPEN, True),
        # Billing says "sent" of what is paid in full: the sums count.
        (replace(PAID, state=BillState.SENT), LATER, InvoiceState.PAID, False),
        # A credit note has no category of its own everywhere.
        (replace(CREDIT, category=InvoiceCategory.NORMAL), DUE, InvoiceState.CREDIT, False),
    ],
)
def test_bill_1_the_state_follows_from_sums_and_the_day(
    invoice: Invoice, today: date, state: InvoiceState, *, is_payable: bool
) -> None:
    assert invoice.state_on(today) is state
    assert invoice.is_payable is is_payable


def test_bill_1_only_what_has_something_left_is_open() -> None:
    found = [each.settlement for each in (INVOICE, PART, HELD, PAID, CREDIT)]

    assert found == [*[Settlement.OPEN] * 3, Settlement.PAID, Settlement.CREDIT]
