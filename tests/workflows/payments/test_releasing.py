"""bill.3: money that billing does not take for one invoice is booked on another, once."""

from uuid import UUID

from domain.payments.steps import book_step
from domain.payments.words import EntryDecision, PaymentDecision
from domain.provisioning.steps import Decision
from services.payments import staff
from tests.builders.billed import COMPANY, INVOICES
from tests.builders.rows import ENGINE
from tests.fixtures.payment_stack import PaymentStack


async def test_bill_3_money_that_was_not_booked_is_allocated_to_another_invoice(
    paying: PaymentStack,
) -> None:
    payment = paying.start()
    paying.banks.press(paying.come(payment), "pay")
    paying.billing.fault("refuse", "payment")
    await paying.read_statements()
    stored = paying.stored(payment["id"])
    step = book_step(stored.process_id, COMPANY.id)
    await paying.decide(payment["id"], step, Decision.ABORT)
    await paying.over(payment["id"])
    paying.billing.control("DELETE", "/faults")

    _release(paying, payment["id"])
    moved = _allocate(paying, paying.get(INVOICES)["items"][1]["id"])
    await paying.booked(moved)

    shown = paying.shown(payment["id"])
    assert (shown["state"], shown["reason"]["code"]) == ("cancelled", "payment_money_elsewhere")
    assert len(paying.billing.control("GET", "/paid")) == 1
    assert paying.paid_at_billing() == []

    # Its own money comes after all: it is booked, for nothing of it ever was.
    transfer = {"bank": "kuusk", "reference": stored.reference, "amount": stored.amount.text}
    paying.banks.control("POST", "/transfers", transfer)
    await paying.read_statements()
    await paying.booked(payment["id"])
    assert len(paying.paid_at_billing()) == 1


async def test_bill_3_what_operations_allocated_wrongly_is_allocated_again(
    paying: PaymentStack,
) -> None:
    """The payment that the allocation made is another one's from then on."""
    first, second = (each["id"] for each in paying.get(INVOICES)["items"][:2])
    paying.banks.control("POST", "/transfers", {"bank": "kuusk", "amount": "5.00"})
    await paying.read_statements()
    paying.billing.fault("refuse", "payment")
    wrong = _allocate(paying, second)
    step = book_step(paying.stored(wrong).process_id, COMPANY.id)
    await paying.decide(wrong, step, Decision.ABORT)
    await paying.over(wrong)
    paying.billing.control("DELETE", "/faults")

    _release(paying, wrong)
    right = _allocate(paying, first)
    await paying.booked(right)

    (paid,) = paying.billing.control("GET", "/paid")
    assert float(paid["total"]) == 5
    assert len(paying.paid_at_billing()) == 1


def _release(stack: PaymentStack, payment_id: str) -> None:
    staff.decide(
        stack.database, UUID(payment_id), PaymentDecision.RELEASE, actor=ENGINE, note="of another"
    )


def _allocate(stack: PaymentStack, invoice_id: str) -> str:
    """Allocate the only entry that is nobody's; returns the payment that is made of it."""
    (entry,) = stack.rows("SELECT id FROM bank_entry WHERE state = 'unmatched'")
    to = UUID(invoice_id)
    staff.decide_entry(
        stack.database, entry.id, EntryDecision.ALLOCATE, to, actor=ENGINE, note="it pays this"
    )
    (made,) = stack.rows("SELECT payment_id FROM bank_entry WHERE id = :id", id=entry.id)
    return str(made.payment_id)
