"""Close offers that are not accepted: declined, withdrawn or lapsed; forget who they were for.

An offer of new terms of a delegation in force is closed alone: the delegation stays as it is.
"""

from collections.abc import Iterable, Sequence
from uuid import UUID

from sqlalchemy import text

from domain.audit import Actor, EventKind
from domain.delegations import reasons
from domain.delegations.states import DelegationState, VersionState
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
    return found is not None and bool(_close(session, [found[1]], VersionState.DECLINED, actor))


def withdraw(session: Session, version_id: UUID, *, actor: Actor) -> bool:
    """Withdraw an offer; returns False where none of that id is open."""
    version = rows.version(session.connection(), version_id)
    return version is not None and bool(_close(session, [version], VersionState.WITHDRAWN, actor))


def lapse(session: Session, version_ids: Iterable[UUID], *, actor: Actor) -> Sequence[UUID]:
    """Close those of these offers that can no longer be accepted; returns them."""
    found = [rows.version(session.connection(), id_) for id_ in sorted(set(version_ids))]
    known = [version for version in found if version is not None]
    return _close(session, known, VersionState.LAPSED, actor)


_OF_PERSON = text("""
SELECT v.id FROM delegation_version v JOIN delegation d ON d.id = v.delegation_id
WHERE v.state = 'offered'
  AND (d.receiver_id = :person OR CAST(v.basis->>'given_by' AS uuid) = :person)
ORDER BY v.id
""")


def close_of_person(session: Session, person_id: UUID, *, actor: Actor) -> None:
    """Close every offer to this person or by them, who is being erased: nobody can accept it."""
    ids = session.execute(_OF_PERSON, {"person": person_id}).scalars().all()
    lapse(session, ids, actor=actor)
    for version_id in ids:
        withdraw(session, version_id, actor=actor)


def _close(
    session: Session, found: Sequence[StoredVersion], state: VersionState, actor: Actor
) -> Sequence[UUID]:
    stored = rows.lock(session, {version.delegation_id for version in found})
    closed = versions.close(session, [version.id for version in found], state, actor=actor)
    closings = {}
    for version in found:
        reason = reasons.not_accepted(state, version.delegation_id, version.number)
        if version.id not in closed:
            continue
        if stored[version.delegation_id].state is DelegationState.AWAITING_ACCEPTANCE:
            closings[version.delegation_id] = reason
        else:
            about = (version.delegation_id, _KINDS[state], version.number)
            delegations.record(session, *about, reason, actor=actor)
    final = DelegationState(state.value)
    ended = delegations.close(session, closings, final, _KINDS[state], actor=actor)
    forget_receivers(session, ended)
    return closed


def forget_receivers(session: Session, closed: Sequence[ClosedDelegation]) -> None:
    """Forget the receivers of delegations that were closed before they were accepted."""
    unaccepted = [each for each in closed if not each.was_accepted]
    notices.take_back(session, unaccepted)
    delegations.forget_receivers(session, [each.id for each in unaccepted])
    persons = [each.receiver_id for each in unaccepted if each.receiver_id is not None]
    forgetting.forget_unused(session, persons)
