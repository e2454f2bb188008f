"""Store services from the operator's records, and end the access that goes with them."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from typing import Any, NamedTuple
from uuid import UUID

from sqlalchemy import text
from sqlmodel import Session

from domain.accounts import RecordRefusal, ServiceKind, ServiceStatus
from domain.audit import Actor, EventKind
from domain.identifiers import PersonKey
from domain.reasons import Reason
from storage.access import grants
from storage.access.grants import Ending, GrantChange
from storage.accounts.accounts import UpsertResult
from storage.audit import events
from storage.audit.events import NewEvent
from storage.number_owner import owns_number
from storage.numbers import grants as number_grants
from storage.parties import upsert

SERVICE_GONE = Reason("service_gone", "The service ended or moved to another account")


@dataclass(frozen=True, slots=True)
class ServiceFacts:
    """One service as the operator's record has it. ``number`` is E.164 or None."""

    id: UUID
    account_id: UUID
    kind: ServiceKind
    number: str | None
    name: str
    status: ServiceStatus = ServiceStatus.ACTIVE
    user: PersonKey | None = None
    """The person who has the SIM, if known."""


class _Upserted(NamedTuple):
    """A service that was created or changed."""

    id: UUID
    account_id: UUID
    kind: str
    status: str
    user_id: UUID | None
    old_account_id: UUID | None
    """None: it is new."""
    old_status: str | None
    old_user_id: UUID | None


_REFUSED = text(f"""
SELECT f.id, CASE WHEN a.id IS NULL THEN 'account_unknown' ELSE 'number_taken' END AS code
FROM jsonb_to_recordset(CAST(:facts AS jsonb))
    AS f(id uuid, account_id uuid, kind text, number text, status text)
LEFT JOIN account a ON a.id = f.account_id
WHERE a.id IS NULL OR (f.status = 'active' AND {owns_number("f")} AND EXISTS (
    SELECT FROM service s WHERE s.number = f.number AND s.status = 'active'
        AND {owns_number("s")} AND s.id <> f.id
        AND NOT s.id = ANY(CAST(:ending AS uuid[]))))
""")

_PUT = text("""
WITH facts AS (
    SELECT * FROM jsonb_to_recordset(CAST(:facts AS jsonb)) AS f(
        id uuid, account_id uuid, kind text, number text, name text, status text, user_id uuid)
), before AS (
    SELECT s.* FROM service s JOIN facts f ON f.id = s.id ORDER BY s.id FOR UPDATE OF s
), put AS (
    INSERT INTO service AS s (id, account_id, kind, number, name, status, user_id)
    SELECT f.id, f.account_id, f.kind, f.number, f.name, f.status, f.user_id
    FROM facts f LEFT JOIN before b ON b.id = f.id
    ORDER BY f.status = 'active', f.id  -- a number is given up before it is taken
    ON CONFLICT (id) DO UPDATE
    SET account_id = EXCLUDED.account_id, kind = EXCLUDED.kind, number = EXCLUDED.number,
        name = EXCLUDED.name, status = EXCLUDED.status, user_id = EXCLUDED.user_id,
        updated_at = now()
    WHERE (s.account_id, s.kind, s.number, s.name, s.status, s.user_id) IS DISTINCT FROM
        (EXCLUDED.account_id, EXCLUDED.kind, EXCLUDED.number, EXCLUDED.name, EXCLUDED.status,
         EXCLUDED.user_id)
    RETURNING s.id, s.account_id, s.kind, s.status, s.user_id
)
SELECT p.id, p.account_id, p.kind, p.status, p.user_id, b.account_id, b.status, b.user_id
FROM put p LEFT JOIN before b ON b.id = p.id ORDER BY p.id
""")

_GONE = text("""
SELECT g.id FROM access_grant g JOIN service s ON s.id = g.service_id
WHERE s.id = ANY(:services) AND (upper_inf(g.validity) OR upper(g.validity) > clock_timestamp())
  AND (s.status = 'ended' OR s.account_id <> g.account_id) ORDER BY g.id
""")


def put_services(session: Session, facts: Sequence[ServiceFacts], *, actor: Actor) -> UpsertResult:
    """Create or update these services; grants on one that ends or moves end. Idempotent.

    Refuses ``account_unknown`` and ``number_taken`` (two active services cannot share a number).
    """
    users = upsert.person_ids(session, [f.user for f in facts if f.user is not None])
    records = {f.id: _row(f, users) for f in facts}
    refused = _refused(session, records)
    accepted = json.dumps([row for id_, row in records.items() if id_ not in refused])
    rows = [_Upserted(*row) for row in session.execute(_PUT, {"facts": accepted})]
    events.append(session, [_event(row) for row in rows], actor=actor)
    gone = session.execute(_GONE, {"services": [row.id for row in rows]}).scalars()
    ended = grants.end(session, [Ending(id_, SERVICE_GONE.as_json()) for id_ in gone], actor=actor)
    left = _end_proved_numbers(session, rows, actor)
    return UpsertResult(
        created=[row.id for row in rows if row.old_account_id is None],
        changed=[row.id for row in rows if row.old_account_id is not None],
        refused=refused,
        ended=(*ended, *left),
    )


def _row(fact: ServiceFacts, users: Mapping[PersonKey, UUID]) -> dict[str, Any]:
    row = asdict(fact) | {"id": str(fact.id), "account_id": str(fact.account_id)}
    user = row.pop("user") and fact.user
    return row | {"user_id": str(users[user]) if user else None}


def _end_proved_numbers(
    session: Session, rows: Sequence[_Upserted], actor: Actor
) -> Sequence[GrantChange]:
    """End grants that rest on a verified number which left the account or got another user."""
    known = [row for row in rows if row.old_account_id is not None]
    accounts = {id_ for row in known for id_ in (row.account_id, row.old_account_id) if id_}
    given_away = [row.id for row in known if row.user_id != row.old_user_id]
    return number_grants.end_left(session, sorted(accounts), given_away, actor=actor)


def _refused(
    session: Session, records: Mapping[UUID, Mapping[str, Any]]
) -> dict[UUID, RecordRefusal]:
    ending = [id_ for id_, row in records.items() if row["status"] == ServiceStatus.ENDED]
    facts = json.dumps(list(records.values()))
    rows = session.execute(_REFUSED, {"facts": facts, "ending": ending})
    refused = {id_: RecordRefusal(code) for id_, code in rows}
    first: dict[str, UUID] = {}
    for id_, row in records.items():
        active = row["status"] == ServiceStatus.ACTIVE
        claims = row["number"] and active and ServiceKind(row["kind"]).owns_number
        if claims and first.setdefault(row["number"], id_) != id_:
            refused[id_] = RecordRefusal.NUMBER_TAKEN
    return refused


def _event(row: _Upserted) -> NewEvent:
    existed = row.old_account_id is not None
    before = {"account_id": str(row.old_account_id), "status": row.old_status} if existed else None
    return NewEvent(
        EventKind.SERVICE_CHANGED if existed else EventKind.SERVICE_CREATED,
        subject_id=row.id,
        account_id=row.account_id,
        before=before,
        after={"account_id": str(row.account_id), "status": row.status, "kind": row.kind},
    )
