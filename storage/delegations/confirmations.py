"""Confirm that delegations are to be kept."""

from collections.abc import Iterable, Sequence
from uuid import UUID

from domain.audit import Actor
from domain.delegations import reasons
from storage.database import Session
from storage.delegations import delegations, departure_reviews


def confirm(
    session: Session,
    account_id: UUID,
    delegation_ids: Iterable[UUID],
    *,
    jointly_by: UUID | None = None,
    actor: Actor,
) -> Sequence[UUID]:
    """Confirm those of these delegations that are accepted, not over and on this account.

    Returns those that were confirmed, by id; the others stay as they are. A review of a departure
    with nothing left to decide is completed. Repeating confirms again, which harms nobody. Whether
    the actor may is the caller's to check. ``jointly_by``: of a group that confirmed, the member
    who stands for them from now on; None: the actor does, alone.
    """
    ids = sorted(set(delegation_ids))
    if not ids:
        return []
    by, jointly = jointly_by or actor.person_id, jointly_by is not None
    confirmed = delegations.confirm(
        session, account_id, ids, reasons.confirmed(), by=by, jointly=jointly, actor=actor
    )
    if confirmed:
        departure_reviews.complete(session, [account_id], actor=actor)
    return confirmed
