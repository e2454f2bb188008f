"""Close offers that are not accepted: declined, withdrawn or lapsed; forget who they were for.

Proposals that come to nothing are closed here too. An offer of new terms of a delegation in force
is closed alone: the delegation stays as it is.
"""

from collections.abc import Iterable, Sequence
from uuid import UUID

from sqlalchemy import text

from domain.audit import Actor, EventKind
from domain.delegations import reasons
from domain.delegations.states import DelegationState, VersionState
from domain.reasons import Reason
from storage.database import Session
from storage.delegations import delegations, notices, rows, versions
from storage.delegations.notices import ClosedDelegation
from storage.delegations.rows import StoredVersion
from storage.parties import forgetting

_KINDS = {
    VersionState.DECLINED: EventKind.DELEGATION_DECLINED,
    VersionState.WITHDRAWN: EventKind.DELEGATION_WITHDRAWN,
    VersionState.LAPSED: EventKind.DELEGATION_LAPSED,
}


def decline(session: Session, version_id: UUID, receiver_id: UUID, *, actor: Actor) -> bool:
    """Decline an offer; returns False where none of that id is open for this person."""
    found = rows.offered_to(session.connection(), receiver_id, version_id)
    return found is not None and bool(_close(session, [version_id], VersionState.DECLINED, actor))


def withdraw(session: Session, version_id: UUID, *, actor: Actor) -> bool:
    """Withdraw an offer or a proposal; returns False where none of that id is open."""
    return bool(_close(session, [version_id], VersionState.WITHDRAWN, actor))


def lapse(session: Session, version_ids: Iterable[UUID], *, actor: Actor) -> Sequence[UUID]:
    """Close those of these offers that can no longer be accepted; returns them."""
    return _close(session, sorted(set(version_ids)), VersionState.LAPSED, actor)


_OF_PERSON = text("""
SELECT v.id FROM delegation_version v JOIN delegation d ON d.id = v.delegation_id
WHERE v.state IN ('proposed', 'offered')
  AND (d.receiver_id = :person OR CAST(v.basis->>'given_by' AS uuid) = :person)
ORDER BY v.id
""")


def close_of_person(session: Session, person_id: UUID, *, actor: Actor) -> None:
    """Close every offer and proposal to this person or by them, who is being erased."""
    ids = session.execute(_OF_PERSON, {"person": person_id}).scalars().all()
    lapse(session, ids, actor=actor)
    for version_id in ids:
        withdraw(session, version_id, actor=actor)


def _close(
    session: Session, version_ids: Sequence[UUID], state: VersionState, actor: Actor
) -> Sequence[UUID]:
    rows.lock(session, {version.delegation_id for version in _versions(session, version_ids)})
    closed = versions.close(session, version_ids, state, actor=actor)
    for version in _versions(session, closed):
        reason = reasons.not_accepted(state, version.delegation_id, version.number)
        follow(session, version, state, reason, actor=actor)
    return closed


def _versions(session: Session, ids: Sequence[UUID]) -> list[StoredVersion]:
    found = [rows.version(session.connection(), id_) for id_ in ids]
    return [version for version in found if version is not None]


def follow(
    session: Session, version: StoredVersion, state: VersionState, why: Reason, *, actor: Actor
) -> None:
    """Let a delegation, which is locked, follow its version, which was closed in this state.

    One that was never accepted is closed too, and its receiver forgotten.
    """
    kind = _KINDS[state] if version.was_shown else EventKind.DELEGATION_DROPPED
    if rows.in_force(session.connection(), [version.delegation_id]):
        about = (version.delegation_id, kind, version.number)
        delegations.record(session, *about, why, actor=actor)
        return
    final = DelegationState(state.value)
    ended = delegations.close(session, {version.delegation_id: why}, final, kind, actor=actor)
    forget_receivers(session, ended)


def forget_receivers(session: Session, closed: Sequence[ClosedDelegation]) -> None:
    """Forget the receivers of delegations that were closed before they were accepted."""
    unaccepted = [each for each in closed if not each.was_accepted]
    notices.take_back(session, unaccepted)
    delegations.forget_receivers(session, [each.id for each in unaccepted])
    persons = [each.receiver_id for each in unaccepted if each.receiver_id is not None]
    forgetting.forget_unused(session, persons)
