"""Use cases of the owner of a number that somebody else's order takes: let it go, or decline."""

from uuid import UUID

from domain.approvals import templates
from domain.approvals.acts import ABOUT_ORDERS, ActKind
from domain.approvals.confirmations import Confirming
from domain.approvals.needs import Standing
from domain.approvals.states import DeclineReason
from domain.audit import Actor
from domain.delegations.basis import BasisKind
from domain.orders.confirming import ConfirmRefusal
from services import launcher
from services.approvals.propose import Jointly
from services.approvals.refusals import as_refused
from services.engine import Engine
from services.errors import Refused
from services.orders.confirm import SeenOrder
from services.orders.joint_confirming import JointAct, confirm_jointly
from services.orders.number_request_reads import seen_request
from services.reviews.authority import require_reviewer
from storage.approvals import answering, open_about
from storage.approvals.approvals import Decline
from storage.database import Connection, Session
from storage.orders import confirmations, giving
from storage.orders.confirming import OrderNotWaiting
from storage.orders.number_requests import NumberRequest


async def confirm(engine: Engine, how: Jointly, seen: SeenOrder, *, actor: Actor) -> UUID | None:
    """Let a number go to the order that takes it, by a fresh login. Repeatable.

    Returns the approval that others are to confirm as well; None: nobody else is needed.

    Raises:
        NotFound: the order asks nothing of this person.
        Refused: with a ConfirmRefusal, ``needs_joint_approval``, or as approvals are refused.
        LimitReached: they have proposed too much lately.
        Whatever ``how.login`` raises.
    """
    asked = await engine.read(lambda c: _asked(c, seen))
    if asked is None:
        return None
    found, standing = asked
    given = Confirming(
        seen.person_id, seen.digest, seen.template_version, seen.language, how.login()
    )
    if standing is Standing.JOINT:
        act = JointAct(
            ActKind.NUMBER_GIVE,
            found.order_id,
            found.account_id,
            found.confirm_by,
            lambda session: giving.act_of(session, found.order_id),
        )
        return await confirm_jointly(engine, how, act, given, actor=actor)

    def write(session: Session) -> bool:
        basis = require_reviewer(session, found.account_id, seen.person_id)
        if basis is BasisKind.JOINT:  # since it was read
            raise Refused("needs_joint_approval")
        return giving.confirm(session, found.order_id, given, actor=actor)

    try:
        has_begun = await engine.write(write)
    except OrderNotWaiting:
        raise Refused(ConfirmRefusal.ORDER_NOT_WAITING) from None
    if has_begun:
        await launcher.start(engine, found.order_id)
    return None


async def decline(engine: Engine, order_id: UUID, person_id: UUID, *, actor: Actor) -> None:
    """Cancel an order that takes a number: its owner does not let it go.

    One who represents the owner only together with others declines alone. Raises NotFound as
    ``confirm`` does, or Refused: ``order_not_cancellable`` where it has begun or has ended.
    """

    def write(session: Session) -> bool:
        approvals = open_about.lock(session, ABOUT_ORDERS, order_id)  # before the order
        for approval in approvals:
            if approval.kind is ActKind.NUMBER_GIVE:
                reason = Decline(person_id, DeclineReason.NOT_AGREED)
                answering.decline(session, approval.id, reason, actor=actor)
                return True
        return giving.decline(session, order_id, actor=actor)

    await engine.read(lambda c: seen_request(c, order_id, person_id))
    with as_refused():
        is_declined = await engine.write(write)
    if not is_declined:
        raise Refused("order_not_cancellable")


def _asked(connection: Connection, seen: SeenOrder) -> tuple[NumberRequest, Standing] | None:
    """Return the request; None: this person has confirmed it already. Raises NotFound, Refused."""
    found, standing = seen_request(connection, seen.order_id, seen.person_id)
    if confirmations.confirmed_by(connection, found.order_id, of_giver=True) == seen.person_id:
        return None
    if not found.is_waiting:
        raise Refused(ConfirmRefusal.ORDER_NOT_WAITING)
    if not templates.known(ActKind.NUMBER_GIVE, seen.template_version):
        raise Refused(ConfirmRefusal.TEMPLATE_UNKNOWN)
    if found.act.digest() != seen.digest:
        raise Refused(ConfirmRefusal.ACT_CHANGED)
    return found, standing
