"""Use case: cancel a payment here. What the bank is carrying out is cancelled there."""

from uuid import UUID

from domain.audit import Actor
from domain.payments.states import CAN_BE_CANCELLED, PaymentNews, PaymentState
from services.engine import Engine
from services.errors import NotFound, Refused
from services.payments.access import require_payer, seen_payment
from services.payments.paying import Paying
from services.payments.views import ShownPayment, Viewer, show
from storage.database import Session
from storage.payments import learning, rows
from storage.payments.learning import Learned


async def cancel(
    engine: Engine, paying: Paying, payment_id: UUID, viewer: Viewer, *, actor: Actor
) -> ShownPayment:
    """Cancel a payment that nobody has paid as far as is known. Idempotent.

    If it was paid at the bank all the same, that counts.

    Raises:
        NotFound: This person does not see it.
        Refused: ``not_permitted``, or ``payment_not_cancellable``.
    """

    def write(session: Session) -> ShownPayment:
        connection = session.connection()
        seen_payment(connection, payment_id, viewer.sight_of)
        payment = rows.lock(session, payment_id)
        if payment is None:
            raise NotFound
        require_payer(connection, payment.account_id, viewer.sight_of)
        if payment.state is not PaymentState.CANCELLED:
            if payment.state not in CAN_BE_CANCELLED:
                raise Refused("payment_not_cancellable")
            learning.learn(session, payment, Learned(PaymentNews.CANCELLED), actor=actor)
        cancelled = rows.read(session, payment_id) or payment
        return show(connection, cancelled, viewer, paying, None)

    return await engine.write(write)
