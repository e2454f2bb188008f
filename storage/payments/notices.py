"""Tells who started a payment what they do not expect of it. What they see at the bank is not told.

The account is named only while it has the owner that it had then.
"""

from uuid import UUID

from sqlalchemy import text

from domain.audit import Actor
from domain.messages.notices import NewNotice, NoticeKind
from domain.payments.states import PaymentState
from storage.database import Session
from storage.messages import notices
from storage.payments.rows import StoredPayment

_OWNER = text("SELECT COALESCE(company_id, person_id) FROM account WHERE id = :id")
_PAYER = text("""
SELECT person_id FROM payment WHERE invoice_id = :invoice AND person_id IS NOT NULL
ORDER BY created_at DESC, id DESC LIMIT 1
""")
_WAITED = frozenset(
    {
        PaymentState.WAITING_SECOND_SIGNER,
        PaymentState.UNKNOWN,
        PaymentState.ACCEPTED,
        PaymentState.MISMATCH,
    }
)
"""Whoever paid has left by then: the bank's later no is news to them."""


def of_change(
    session: Session, payment: StoredPayment, state: PaymentState, *, actor: Actor
) -> None:
    """Tell that a payment was refused later, or that the bank took the money back."""
    if state is PaymentState.RETURNED:
        tell(session, payment, NoticeKind.PAYMENT_RETURNED, actor=actor)
    elif state is PaymentState.REFUSED and payment.state in _WAITED:
        tell(session, payment, NoticeKind.PAYMENT_REFUSED, actor=actor)


def tell(session: Session, payment: StoredPayment, kind: NoticeKind, *, actor: Actor) -> None:
    """Tell this once to who started the payment, else to who last started one of its invoice."""
    person_id: UUID | None = payment.person_id
    if person_id is None:
        asked = {"invoice": payment.invoice_id}
        person_id = session.execute(_PAYER, asked).scalar_one_or_none()
    if person_id is None:
        return
    owner_id = session.execute(_OWNER, {"id": payment.account_id}).scalar_one()
    account_id = payment.account_id if owner_id == payment.owner_id else None
    notices.create(
        session, [NewNotice(person_id, kind, payment.id, account_id=account_id)], actor=actor
    )
