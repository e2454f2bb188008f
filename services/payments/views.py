"""Payments as they are shown."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from uuid import UUID

from domain.access.permissions import Permission
from domain.access.sight import Sight
from domain.payments.orders import PostForm, Redirect
from domain.payments.states import CAN_BE_CANCELLED, CAN_BE_SENT
from services.billing import invoices
from services.billing.reader import BillingReader
from services.billing.sight import SightOf
from services.engine import Engine
from services.payments.access import is_of_owner, seen_payment
from services.payments.paying import Paying
from storage.database import Connection
from storage.parties import people
from storage.payments import hand_overs, payment_queries
from storage.payments.payment_queries import Place
from storage.payments.rows import StoredPayment

Action = Redirect | PostForm


@dataclass(frozen=True, slots=True)
class ShownPayment:
    """A payment as one caller sees it."""

    payment: StoredPayment
    bank_title: str
    started_by: str | None
    """Name; None: nobody started it, or it is not for this caller."""
    is_mine: bool
    may_cancel: bool
    action: Action | None = None
    """The payer's way to the bank; None: there is nothing to do there, or not for them."""


@dataclass(frozen=True, slots=True)
class Viewer:
    """The viewer of a payment. ``person_id``: None: staff, or nobody we know."""

    person_id: UUID | None
    sight_of: SightOf


async def read_payment(
    engine: Engine, paying: Paying, payment_id: UUID, viewer: Viewer
) -> ShownPayment:
    """Return a payment; to who may pay it, how it is paid, too. Raises NotFound.

    Needs `invoice:view` on its account. What leads to the bank is signed anew each time, under the
    stamp of the last hand-over.
    """

    def read(connection: Connection) -> ShownPayment:
        payment, sight = seen_payment(connection, payment_id, viewer.sight_of)
        action = None
        if _may_pay(sight) and payment.state in CAN_BE_SENT and _is_shown(connection, payment):
            action = _action(connection, payment, paying)
        return _shown(connection, payment, sight, viewer, paying, action=action)

    return await engine.read(read)


async def list_payments(
    engine: Engine,
    billing: BillingReader,
    paying: Paying,
    invoice_id: UUID,
    viewer: Viewer,
    *,
    before: Place | None,
    limit: int,
) -> Sequence[ShownPayment]:
    """Return the payments of an invoice that were started here, the newest first. Raises NotFound.

    Needs `invoice:view` on its account. A later owner of it does not see an earlier one's.
    """
    _, sight = await invoices.find_seen(engine, billing, invoice_id, viewer.sight_of)

    def read(connection: Connection) -> Sequence[ShownPayment]:
        of_all = sight.held is None
        found = payment_queries.of_invoice(
            connection, invoice_id, of_all=of_all, before=before, limit=limit
        )
        return [_shown(connection, each, sight, viewer, paying) for each in found]

    return await engine.read(read)


def show(
    connection: Connection,
    payment: StoredPayment,
    viewer: Viewer,
    paying: Paying,
    action: Action | None,
) -> ShownPayment:
    """Return a payment as its payer sees it."""
    sight = viewer.sight_of(connection, payment.account_id)
    return _shown(connection, payment, sight, viewer, paying, action=action)


def _shown(
    connection: Connection,
    payment: StoredPayment,
    sight: Sight,
    viewer: Viewer,
    paying: Paying,
    *,
    action: Action | None = None,
) -> ShownPayment:
    is_mine = viewer.person_id is not None and payment.person_id == viewer.person_id
    is_for_them = sight.held is None or is_of_owner(connection, payment)
    names_people = is_mine or (sight.sees(Permission.ACCESS_VIEW) and is_for_them)
    return ShownPayment(
        payment,
        paying.title(payment.bank),
        _names(connection, payment).get(payment.person_id) if names_people else None,
        is_mine,
        may_cancel=_may_pay(sight) and payment.state in CAN_BE_CANCELLED,
        action=action,
    )


def _names(connection: Connection, payment: StoredPayment) -> Mapping[UUID | None, str]:
    if payment.person_id is None:
        return {}
    found = people.find_all(connection, {payment.person_id})
    return {id_: each.name for id_, each in found.items()}


def _may_pay(sight: Sight) -> bool:
    return sight.held is not None and sight.sees(Permission.INVOICE_PAY)


def _is_shown(connection: Connection, payment: StoredPayment) -> bool:
    """Return whether no other payment's money may be on its way, which would pay it twice."""
    found = payment_queries.under_way_of(connection, [payment.invoice_id]).get(payment.invoice_id)
    return found is not None and found.id == payment.id


def _action(connection: Connection, payment: StoredPayment, paying: Paying) -> Action | None:
    bank = paying.banks.of(payment.bank)
    order = hand_overs.order_now(connection, payment, paying.return_url(payment.bank))
    return None if bank is None or order is None else bank.start(order).action
