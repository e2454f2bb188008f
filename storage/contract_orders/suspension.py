"""Suspends contracts after a loss or a theft, and ends that: state and order in one transaction."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from uuid import UUID

from sqlalchemy import text

from domain.audit import Actor
from domain.catalogue.step_actions import StepAction
from domain.contracts.reasons import StartRefusal, SuspendReason
from domain.contracts.states import BEFORE_ACTIVE
from domain.contracts.suspensions import EXPECTED, steps_of
from domain.reasons import Reason
from storage.contract_orders import placing
from storage.contracts import rows, starting, suspending
from storage.contracts.rows import StoredContract
from storage.database import Session
from storage.orders import cancelling, ending
from storage.orders.beginning import OPEN
from storage.provisioning.shut_off import SHUT_OFF, SHUTS_OFF

OVERTAKEN = Reason("contract_suspension_changed", "The contract's suspension has changed since")
_OPEN_ITEMS = text(f"""
SELECT i.number FROM service_order o JOIN service_order_item i ON i.order_id = o.id
WHERE o.id = :id AND o.{OPEN} AND i.ended_at IS NULL
    AND (CAST(:services AS uuid[]) IS NULL OR i.service_id = ANY(:services))
ORDER BY i.number
""")
_SHUT_OFF = text(f"SELECT {SHUT_OFF} FROM service s WHERE s.id = :id")
_SHUT_BY_OTHERS = text(f"""
SELECT DISTINCT x.service_id FROM contract_service x JOIN contract c ON c.id = x.contract_id
WHERE x.service_id = ANY(:services) AND c.id <> :contract AND {SHUTS_OFF}
""")
# One that is drafted on a service meanwhile holds it: storage.contracts.hosts. Waits for that.
_LOCK_HOSTS = text("SELECT FROM service WHERE id = ANY(:ids) ORDER BY id FOR NO KEY UPDATE")
_LIVE = frozenset({None, SuspendReason.TOLD})


@dataclass(frozen=True, slots=True)
class Orders:
    """Orders to start, and orders of which something is cancelled: those are to be woken."""

    placed: Sequence[UUID] = ()
    cancelled: Sequence[UUID] = ()

    def __add__(self, other: "Orders") -> "Orders":
        return Orders([*self.placed, *other.placed], [*self.cancelled, *other.cancelled])


def suspend(
    session: Session,
    contract: StoredContract,
    reason: SuspendReason,
    *,
    actor: Actor,
    note: str = "",
) -> Orders:
    """Suspend a locked contract in force, and what rests on its services; their network follows.

    One that is suspended for another reason has this one then. Its order goes ahead of others for
    the same services. What rests on them and is not active yet is cancelled: nobody makes a
    Mobiil-ID with a SIM that somebody else may have.
    """
    done = _suspend(session, contract, reason, actor=actor, note=note)
    session.execute(_LOCK_HOSTS, {"ids": list(contract.service_ids)})
    for other in rows.lock_open_on(session, contract.service_ids):
        if other.state in BEFORE_ACTIVE:
            unsuitable = StartRefusal.HOST_UNSUITABLE
            starting.give_up(session, other, starting.REFUSED, actor=actor, refusal=unsuitable)
        # What was only told would be opened by the next record.
        elif other.suspend_reason in _LIVE and not other.is_end_reached:
            done += _suspend(session, other, SuspendReason.HOST_SUSPENDED, actor=actor)
    return done


def resume(session: Session, contract: StoredContract, *, actor: Actor, note: str = "") -> Orders:
    """End the suspension of a contract in force, locked with all others about its services.

    What rests on it stays suspended. A service that another contract shuts off stays so, until the
    last of them is lifted; so do all of one that the operator's record suspends as well: it is
    ``told`` then.
    """
    if contract.suspension_is_told:
        overtaken = cancel_rest(session, contract.suspend_order_id, OVERTAKEN, actor)
        suspending.back_to_told(session, contract, actor=actor, note=note)
        return Orders((), overtaken)
    about = {"contract": contract.id, "services": list(contract.service_ids)}
    shut = frozenset(session.execute(_SHUT_BY_OTHERS, about).scalars())
    done = _placed(session, contract, StepAction.RESUME, actor, besides=shut)
    order_id = next(iter(done.placed), None)
    suspending.resume(session, contract, order_id, actor=actor, note=note)
    return done


def hand_over(
    session: Session, contract: StoredContract, services: frozenset[UUID], *, actor: Actor
) -> None:
    """Hand the suspension of a contract to those that go on with services which it has left.

    It has ended, or is told to be about others. Locked with all others about them. A contract that
    is about nothing else is suspended from now on: a telephone that is lost stays so. One that has
    other services goes on open, with these: their network is opened again, and people are told.
    What the operator's record suspended is the operator's to tell of the other contract.
    """
    if contract.suspend_reason in _LIVE or not services:
        return
    opened: set[UUID] = set()
    for other in rows.lock_open_of(session, sorted(services)):
        if other.id == contract.id or not other.state.is_in_force:
            continue
        if set(other.service_ids) - services.union(contract.service_ids):
            opened.update(services.intersection(other.service_ids))
            suspending.tell_opened(session, other, actor=actor)
        elif other.suspend_reason in _LIVE and contract.suspend_reason is not None:
            suspending.suspend(session, other, contract.suspend_reason, None, actor=actor)
    about = {"contract": contract.id, "services": sorted(opened)}
    opened -= set(session.execute(_SHUT_BY_OTHERS, about).scalars())
    if opened:
        steps = steps_of(StepAction.RESUME)
        cancel_rest(session, contract.suspend_order_id, OVERTAKEN, actor, services=opened)
        # The contract may go on in the same version: what opens its own services is another order.
        named = "handed-over"
        placing.place_urgent(
            session, contract, steps, EXPECTED, actor=actor, services=opened, named=named
        )


def is_host_suspended(session: Session, contract: StoredContract) -> bool:
    """Return whether the service that a contract rests on is shut off."""
    host = contract.host_service_id
    if host is None:
        return False
    return bool(session.execute(_SHUT_OFF, {"id": host}).scalar_one_or_none())


def _suspend(
    session: Session,
    contract: StoredContract,
    reason: SuspendReason,
    *,
    actor: Actor,
    note: str = "",
) -> Orders:
    done = _placed(session, contract, StepAction.SUSPEND, actor)
    order_id = next(iter(done.placed), None)
    suspending.suspend(session, contract, reason, order_id, actor=actor, note=note)
    return done


def _placed(
    session: Session,
    contract: StoredContract,
    do: StepAction,
    actor: Actor,
    *,
    besides: Collection[UUID] = (),
) -> Orders:
    """Place the order, after cancelling what is left of the one before.

    Both are urgent: the later one would wait for the other, for as long as that is stuck.
    """
    overtaken = cancel_rest(session, contract.suspend_order_id, OVERTAKEN, actor)
    steps = steps_of(do)
    services = set(contract.service_ids).difference(besides)
    placed = placing.place_urgent(
        session, contract, steps, EXPECTED, actor=actor, services=services
    )
    return Orders(() if placed is None else (placed,), overtaken)


def cancel_rest(
    session: Session,
    order_id: UUID | None,
    why: Reason,
    actor: Actor,
    *,
    services: Collection[UUID] | None = None,
) -> Sequence[UUID]:
    """Cancel what is left of a contract's order, or of it for these services. Repeatable.

    Returns the order where it is to be woken, which a worker does as well.
    """
    if order_id is None:
        return ()
    asked = {"id": order_id, "services": None if services is None else sorted(services)}
    numbers = session.execute(_OPEN_ITEMS, asked).scalars().all()
    if not numbers:
        return ()
    if services is None and ending.cancel_unbegun(session, order_id, why, actor):
        return ()
    cancelling.cancel_items(session, order_id, numbers, why, actor)
    return (order_id,)
