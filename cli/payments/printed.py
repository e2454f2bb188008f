"""Payments and entries as facts and as lines of tables."""

from collections.abc import Sequence
from typing import Any

from cli.printing.tables import Columns
from domain.payments.orders import Difference
from storage.payments.entry_queries import StoredEntry
from storage.payments.rows import StoredPayment


def payment_facts(payment: StoredPayment, differs: Sequence[Difference]) -> dict[str, Any]:
    """Return a payment as it is printed. ``differs``: what the bank said otherwise."""
    unapplied = payment.unapplied
    return {
        "id": payment.id,
        "state": payment.state,
        "attention": payment.attention,
        "attention_since": payment.attention_since,
        "reason": payment.reason,
        "differs": ", ".join(differs) or None,
        "origin": payment.origin,
        "bank": payment.bank,
        "bank_reference": payment.bank_reference,
        "amount": f"{payment.amount.text} {payment.amount.currency}",
        "returned_by_billing": None if unapplied is None else unapplied.text,
        "account_id": payment.account_id,
        "invoice_id": payment.invoice_id,
        "invoice_number": payment.invoice_number,
        "reference": payment.reference,
        "process_id": payment.process_id,
        "created_at": payment.created_at,
        "sent_at": payment.sent_at,
        "accepted_at": payment.accepted_at,
        "settled_at": payment.settled_at,
        "booked_at": payment.billed_at,
        "returned_at": payment.returned_at,
        "refunded_at": payment.refunded_at,
        "ended_at": payment.ended_at,
    }


COLUMNS = Columns(
    ("payment", "state", "attention", "since", "bank", "amount", "invoice", "started"),
    spare=("started", "bank"),
)
ENTRY_COLUMNS = Columns(
    ("entry", "state", "why", "bank", "booked", "amount", "reference", "payer"),
    spare=("payer", "bank", "booked"),
)


def payment_line(payment: StoredPayment) -> tuple[object, ...]:
    """Return a payment as a line of a table with COLUMNS."""
    amount = f"{payment.amount.text} {payment.amount.currency}"
    number, times = payment.invoice_number, (payment.attention_since, payment.created_at)
    id_, what = payment.id, payment.attention
    return id_, payment.state, what, times[0], payment.bank, amount, number, times[1]


def entry_line(entry: StoredEntry) -> tuple[object, ...]:
    """Return an entry as a line of a table with ENTRY_COLUMNS."""
    amount = f"{'-' if entry.is_return else ''}{entry.amount.text} {entry.amount.currency}"
    what = (entry.state, entry.fault, entry.bank, entry.booked_on)
    return entry.id, *what, amount, entry.reference, entry.payer_name
