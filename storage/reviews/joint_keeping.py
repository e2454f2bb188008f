"""Keep delegations together: named when it is proposed, kept once a group has confirmed.

Those that end or change meanwhile are not kept: nobody confirmed what they have become.
"""

from collections.abc import Mapping, Sequence
from uuid import UUID

from domain.audit import Actor
from domain.delegations.refusals import DelegationRefusal, DelegationRefused
from domain.reviews.decisions import ReviewIssue, ReviewRefusal, ReviewRefused
from storage.database import Session
from storage.delegations import confirmations, rows, support
from storage.reviews import subjects


def check_keep(
    session: Session, account_id: UUID, delegation_ids: Sequence[UUID]
) -> Mapping[UUID, int]:
    """Return the version of each delegation that is to be kept. Changes nothing.

    Whether the proposer reviews the account is the caller's to check. Raises ReviewRefused with
    everything that is wrong: ``unknown`` where one is not accepted, over, or of another account.
    """
    open_ = subjects.open_delegations(session, account_id, delegation_ids)
    issues = [
        ReviewIssue(number, "delegation_id", ReviewRefusal.UNKNOWN)
        for number, id_ in enumerate(delegation_ids)
        if id_ not in open_
    ]
    if issues:
        raise ReviewRefused(issues)
    found = rows.in_force(session.connection(), open_)
    return {id_: version.number for id_, version in found.items()}


def keep_jointly(
    session: Session,
    account_id: UUID,
    versions: Mapping[UUID, int],
    by: UUID,
    approval_id: UUID,
    *,
    actor: Actor,
) -> Sequence[UUID]:
    """Keep those of these delegations that are in force in these versions; returns them.

    ``by``: the member of the group who stands for them from now on. Repeating confirms again,
    which harms nobody. Raises DelegationRefused ``not_open`` where none is.
    """
    support.lock_account(session, account_id)
    rows.lock(session, versions)
    unchanged = kept_by(session, account_id, versions)
    if not unchanged:
        raise DelegationRefused(DelegationRefusal.NOT_OPEN)
    jointly = confirmations.Jointly(by, approval_id)
    return confirmations.confirm(session, account_id, unchanged, jointly=jointly, actor=actor)


def kept_by(session: Session, account_id: UUID, versions: Mapping[UUID, int]) -> frozenset[UUID]:
    """Return those of these delegations that are in force in these versions."""
    open_ = subjects.open_delegations(session, account_id, versions)
    found = rows.in_force(session.connection(), open_)
    return frozenset(id_ for id_, version in found.items() if version.number == versions[id_])
