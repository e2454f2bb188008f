"""Let delegations follow their dates: what began, and what is over, is told with its moment.

Access follows the validity of grants and needs none of this. Whoever changes or ends a delegation
catches up first, so that the history is in order however long no sweep ran.
"""

from collections.abc import Iterable, Sequence
from uuid import UUID

from sqlalchemy import TextClause, text

from domain.audit import Actor, ActorKind
from domain.delegations import reasons
from domain.delegations.states import DelegationEnd
from storage.database import Session
from storage.delegations import date_changes, grant_dates, rows

DATES = Actor(ActorKind.ENGINE, "dates")
"""Who does what dates bring about."""

_LATE = """
SELECT id FROM delegation
WHERE id = ANY(:ids) AND accepted_at IS NOT NULL AND ended_at IS NULL AND {due}
ORDER BY id
"""
_BEGUN = text(_LATE.format(due="state = 'scheduled' AND starts_at <= clock_timestamp()"))
_OVER = text(_LATE.format(due="ends_at <= clock_timestamp()"))
_EITHER = text(
    _LATE.format(
        due="""(ends_at <= clock_timestamp()
      OR state = 'scheduled' AND starts_at <= clock_timestamp())"""
    )
)


def catch_up(session: Session, ids: Iterable[UUID]) -> None:
    """Lock those of these delegations that a sweep is late for, and let them follow their dates.

    Whoever calls it has locked their grants: what begins while that is waited for has begun.
    """
    late = _found(session, _EITHER, ids)
    if late:
        grant_dates.lock(session, late)
        rows.lock(session, late)
        follow(session, late)


def follow(session: Session, ids: Sequence[UUID]) -> None:
    """Let these delegations follow their dates until now. They and their grants must be locked.

    Idempotent: what has followed stays as it is.
    """
    begun = _found(session, _BEGUN, ids)
    versions = rows.in_force(session.connection(), begun)
    why = {
        id_: reasons.delegated(id_, version.number, version.basis, version.terms)
        for id_, version in versions.items()
    }
    grant_dates.tell_begun(session, date_changes.begin(session, why, actor=DATES), actor=DATES)
    over = {id_: reasons.ended(DelegationEnd.EXPIRED, id_) for id_ in _found(session, _OVER, ids)}
    grant_dates.tell_expired(session, date_changes.expire(session, over, actor=DATES), actor=DATES)


def _found(session: Session, statement: TextClause, ids: Iterable[UUID]) -> Sequence[UUID]:
    return session.execute(statement, {"ids": list(ids)}).scalars().all()
