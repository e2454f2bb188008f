"""Payments of invoices, entries of statements, and banks that only tell what a test lets them."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from datetime import date, datetime
from decimal import Decimal
from itertools import count
from typing import Any
from uuid import UUID, uuid4

from domain.billing.money import Money
from domain.numbers.sms_texts import Language
from domain.payments.orders import (
    CannotBeAsked,
    Entry,
    PaymentOrder,
    PostForm,
    Standing,
    Started,
    Statement,
    Told,
)
from domain.payments.references import make_reference
from domain.payments.states import PaymentNews
from domain.provisioning.steps import Trouble
from storage.database import Database
from storage.payments import hand_overs, learning, payments, rows
from storage.payments.learning import Learned
from storage.payments.payments import NewPayment, PaidInvoice
from storage.payments.rows import StoredPayment
from tests.builders.rows import ENGINE

BANK = "lhv"
_NUMBERS = count(1)
TEN = Money(Decimal("10.00"))


def new_payment(
    account_id: UUID,
    *,
    id_: UUID | None = None,
    invoice_id: UUID | None = None,
    person_id: UUID | None = None,
    amount: Money = TEN,
    reference: str | None = None,
) -> NewPayment:
    """A payment of an invoice that nobody else pays."""
    number = next(_NUMBERS)
    invoice = PaidInvoice(
        invoice_id or uuid4(),
        account_id,
        f"bill-{number}",
        f"2026-{number}",
        reference or make_reference(f"1000{number}"),
    )
    return NewPayment(id_ or uuid4(), invoice, BANK, amount, Language.ESTONIAN, person_id=person_id)


def started(database: Database, new: NewPayment, *news: PaymentNews) -> StoredPayment:
    """A payment that was started and handed to its bank; then these news came."""
    with database.transaction() as session:
        payments.insert(session, new)
        payment = rows.lock(session, new.id)
        assert payment is not None
        hand_overs.hand_over(session, payment, "https://api.example/return", actor=ENGINE)
    for each in news:
        told(database, new.id, Learned(each))
    return now(database, new.id)


def told(database: Database, payment_id: UUID, learned: Learned) -> bool:
    """Let a payment learn something."""
    with database.transaction() as session:
        payment = rows.lock(session, payment_id)
        assert payment is not None
        return learning.learn(session, payment, learned)


def now(database: Database, payment_id: UUID) -> StoredPayment:
    """The payment as it is."""
    with database.reading() as connection:
        found = rows.read(connection, payment_id)
    assert found is not None
    return found


def entry(payment: StoredPayment, **other: Any) -> Entry:
    """The entry of a statement that is this payment; ``other``: what is otherwise."""
    usual: dict[str, Any] = {
        "bank_reference": f"E{next(_NUMBERS)}",
        "amount": payment.amount,
        "reference": payment.reference,
        "booked_on": date(2026, 12, 1),
        "payer_name": "Mari Maasikas",
        "transfer_id": f"T{next(_NUMBERS)}",
    }
    return Entry(**(usual | other))


def statement(*entries: Entry) -> Statement:
    """A statement with these entries."""
    return Statement(f"S{next(_NUMBERS)}", "EE382200221020145685", entries)


@dataclass
class FakeBank:
    """A bank in memory: what it says when it is asked, and its statements."""

    name: str = BANK
    standings: list[Standing | Trouble] = field(default_factory=list)
    """What it answers, one after the other, the last for ever; empty: it cannot be asked."""
    questions: int = 0
    """How often it was asked."""
    written: list[Statement] = field(default_factory=list)

    def start(self, order: PaymentOrder) -> Started:
        return Started(PostForm("https://bank.example/pay", {"VK_STAMP": order.stamp}, "UTF-8"))

    def read_return(self, raw: bytes, content_type: str, received_at: datetime) -> Told:
        raise NotImplementedError

    def ask(self, order: PaymentOrder) -> Standing:  # noqa: ARG002
        self.questions += 1
        if not self.standings:
            raise CannotBeAsked
        said = self.standings.pop(0) if len(self.standings) > 1 else self.standings[0]
        if isinstance(said, Trouble):
            raise said
        return said

    def statements(self, after: str | None) -> Iterable[Statement]:
        return self._after(after)

    def _after(self, after: str | None) -> Iterator[Statement]:
        ids = [each.id for each in self.written]
        yield from self.written[0 if after is None else ids.index(after) + 1 :]
