"""Use case of those whose confirmation an order waits for: confirm it by a fresh login.

Who may confirm alone begins the order. Who represents the company only together with others opens
an approval, or confirms the one that is open.
"""

from dataclasses import dataclass
from uuid import UUID

from domain.approvals import templates
from domain.approvals.acts import ActKind
from domain.approvals.confirmations import Confirming
from domain.approvals.needs import Standing
from domain.audit import Actor
from domain.catalogue.products import Confirmation
from domain.delegations.basis import BasisKind
from domain.numbers.sms_texts import Language
from domain.orders.confirming import ConfirmRefusal
from services import launcher
from services.approvals.propose import Jointly
from services.engine import Engine
from services.errors import NotFound, Refused
from services.orders.joint_confirming import JointAct, confirm_jointly
from services.orders.sight import seen_order
from services.reviews.authority import require_reviewer
from storage.database import Connection, Session
from storage.delegations import support
from storage.orders import confirmations, confirming, ordered, still_permitted, waiting_orders
from storage.orders.confirming import OrderNotWaiting
from storage.orders.waiting_orders import WaitingOrder


@dataclass(frozen=True, slots=True)
class SeenOrder:
    """An order as somebody was shown it, who confirms it."""

    order_id: UUID
    person_id: UUID
    digest: str
    template_version: int
    language: Language


async def confirm(engine: Engine, how: Jointly, seen: SeenOrder, *, actor: Actor) -> UUID | None:
    """Confirm an order. Repeatable.

    Returns the approval that others are to confirm as well; None: nobody else is needed.

    Raises:
        NotFound: this person does not see the order.
        Refused: with a ConfirmRefusal, ``needs_joint_approval``, or as approvals are refused.
        LimitReached: they have proposed too much lately.
        Whatever ``how.login`` raises.
    """
    order = await engine.read(lambda c: _waiting(c, seen))
    if order is None:
        return None
    given = Confirming(
        seen.person_id, seen.digest, seen.template_version, seen.language, how.login()
    )
    if await engine.read(lambda c: _acts_jointly(c, order, seen)):
        asked = JointAct(
            ActKind.ORDER_PLACE,
            order.id,
            order.account_id,
            order.confirm_by,
            lambda session: confirming.act_of(session, order.id),
        )
        return await confirm_jointly(engine, how, asked, given, actor=actor)

    def write(session: Session) -> bool:
        if order.need is Confirmation.GROUP:
            _require_alone(session, order, seen.person_id)
        else:
            _require_permitted(session, order, seen.person_id)
        return confirming.confirm(session, order.id, given, actor=actor)

    try:
        has_begun = await engine.write(write)
    except OrderNotWaiting:
        raise Refused(ConfirmRefusal.ORDER_NOT_WAITING) from None
    if has_begun:
        await launcher.start(engine, order.id)
    return None


def _waiting(connection: Connection, seen: SeenOrder) -> WaitingOrder | None:
    """Return the order; None: this person has confirmed it already. Raises NotFound, Refused."""
    view, sight = seen_order(connection, seen.order_id, seen.person_id)
    if confirmations.confirmed_by(connection, view.id) == seen.person_id:
        return None
    refusal = sight.why_not_confirm(view)
    if refusal is not None:
        raise Refused(refusal)
    if not templates.known(ActKind.ORDER_PLACE, seen.template_version):
        raise Refused(ConfirmRefusal.TEMPLATE_UNKNOWN)
    if ordered.acts_of(connection, [view.id])[view.id].digest() != seen.digest:
        raise Refused(ConfirmRefusal.ACT_CHANGED)
    order = waiting_orders.read(connection, view.id)
    if order is None:  # since it was read
        raise Refused(ConfirmRefusal.ORDER_NOT_WAITING)
    return order


def _acts_jointly(connection: Connection, order: WaitingOrder, seen: SeenOrder) -> bool:
    _, sight = seen_order(connection, order.id, seen.person_id)
    return order.need is Confirmation.GROUP and sight.standing is Standing.JOINT


def _require_alone(session: Session, order: WaitingOrder, person_id: UUID) -> None:
    """Lock what lets this person confirm alone. Raises Refused."""
    try:
        basis = require_reviewer(session, order.account_id, person_id)
    except NotFound:
        raise Refused(ConfirmRefusal.REPRESENTATIVE_NEEDED) from None
    if basis is BasisKind.JOINT:  # since it was read
        raise Refused("needs_joint_approval")


def _require_permitted(session: Session, order: WaitingOrder, person_id: UUID) -> None:
    """Lock what lets this person order, so that nothing takes it away meanwhile. Raises Refused."""
    accounts = still_permitted.accounts_of(session, order.id)
    support.lock_accounts(session, accounts)
    for account_id in accounts:
        support.lock_grants(session, account_id, person_id)
    if not still_permitted.is_still_permitted(session, order.id):
        raise Refused(ConfirmRefusal.ORDERER_NOT_PERMITTED)
