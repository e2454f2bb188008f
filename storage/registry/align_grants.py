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
   The end of its contracts is proposed, or that is withdrawn (``storage.contracts.proposals``).
6. Readings of what the register does not say any more become void, and grants follow the readings
   that there are (``storage.signing_rules``).
7. What those who left had given in the owner's name is seen to (``departures``).

A holder whose role stays but whose reason changes keeps the grant and gets the new reason.
"""

import json
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from uuid import UUID

from sqlalchemy import text

from domain.access.grants import ACCOUNT_CLOSED, Origin
from domain.access.suspensions import suspends_delegations
from domain.audit import Actor
from domain.delegations.departures import STANDARD, DepartureRules
from storage.access import grants
from storage.access.grants import Ending, GrantChange, Starting
from storage.contracts import proposals
from storage.contracts.proposals import Cause
from storage.database import Session
from storage.delegations import departures
from storage.registry import (
    company_suspensions,
    judgements,
    register_state_queries,
    register_states,
)
from storage.registry.register_state_queries import StoredState
from storage.signing_rules import reading_grants, readings


@dataclass(frozen=True, slots=True)
class Alignment:
    """Grants that an alignment started, ended and suspended."""

    started: Sequence[GrantChange] = ()
    ended: Sequence[GrantChange] = ()
    """Of origin ``register``, and by readings of signing rules."""
    suspended: Sequence[GrantChange] = ()
    """Delegated grants that were in force: their companies are deleted or bankrupt."""
    cascaded: Sequence[GrantChange] = ()
    """Delegated grants that ended because their givers left."""

    @property
    def lost(self) -> Sequence[GrantChange]:
        """Everything that ended."""
        return [*self.ended, *self.cascaded]

    @property
    def taken(self) -> int:
        """Number of grants that it takes away: a run or a login is weighed by it."""
        return len(self.lost) + len(self.suspended)

    def __add__(self, other: "Alignment") -> "Alignment":
        return Alignment(
            [*self.started, *other.started],
            [*self.ended, *other.ended],
            [*self.suspended, *other.suspended],
            [*self.cascaded, *other.cascaded],
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


def align(
    session: Session,
    company_ids: Iterable[UUID],
    *,
    on_departure: DepartureRules = STANDARD,
    actor: Actor,
) -> Alignment:
    """Align every account of these companies with their current states. Idempotent.

    Companies without a state are left as they are: unknown is not no. What somebody who left had
    given in the owner's name is reviewed, kept or ended, as ``on_departure`` says.
    """
    ids = sorted(set(company_ids))
    register_states.lock(session, ids)
    known = register_state_queries.current(session, ids)
    if not known:
        return Alignment()
    verdicts = json.dumps(judgements.of_companies(session, known))
    parameters = {"actor": json.dumps(actor.as_json())}
    ended = grants.end(session, _endings(session, verdicts), actor=actor)
    session.execute(_CHANGE_REASONS, parameters | {"verdicts": verdicts})
    suspensions = company_suspensions.align(session, known, actor=actor)
    started = grants.start(session, _startings(session, verdicts), actor=actor)
    readings.void(session, list(known), actor=actor)
    by_reading = reading_grants.align(session, list(known), actor=actor)
    said = {id_: Cause(stored.state.status, stored.id) for id_, stored in known.items()}
    proposals.align(session, said, actor=actor)  # a trustee who has access by now is told
    started, ended = [*started, *by_reading.started], [*ended, *by_reading.ended]
    accounts = {change.account_id for change in (*started, *ended)}.union(suspensions.restored)
    cascaded = _follow_departures(session, known, accounts, on_departure, actor)
    return Alignment(started, ended, suspensions.held_back, cascaded)


def _follow_departures(
    session: Session,
    known: Mapping[UUID, StoredState],
    accounts: Collection[UUID],
    rules: DepartureRules,
    actor: Actor,
) -> Sequence[GrantChange]:
    if not accounts:
        return ()
    # Who loses the right because the company is deleted or bankrupt has not left it: what they gave
    # is suspended, and they may have the right back.
    companies = [id_ for id_, stored in known.items() if not suspends_delegations(stored.state)]
    return departures.follow(session, sorted(accounts), companies, rules, actor=actor)


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
