"""Read paper mandates as staff see them: terms, paper, who recorded and answered, state now."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import Row, text

from domain.access.permissions import Permission
from domain.audit import Actor, ActorKind
from domain.delegations.terms import Terms
from domain.identifiers import PersonKey
from domain.mandates.four_eyes import Standing
from domain.mandates.reasons import EXPIRED
from domain.mandates.states import MandateState
from domain.reasons import Reason
from storage.access.grant_rows import in_force
from storage.audit.staff import name_of
from storage.database import Connection, Session

Place = tuple[datetime, UUID]
"""Where a page ended: time and id of its last mandate."""


@dataclass(frozen=True, slots=True, kw_only=True)
class MandateView:
    """A mandate at the moment it was read."""

    id: UUID
    account_id: UUID
    account_reference: str
    account_name: str
    person_id: UUID | None
    """None: forgotten, because it was not confirmed. So are ``person`` and ``person_name``."""
    person: PersonKey | None
    person_name: str
    document_id: UUID
    terms: Terms
    state: MandateState
    recorded_by: Actor
    recorded_at: datetime
    lapses_at: datetime
    answered_by: Actor | None
    """None: nobody answered."""
    answered_at: datetime | None
    ended_at: datetime | None
    """Of one that was confirmed."""
    ended_reason: Reason | None

    @property
    def standing(self) -> Standing:
        """What it depends on who may do what with it."""
        by = self.answered_by
        return Standing(self.state, self.recorded_by.id, by.id if by else None)


GRANTS = """g.account_id = m.account_id AND g.person_id = m.person_id
      AND g.origin = 'operator' AND g.proof = m.id"""
"""SQL: whether the grant ``g`` carries out the mandate ``m``."""
_NOW = "statement_timestamp()"
_STATE = f"""CASE
    WHEN m.answer IS NULL THEN CASE WHEN m.lapses_at > {_NOW} THEN 'proposed' ELSE 'lapsed' END
    WHEN m.answer <> 'confirmed' THEN m.answer
    WHEN m.ended_at IS NOT NULL OR COALESCE(given.ends_at <= {_NOW}, true) THEN 'ended'
    WHEN given.starts_at > {_NOW} THEN 'scheduled'
    WHEN given.in_force THEN 'active' ELSE 'suspended' END"""
_SELECT = f"""
SELECT m.id, m.account_id, a.reference, a.name AS account_name,
       m.person_id, p.country, p.code, COALESCE(p.name, '') AS name,
       m.document_id, m.role, m.permissions, m.service_ids, m.from_day, m.through_day,
       {_STATE} AS state, m.recorded_by, {name_of("m.recorded_by")} AS recorder_name,
       m.recorded_at, m.lapses_at, m.answered_by, {name_of("m.answered_by")} AS answerer_name,
       m.answered_at, COALESCE(m.ended_at, given.ends_at) AS ended_at, m.ended_reason
FROM mandate m JOIN account a ON a.id = m.account_id
LEFT JOIN person p ON p.id = m.person_id
LEFT JOIN LATERAL (
    SELECT min(lower(g.validity)) AS starts_at, max(upper(g.validity)) AS ends_at,
           bool_or({in_force("g", _NOW)}) AS in_force
    FROM access_grant g WHERE {GRANTS}
) AS given ON m.answer = 'confirmed'
"""
_IN_FORCE = "m.answer = 'confirmed' AND m.ended_at IS NULL"
_STORED = {
    MandateState.PROPOSED: "m.answer IS NULL",
    MandateState.SCHEDULED: _IN_FORCE,
    MandateState.ACTIVE: _IN_FORCE,
    MandateState.SUSPENDED: _IN_FORCE,
}
"""What is stored of mandates in these states, so that an index finds them among closed ones."""


def _paged(state: MandateState | None) -> Any:
    which = "true" if state is None else f"{_STATE} = :state"
    return text(f"""
    {_SELECT} WHERE {which} AND {_STORED.get(state, "true") if state else "true"}
      AND (CAST(:account AS uuid) IS NULL OR m.account_id = :account)
      AND (CAST(:moment AS timestamptz) IS NULL
           OR (m.recorded_at, m.id) < (CAST(:moment AS timestamptz), CAST(:id AS uuid)))
    ORDER BY m.recorded_at DESC, m.id DESC LIMIT :limit
    """)


_ONE = text(f"{_SELECT} WHERE m.id = :id")
_PAGES = {state: _paged(state) for state in (None, *MandateState)}


def one(connection: Connection | Session, mandate_id: UUID) -> MandateView | None:
    """Read a mandate; None: there is none with this id."""
    row = connection.execute(_ONE, {"id": mandate_id}).one_or_none()
    return None if row is None else _view(row)


def page(
    connection: Connection,
    *,
    account_id: UUID | None,
    state: MandateState | None,
    before: Place | None,
    limit: int,
) -> Sequence[MandateView]:
    """Read up to ``limit`` mandates that were recorded before ``before``, newest first.

    None: on any account, in any state.
    """
    moment, id_ = before or (None, None)
    asked = {"account": account_id, "state": state, "moment": moment, "id": id_, "limit": limit}
    return [_view(row) for row in connection.execute(_PAGES[state], asked)]


def _view(row: Row[Any]) -> MandateView:
    state, ended_at, ended_reason = MandateState(row.state), None, None
    if state is MandateState.ENDED:
        # What anybody ends is told at once: what is over and not told has run out.
        ended_at = row.ended_at
        ended_reason = Reason.from_json(row.ended_reason) if row.ended_reason else EXPIRED
    return MandateView(
        id=row.id,
        account_id=row.account_id,
        account_reference=row.reference,
        account_name=row.account_name,
        person_id=row.person_id,
        person=PersonKey(row.country, row.code) if row.country else None,
        person_name=row.name,
        document_id=row.document_id,
        terms=_terms(row),
        state=state,
        recorded_by=_staff(row.recorded_by, row.recorder_name),
        recorded_at=row.recorded_at,
        lapses_at=row.lapses_at,
        answered_by=_staff(row.answered_by, row.answerer_name) if row.answered_by else None,
        answered_at=row.answered_at,
        ended_at=ended_at,
        ended_reason=ended_reason,
    )


def _terms(row: Row[Any]) -> Terms:
    permissions = frozenset(map(Permission, row.permissions))
    return Terms(row.role, permissions, frozenset(row.service_ids), row.from_day, row.through_day)


def _staff(id_: str, name: str | None) -> Actor:
    return Actor(ActorKind.OPS, id_, name=name)
