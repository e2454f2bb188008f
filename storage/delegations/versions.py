"""Table ``delegation_version``: every statement that writes it, each with its notices.

Nobody is told of a version that is only proposed.
"""

import json
from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Any, NamedTuple
from uuid import UUID

from sqlalchemy import text

from domain.audit import Actor
from domain.delegations.basis import Basis
from domain.delegations.states import VersionState
from domain.delegations.terms import Terms
from domain.messages.notices import NoticeKind
from domain.processes import ProcessType, delegation_id
from storage.database import Session
from storage.delegations import notices
from storage.delegations.rows import StoredVersion
from storage.processes import processes


class NewVersion(NamedTuple):
    """A version to insert."""

    id: UUID
    delegation_id: UUID
    number: int
    terms: Terms
    basis: Basis
    lapses_at: datetime
    imported: bool = False
    """True: the operator's systems give it."""


_INSERT = """
INSERT INTO delegation_version (id, delegation_id, number, role, permissions, service_ids, from_day,
    through_day, may_pass_on, purpose, basis, imported, state, lapses_at, created_at, offered_at,
    accepted_at)
VALUES (:id, :delegation, :number, :role, :permissions, :services, :first, :last, :may_pass_on,
    :purpose, CAST(:basis AS jsonb), :imported, {state}, :lapses_at, clock_timestamp(),
    {offered_at}, {accepted_at})
"""
_ACCOUNT = "(SELECT account_id FROM delegation WHERE id = :delegation)"
_NOW = "clock_timestamp()"
_OFFER = text(f"""
WITH offered AS (
    {_INSERT.format(state="'offered'", offered_at=_NOW, accepted_at="NULL")} RETURNING id
)
{processes.asked("offered", account_id=_ACCOUNT)}
""")
_PROPOSE = text(_INSERT.format(state="'proposed'", offered_at="NULL", accepted_at="NULL"))
_OFFER_PROPOSED = text(f"""
WITH offered AS (
    UPDATE delegation_version SET state = 'offered', basis = CAST(:basis AS jsonb),
        lapses_at = :lapses_at, offered_at = clock_timestamp()
    WHERE id = :id AND state = 'proposed' RETURNING id
)
{processes.asked("offered", account_id=_ACCOUNT)}
""")
_DROP = text("""
UPDATE delegation_version SET state = :state WHERE id = :id AND state = 'proposed' RETURNING id
""")
_NARROW = text(_INSERT.format(state="'accepted'", offered_at="NULL", accepted_at=_NOW))
_ACCEPT = text(f"""
WITH accepted AS (
    UPDATE delegation_version SET state = 'accepted', accepted_at = clock_timestamp()
    WHERE id = :id RETURNING id
)
{processes.ended("accepted")}
""")
_SUPERSEDE = text("""
UPDATE delegation_version SET state = 'superseded'
WHERE delegation_id = :delegation AND state = 'accepted'
""")
_CLOSE = text(f"""
WITH closed AS (
    UPDATE delegation_version SET state = :state
    WHERE id = ANY(:ids) AND state IN ('proposed', 'offered')
      AND (lapses_at <= clock_timestamp()) = (CAST(:state AS text) = 'lapsed')
    RETURNING id
), process AS ({processes.ended("closed")})
SELECT id FROM closed ORDER BY id
""")
_CLOSE_OF = text(f"""
WITH closed AS (
    UPDATE delegation_version SET state = 'withdrawn'
    WHERE delegation_id = ANY(:delegations) AND state IN ('proposed', 'offered') RETURNING id
)
{processes.ended("closed")}
""")


def offer(session: Session, new: NewVersion, *, actor: Actor, told: bool = True) -> None:
    """Insert a version that the receiver is to accept, and ask for the process of its ceremony.

    Its delegation must be locked, or new.
    """
    session.execute(_OFFER, _row(new) | _ceremony(new.id))
    if told:
        notices.of_versions(session, [new.id], NoticeKind.DELEGATION_OFFERED, actor=actor)


def propose(session: Session, new: NewVersion) -> None:
    """Insert a version that is to be confirmed before it is offered. Tells nobody.

    Its delegation must be locked, or new.
    """
    session.execute(_PROPOSE, _row(new))


def offer_proposed(
    session: Session, proposed: StoredVersion, basis: Basis, lapses_at: datetime, *, actor: Actor
) -> None:
    """Let the receiver accept a version that was proposed, and ask for its ceremony's process.

    Its delegation must be locked.
    """
    row = {"id": proposed.id, "delegation": proposed.delegation_id, "lapses_at": lapses_at}
    row |= {"basis": json.dumps(basis.as_json())}
    session.execute(_OFFER_PROPOSED, row | _ceremony(proposed.id))
    notices.of_versions(session, [proposed.id], NoticeKind.DELEGATION_OFFERED, actor=actor)


def drop(session: Session, version_id: UUID, state: VersionState) -> bool:
    """Close a proposal, whenever it lapses; False: it is none any more. Tells nobody."""
    row = {"id": version_id, "state": state}
    return session.execute(_DROP, row).one_or_none() is not None


def replace(session: Session, new: NewVersion, *, actor: Actor) -> None:
    """Insert a narrower version that counts at once. Its delegation must be locked."""
    session.execute(_SUPERSEDE, {"delegation": new.delegation_id})
    session.execute(_NARROW, _row(new))
    notices.of_versions(session, [new.id], NoticeKind.DELEGATION_CHANGED, actor=actor)


def bring_in(session: Session, new: Sequence[NewVersion], *, actor: Actor) -> None:
    """Insert the first versions of imported delegations: they count at once."""
    if new:
        session.execute(_NARROW, [_row(each) for each in new])
        kind = NoticeKind.DELEGATION_IMPORTED
        notices.of_versions(session, [each.id for each in new], kind, actor=actor)


def accept(
    session: Session, version_id: UUID, delegation_id: UUID, *, actor: Actor, told: bool = True
) -> None:
    """Let an offered version take the place of the accepted one. The delegation must be locked."""
    session.execute(_SUPERSEDE, {"delegation": delegation_id})
    session.execute(_ACCEPT, {"id": version_id})
    if told:
        notices.of_versions(session, [version_id], NoticeKind.DELEGATION_ACCEPTED, actor=actor)


def close(
    session: Session, version_ids: Iterable[UUID], state: VersionState, *, actor: Actor
) -> Sequence[UUID]:
    """Close offers and proposals: declined or withdrawn in time, lapsed after it.

    Returns those that were open. Their delegations must be locked.
    """
    found = session.execute(_CLOSE, {"ids": list(version_ids), "state": state})
    closed = found.scalars().all()
    if state is VersionState.DECLINED:
        notices.of_versions(session, closed, NoticeKind.DELEGATION_DECLINED, actor=actor)
    return closed


def withdraw_of(session: Session, delegation_ids: Iterable[UUID]) -> None:
    """Withdraw what these delegations have on offer or proposed: they end, or it is replaced."""
    session.execute(_CLOSE_OF, {"delegations": list(delegation_ids)})


def _ceremony(version_id: UUID) -> dict[str, str | None]:
    return processes.new(ProcessType.DELEGATION) | {"workflow_id": delegation_id(version_id)}


def _row(new: NewVersion) -> dict[str, Any]:
    terms = new.terms
    return {
        "id": new.id,
        "delegation": new.delegation_id,
        "number": new.number,
        "role": terms.role,
        "permissions": sorted(terms.permissions),
        "services": sorted(terms.service_ids),
        "first": terms.from_day,
        "last": terms.through_day,
        "may_pass_on": terms.may_pass_on,
        "purpose": terms.purpose,
        "basis": json.dumps(new.basis.as_json()),
        "imported": new.imported,
        "lapses_at": new.lapses_at,
    }
