"""bill.3: what billing is told of money that came."""

from datetime import UTC, date, datetime
from typing import Any, cast

from activities.adapters.billing.payments import NoBillingPayments, PaymentToBook
from activities.payments.billing_effects import BookPayment
from domain.payments.states import PaymentNews
from domain.payments.steps import book_step
from domain.provisioning.attempts import Seen
from domain.provisioning.steps import Answer, Done
from storage.database import Database
from storage.payments import taking
from tests.builders.days import ZONE
from tests.builders.payments import entry, new_payment, now, started, statement
from tests.builders.register_states import KUUSK
from tests.builders.rows import account, put

OFFICE = account(KUUSK)


class _Billing(NoBillingPayments):
    """Notes what it is told."""

    told: PaymentToBook | None = None

    def pay(self, payment: PaymentToBook, key: str) -> Answer:  # noqa: ARG002
        self.told = payment
        return Done({})


def _told(database: Database, payment_id: Any) -> PaymentToBook:
    payment, billing = now(database, payment_id), _Billing()
    step = book_step(payment.process_id, OFFICE.id)
    effect = BookPayment(billing, ZONE)
    with database.transaction() as session:
        effect.prepare(session, step, cast("Seen", None))
    effect.hand_over("payment/process/book/0")
    assert billing.told is not None
    return billing.told


def test_bill_3_who_paid_in_time_is_not_late_because_a_statement_was_read_later(
    database: Database,
) -> None:
    put(database, OFFICE)
    payment = started(database, new_payment(OFFICE.id), PaymentNews.PAID)
    booked = entry(payment, booked_on=date(2026, 6, 18))
    with database.transaction() as session:
        taking.take_statement(session, "lhv", statement(booked))

    told = _told(database, payment.id)

    assert (told.paid_on, told.bank_reference) == (date(2026, 6, 18), booked.bank_reference)


def test_bill_3_what_no_statement_has_was_paid_on_the_day_of_the_banks_word(
    database: Database,
) -> None:
    put(database, OFFICE)
    news = (PaymentNews.PAID, PaymentNews.DECIDED_PAID)
    payment = started(database, new_payment(OFFICE.id), *news)
    with database.transaction() as session:
        session.connection().exec_driver_sql(
            "UPDATE payment SET accepted_at = '2026-06-18T22:30:00Z'"
        )

    said_at = datetime(2026, 6, 18, 22, 30, tzinfo=UTC)
    assert _told(database, payment.id).paid_on == said_at.astimezone(ZONE).date()
