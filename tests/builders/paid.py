"""What operations must look at: payments, and entries of statements that are nobody's."""

from decimal import Decimal
from uuid import UUID

from domain.billing.money import Money
from domain.payments.orders import Entry
from domain.payments.words import Attention, EntryFault
from storage.database import Database
from storage.payments import entries, learning, rows
from tests.builders.days import today


def needs_a_look(
    database: Database, payment_id: UUID | str, why: Attention = Attention.DIFFERS
) -> None:
    """Let a payment need a decision."""
    with database.transaction() as session:
        payment = rows.lock(session, UUID(str(payment_id)))
        assert payment is not None
        learning.flag(session, payment, why)


def put_entry(
    database: Database, bank: str, *, amount: str = "25.13", payer_name: str | None = None
) -> UUID:
    """Money that came without a reference; returns the id of its entry."""
    money = Money(Decimal(amount), "EUR")
    entry = Entry(f"{bank}-1", money, None, today(), payer_name=payer_name)
    with database.transaction() as session:
        id_ = entries.insert(session, bank, "statement-1", entry)
        assert id_ is not None
        entries.unmatched(session, id_, EntryFault.NO_REFERENCE)
    return id_
