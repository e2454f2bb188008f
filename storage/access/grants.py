"""Start and end grants: the only statements that write them, each with its event.

The time of a change is the database's clock when its statement runs, after the locks of the
caller's transaction are held: what commits later also has the later time.

A grant may be written before it begins. Ended before that, its validity becomes empty: it never
gave access, not for a microsecond.
"""

import json
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import TextClause, text
from sqlmodel import Session

from domain.access.grants import Origin
from domain.access.permissions import Permission, Role
from domain.audit import Actor


@dataclass(frozen=True, slots=True)
class Ending:
    """A grant to end now, and why."""

    grant_id: UUID
    reason: Mapping[str, Any]
    proof: UUID | None = None
    """The row that proves the reason: the register state that no longer gives the grant."""


@dataclass(frozen=True, slots=True)
class Starting:
    """A grant to write, why, and the row that proves it."""

    person_id: UUID
    account_id: UUID
    role: str | Role
    origin: Origin
    reason: Mapping[str, Any]
    proof: UUID | None = None
    service_id: UUID | None = None
    since: datetime | None = None
    """When it begins; None, or a moment that has passed: now."""
    until: datetime | None = None
    """When it ends by itself; None: not before something ends it."""
    permissions: Collection[Permission] | None = None
    """Frozen with the grant; None: those that the code gives the role."""
    delegation_id: UUID | None = None
    """The delegation that gives it: with origin ``delegation`` only."""
    passed_on_by: UUID | None = None
    """The person whose own delegation it is passed on from."""

    def as_json(self) -> dict[str, Any]:
        """The columns of the grant that it fills."""
        return {
            "person_id": str(self.person_id),
            "account_id": str(self.account_id),
            "service_id": _text(self.service_id),
            "role": self.role,
            "origin": self.origin,
            "reason": self.reason,
            "proof": _text(self.proof),
            "since": _moment(self.since),
            "until": _moment(self.until),
            "permissions": None if self.permissions is None else sorted(self.permissions),
            "delegation_id": _text(self.delegation_id),
            "passed_on_by": _text(self.passed_on_by),
        }


@dataclass(frozen=True, slots=True)
class GrantChange:
    """A grant that was written or ended."""

    grant_id: UUID
    account_id: UUID
    person_id: UUID
    role: str
    reason: Mapping[str, Any]


# Ending never reaches into the past: what was true stays true, and a grant that started a moment
# ago in a transaction with a later clock still gets a valid, non-empty range. One that was written
# to begin later, and has not begun, gets an empty range. The clock is read once the grants are
# locked, and whoever waited for another to end them finds them ended.
_END = text("""
WITH ending AS (
    SELECT * FROM jsonb_to_recordset(CAST(:endings AS jsonb))
        AS e(grant_id uuid, reason jsonb, proof uuid)
), locked AS MATERIALIZED (
    SELECT g.id FROM access_grant g JOIN ending e ON e.grant_id = g.id
    ORDER BY g.id FOR NO KEY UPDATE OF g
), moment AS MATERIALIZED (
    SELECT clock_timestamp() AS at FROM (SELECT count(*) FROM locked) AS all_of_them
), ended AS (
    UPDATE access_grant g
    SET validity = CASE
            WHEN lower(g.validity) > GREATEST(m.at, g.created_at) THEN 'empty'
            ELSE tstzrange(lower(g.validity),
                GREATEST(m.at, lower(g.validity) + interval '1 microsecond')) END,
        ended_reason = e.reason
    FROM moment m, ending e
    WHERE g.id = e.grant_id AND g.ended_reason IS NULL
      AND (upper_inf(g.validity) OR upper(g.validity) > m.at)
    RETURNING g.id, g.account_id, g.person_id, g.role, g.proof, e.reason, e.proof AS disproof
), recorded AS (
    INSERT INTO event
        (at, kind, actor, subject_id, account_id, company_id, person_id, reason, before, after)
    SELECT m.at, 'grant:ended', CAST(:actor AS jsonb), d.id, d.account_id, a.company_id,
           d.person_id, d.reason, jsonb_build_object('role', d.role, 'proof', d.proof),
           jsonb_build_object('role', NULL, 'proof', d.disproof)
    FROM moment m, ended d JOIN account a ON a.id = d.account_id ORDER BY d.id
)
SELECT id, account_id, person_id, role, reason FROM ended ORDER BY id
""")

_START = text("""
WITH moment AS MATERIALIZED (
    SELECT clock_timestamp() AS at
), started AS (
    INSERT INTO access_grant
        (id, person_id, account_id, service_id, role, validity, origin, reason, proof,
         permissions, delegation_id, passed_on_by, created_at)
    SELECT gen_random_uuid(), s.person_id, s.account_id, s.service_id, s.role,
           tstzrange(GREATEST(m.at, s.since), s.until), s.origin, s.reason, s.proof,
           s.permissions, s.delegation_id, s.passed_on_by, m.at
    FROM moment m, jsonb_to_recordset(CAST(:startings AS jsonb)) AS s(
        person_id uuid, account_id uuid, service_id uuid, role text, origin text, reason jsonb,
        proof uuid, since timestamptz, until timestamptz, permissions text[], delegation_id uuid,
        passed_on_by uuid)
    WHERE s.until IS NULL OR s.until > GREATEST(m.at, s.since)
    RETURNING id, account_id, person_id, role, reason, proof, validity
), recorded AS (
    INSERT INTO event
        (at, kind, actor, subject_id, account_id, company_id, person_id, reason, after)
    SELECT m.at, CASE WHEN lower(s.validity) > m.at THEN 'grant:scheduled' ELSE 'grant:started' END,
           CAST(:actor AS jsonb), s.id, s.account_id, a.company_id, s.person_id, s.reason,
           jsonb_build_object('role', s.role, 'proof', s.proof) || CASE
               WHEN lower(s.validity) > m.at
               THEN jsonb_build_object('since', lower(s.validity)) ELSE '{}' END || CASE
               WHEN upper_inf(s.validity)
               THEN '{}' ELSE jsonb_build_object('until', upper(s.validity)) END
    FROM moment m, started s JOIN account a ON a.id = s.account_id ORDER BY s.id
)
SELECT id, account_id, person_id, role, reason FROM started ORDER BY id
""")


def end(session: Session, endings: Iterable[Ending], *, actor: Actor) -> Sequence[GrantChange]:
    """End these grants now; one that has already ended stays as it is. Returns those that ended."""
    rows = [
        {"grant_id": str(e.grant_id), "reason": e.reason, "proof": _text(e.proof)} for e in endings
    ]
    return _carry_out(session, _END, "endings", rows, actor)


def start(
    session: Session, startings: Iterable[Starting], *, actor: Actor
) -> Sequence[GrantChange]:
    """Write these grants, from now on or from their later beginning.

    Returns those that were written: one whose end has passed is not. Raises IntegrityError for a
    duplicate of one whose validity overlaps.
    """
    rows = [starting.as_json() for starting in startings]
    return _carry_out(session, _START, "startings", rows, actor)


def _carry_out(
    session: Session, statement: TextClause, name: str, rows: list[dict[str, Any]], actor: Actor
) -> Sequence[GrantChange]:
    if not rows:
        return []
    parameters = {name: json.dumps(rows), "actor": json.dumps(actor.as_json())}
    done = session.execute(statement, parameters).all()
    return [GrantChange(r.id, r.account_id, r.person_id, r.role, r.reason) for r in done]


def _text(value: UUID | None) -> str | None:
    return None if value is None else str(value)


def _moment(value: datetime | None) -> str | None:
    return None if value is None else value.isoformat()
