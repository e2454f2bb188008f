"""Alignment: make the grants of companies' accounts equal to what their register states give.

Set-based and idempotent: afterwards each active account of these companies has exactly the grants
of origin ``register`` that the companies' current register states give, each start and each end
with its reason and, as proof, the state it rests on.

How a revocation is made, all in the caller's transaction:

1. ``align`` locks the companies, so that they are not aligned with another state meanwhile.
2. ``authority_of`` judges, by the current states, everyone whom a state names and everyone who
   holds a grant: which role, or none, and why.
3. ``_TO_END`` finds the open grants whose holder has no such role any more, and all grants of
   closed accounts. Who *must stand* keeps the grant: an entry that could not be read and is, or
   could be, the holder's. Unknown is not no.
4. ``grants.end`` closes the validity of those grants by the database's clock and writes one event
   each. From the commit on, every check refuses: checks read validity and nothing else.

5. What is delegated on accounts of a company that is deleted or bankrupt is suspended, and restored
   when the register takes that back (``company_suspensions``).

A holder whose role stays but whose reason changes keeps the grant and gets the new reason.
"""

import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from sqlalchemy import text

from domain.access.grants import ACCOUNT_CLOSED, Origin, must_stand, role_for
from domain.audit import Actor
from domain.identifiers import PersonKey
from domain.registry.authority import authority_of
from storage.access import grants
from storage.access.grants import Ending, GrantChange, Starting
from storage.database import Session
from storage.parties import names, upsert
from storage.registry import company_suspensions, register_state_queries, register_states
from storage.registry.register_state_queries import StoredState


@dataclass(frozen=True, slots=True)
class Alignment:
    """Grants that an alignment started, ended and suspended."""

    started: Sequence[GrantChange] = ()
    ended: Sequence[GrantChange] = ()
    suspended: Sequence[GrantChange] = ()
    """Delegated grants that were in force: their companies are deleted or bankrupt."""

    @property
    def taken(self) -> int:
        """How much access it takes away: what a run or a login is weighed by."""
        return len(self.ended) + len(self.suspended)

    def __add__(self, other: "Alignment") -> "Alignment":
        return Alignment(
            [*self.started, *other.started],
            [*self.ended, *other.ended],
            [*self.suspended, *other.suspended],
        )


_VERDICTS = """jsonb_to_recordset(CAST(:verdicts AS jsonb)) AS v(
    company_id uuid, person_id uuid, role text, stands boolean, reason jsonb, proof uuid)"""

_TO_END = text(f"""
SELECT g.id, v.proof,
       CASE WHEN a.status = 'closed' THEN CAST(:closed AS jsonb) ELSE v.reason END AS reason
FROM account a
JOIN access_grant g ON g.account_id = a.id
JOIN {_VERDICTS} ON v.company_id = a.company_id AND v.person_id = g.person_id
WHERE g.origin = 'register' AND upper_inf(g.validity)
  AND (a.status = 'closed' OR (v.role IS DISTINCT FROM g.role AND NOT v.stands))
ORDER BY g.id
""")

# The accounts are locked, so that none is closed or moved away before its grant is there.
_TO_START = text(f"""
SELECT a.id AS account_id, v.person_id, v.role, v.reason, v.proof
FROM account a
JOIN {_VERDICTS} ON v.company_id = a.company_id
WHERE a.status = 'active' AND v.role IS NOT NULL
  AND NOT EXISTS (
      SELECT FROM access_grant g
      WHERE g.account_id = a.id AND g.person_id = v.person_id AND g.role = v.role
        AND g.origin = 'register' AND g.service_id IS NULL AND upper_inf(g.validity))
ORDER BY a.id, v.person_id FOR SHARE OF a
""")

# A board member who becomes procurist on the same day keeps the grant; only its reason is new.
_CHANGE_REASONS = text(f"""
WITH changed AS (
    UPDATE access_grant g SET reason = v.reason, proof = v.proof
    FROM account a, access_grant old, {_VERDICTS}
    WHERE g.account_id = a.id AND a.company_id = v.company_id AND g.person_id = v.person_id
      AND old.id = g.id AND g.origin = 'register' AND upper_inf(g.validity)
      AND g.role = v.role AND g.reason <> v.reason
    RETURNING g.id, g.account_id, a.company_id, g.person_id, old.reason AS before, g.reason
)
INSERT INTO event
    (at, kind, actor, subject_id, account_id, company_id, person_id, reason, before, after)
SELECT (SELECT clock_timestamp()), 'grant:reason_changed', CAST(:actor AS jsonb), id, account_id,
       company_id, person_id, reason, jsonb_build_object('reason', before),
       jsonb_build_object('reason', reason)
FROM changed ORDER BY id
""")


def align(session: Session, company_ids: Iterable[UUID], *, actor: Actor) -> Alignment:
    """Align every account of these companies with their current states. Idempotent.

    Companies without a state are left as they are: unknown is not no.
    """
    ids = sorted(set(company_ids))
    register_states.lock(session, ids)
    known = register_state_queries.current(session, ids)
    if not known:
        return Alignment()
    verdicts = json.dumps(_verdicts(session, known))
    parameters = {"actor": json.dumps(actor.as_json())}
    ended = grants.end(session, _endings(session, verdicts), actor=actor)
    session.execute(_CHANGE_REASONS, parameters | {"verdicts": verdicts})
    suspended = company_suspensions.align(session, known, actor=actor)
    started = grants.start(session, _startings(session, verdicts), actor=actor)
    return Alignment(started, ended, suspended)


def _endings(session: Session, verdicts: str) -> list[Ending]:
    closed = json.dumps(ACCOUNT_CLOSED.as_json())
    rows = session.execute(_TO_END, {"verdicts": verdicts, "closed": closed})
    return [Ending(row.id, row.reason, row.proof) for row in rows]


def _startings(session: Session, verdicts: str) -> list[Starting]:
    rows = session.execute(_TO_START, {"verdicts": verdicts})
    return [
        Starting(r.person_id, r.account_id, r.role, Origin.REGISTER, r.reason, r.proof)
        for r in rows
    ]


def _verdicts(session: Session, known: Mapping[UUID, StoredState]) -> list[dict[str, Any]]:
    """Judge everyone whom a register state names, and everyone who holds a grant."""
    concerned = _holding(session, list(known))
    for company_id, stored in known.items():
        named = {h.person: h.name for h in stored.state.holders if h.person is not None}
        concerned.setdefault(company_id, {}).update(named)
    ids = _person_ids(session, concerned)
    return [
        _verdict(known[company_id], person, ids[person])
        for company_id in sorted(known)
        for person in sorted(concerned.get(company_id, {}))
    ]


def _verdict(stored: StoredState, person: PersonKey, person_id: UUID) -> dict[str, Any]:
    authority = authority_of(person, stored.state)
    return {
        "company_id": str(stored.company_id),
        "person_id": str(person_id),
        "role": role_for(authority),
        "stands": must_stand(authority),
        "reason": authority.reason.as_json(),
        "proof": str(stored.id),
    }


def _holding(session: Session, company_ids: Sequence[UUID]) -> dict[UUID, dict[PersonKey, str]]:
    rows = session.execute(
        text(
            "SELECT DISTINCT a.company_id, p.country, p.code, p.name"
            " FROM account a JOIN access_grant g ON g.account_id = a.id"
            " JOIN person p ON p.id = g.person_id"
            " WHERE a.company_id = ANY(:ids) AND g.origin = 'register' AND upper_inf(g.validity)"
        ),
        {"ids": list(company_ids)},
    )
    holding: dict[UUID, dict[PersonKey, str]] = {}
    for row in rows:
        holding.setdefault(row.company_id, {})[PersonKey(row.country, row.code)] = row.name
    return holding


def _person_ids(
    session: Session, concerned: Mapping[UUID, Mapping[PersonKey, str]]
) -> dict[PersonKey, UUID]:
    known: dict[PersonKey, str] = {}
    for named in concerned.values():
        known |= named
    ids = upsert.person_ids(session, known)
    names.rename_persons(session, {ids[key]: name for key, name in known.items()})
    return ids
