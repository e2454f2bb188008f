"""Hand-overs of a payment to its bank: each under a stamp of its own."""

from datetime import datetime

from domain.audit import Actor
from domain.payments.orders import PaymentOrder
from domain.payments.states import PaymentNews, PaymentState
from storage.database import Connection, Session
from storage.payments import learning, payments, stamps
from storage.payments.learning import Learned
from storage.payments.rows import StoredPayment


def hand_over(
    session: Session, payment: StoredPayment, return_url: str, *, actor: Actor
) -> PaymentOrder:
    """Hand a locked payment to its bank, also once more; returns what the bank is to be told.

    It must be one that can be sent (``domain.payments.states.CAN_BE_SENT``).
    """
    stamp = stamps.new(session, payment.id)
    if payment.state is not PaymentState.SENT:
        learning.learn(session, payment, Learned(PaymentNews.SENT), actor=actor)
    elif payment.ended_at is not None:  # operations ended its process: it is waited for again
        payments.flag(session, payment.id, None)
        learning.begin_again(session, payment)
    sent_at = payments.handed_over(session, payment.id)
    return _order(payment, stamp, sent_at, return_url)


def order_now(
    connection: Connection, payment: StoredPayment, return_url: str
) -> PaymentOrder | None:
    """Return what the bank is told where the last hand-over is shown once more; None: none was."""
    stamp = stamps.last(connection, payment.id)
    return None if stamp is None else _order(payment, stamp, payment.now, return_url)


def order_of(payment: StoredPayment, stamp: str) -> PaymentOrder:
    """Return what the bank was told under this stamp, as far as its word is compared with it."""
    return _order(payment, stamp, payment.sent_at or payment.created_at, "")


def last_order(session: Session, payment: StoredPayment) -> PaymentOrder | None:
    """Return what the bank was told at the last hand-over; None: there was none."""
    stamp = stamps.last(session, payment.id)
    return None if stamp is None else order_of(payment, stamp)


def _order(payment: StoredPayment, stamp: str, sent_at: datetime, return_url: str) -> PaymentOrder:
    return PaymentOrder(
        payment_id=payment.id,
        stamp=stamp,
        amount=payment.amount,
        reference=payment.reference,
        message=payment.invoice_number,
        language=payment.language,
        sent_at=sent_at,
        return_url=return_url,
    )
