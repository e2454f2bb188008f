"""Confirm that delegations are to be kept."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from uuid import UUID

from domain.audit import Actor
from domain.delegations import reasons
from storage.database import Session
from storage.delegations import delegations, departure_reviews


@dataclass(frozen=True, slots=True)
class Jointly:
    """A group that has confirmed it, by an approval."""

    by: UUID
    """The member who stands for what is kept from now on."""
    approval_id: UUID


def confirm(
    session: Session,
    account_id: UUID,
    delegation_ids: Iterable[UUID],
    *,
    jointly: Jointly | None = None,
    actor: Actor,
) -> Sequence[UUID]:
    """Confirm those of these delegations that are accepted, not over and on this account.

    Returns those that were confirmed, by id; the others stay as they are. A review of a departure
    with nothing left to decide is completed. Repeating confirms again, which harms nobody. Whether
    the actor may is the caller's to check. ``jointly``: a group did; None: the actor does, alone.
    """
    ids = sorted(set(delegation_ids))
    if not ids:
        return []
    by = jointly.by if jointly else actor.person_id
    why = reasons.confirmed(jointly.approval_id if jointly else None)
    confirmed = delegations.confirm(
        session, account_id, ids, why, by=by, jointly=jointly is not None, actor=actor
    )
    if confirmed:
        departure_reviews.complete(session, [account_id], actor=actor)
    return confirmed
