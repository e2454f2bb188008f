"""Customer accounts, as the operator's own systems tell of them, and the access that follows."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

from sqlalchemy import text
from sqlmodel import Session

from domain.access.grants import ACCOUNT_CLOSED, OWN_ACCOUNT, OWNER_CHANGED, Origin
from domain.access.permissions import Role
from domain.audit import Actor, EventKind
from domain.identifiers import CompanyKey, PersonKey
from storage.access import grants
from storage.access.grants import Ending, Starting
from storage.audit import events
from storage.audit.events import NewEvent
from storage.parties import upsert
from storage.registry import align_grants, register_states


@dataclass(frozen=True, slots=True)
class AccountFacts:
    """What an operator's system says of one account."""

    id: UUID
    reference: str
    name: str
    owner: CompanyKey | PersonKey
    status: str = "active"


@dataclass(frozen=True, slots=True)
class Put:
    """What a put of accounts or services did. Facts that changed nothing are in none of these."""

    created: Sequence[UUID] = ()
    changed: Sequence[UUID] = ()
    refused: dict[UUID, str] = field(default_factory=dict)
    """Stable code of why these facts were not taken in; nothing of them was."""


_TAKEN = text("""
SELECT f.id FROM jsonb_to_recordset(CAST(:facts AS jsonb)) AS f(id uuid, reference text)
JOIN account a ON a.reference = f.reference AND a.id <> f.id
""")

_PUT = text("""
WITH facts AS (
    SELECT * FROM jsonb_to_recordset(CAST(:facts AS jsonb)) AS f(
        id uuid, reference text, name text, company_id uuid, person_id uuid, status text)
), before AS (
    SELECT a.* FROM account a JOIN facts f ON f.id = a.id ORDER BY a.id FOR UPDATE OF a
), put AS (
    INSERT INTO account AS a (id, reference, name, company_id, person_id, status)
    SELECT f.id, f.reference, f.name, f.company_id, f.person_id, f.status
    FROM facts f LEFT JOIN before b ON b.id = f.id ORDER BY f.id
    ON CONFLICT (id) DO UPDATE
    SET reference = EXCLUDED.reference, name = EXCLUDED.name, status = EXCLUDED.status,
        company_id = EXCLUDED.company_id, person_id = EXCLUDED.person_id, updated_at = now()
    WHERE (a.reference, a.name, a.status, a.company_id, a.person_id) IS DISTINCT FROM
        (EXCLUDED.reference, EXCLUDED.name, EXCLUDED.status, EXCLUDED.company_id,
         EXCLUDED.person_id)
    RETURNING a.id, a.status, a.company_id, a.person_id
)
SELECT p.id, p.status, p.company_id, p.person_id, b.id IS NOT NULL AS existed,
       b.status AS old_status, b.company_id AS old_company_id, b.person_id AS old_person_id
FROM put p LEFT JOIN before b ON b.id = p.id ORDER BY p.id
""")


def put_accounts(session: Session, facts: Sequence[AccountFacts], *, actor: Actor) -> Put:
    """Make these accounts be as told, and access follow at once. Idempotent.

    A company's account gets the grants that the believed register state gives (none while the
    register was never asked); a person's own account gets its person as administrator. An account
    that changes hands or closes loses what its old owner's side held. Refused: ``reference_taken``.
    """
    firms = upsert.company_ids(session, [f.owner for f in facts if isinstance(f.owner, CompanyKey)])
    # Companies before accounts, as in any alignment: the other way round the two would deadlock.
    register_states.lock(session, [*firms.values(), *_owning_now(session, facts)])
    people = upsert.person_ids(session, [f.owner for f in facts if isinstance(f.owner, PersonKey)])
    told = {fact.id: _row(fact, people, firms) for fact in facts}
    refused = _refused(session, told)
    rows = session.execute(
        _PUT, {"facts": json.dumps([row for id_, row in told.items() if id_ not in refused])}
    ).all()
    _tell(session, rows, actor)
    _end_what_went_with_it(session, rows, actor)
    concerned = {r.company_id for r in rows} | {r.old_company_id for r in rows}
    align_grants.align(session, concerned - {None}, actor=actor)
    align_own(session, [r.id for r in rows if r.person_id], actor=actor)
    return Put(
        created=[r.id for r in rows if not r.existed],
        changed=[r.id for r in rows if r.existed],
        refused=refused,
    )


def _owning_now(session: Session, facts: Sequence[AccountFacts]) -> Sequence[UUID]:
    owning = text("SELECT company_id FROM account WHERE id = ANY(:ids) AND company_id IS NOT NULL")
    return session.execute(owning, {"ids": [fact.id for fact in facts]}).scalars().all()


def _row(
    fact: AccountFacts, people: Mapping[PersonKey, UUID], firms: Mapping[CompanyKey, UUID]
) -> dict[str, Any]:
    row = {
        "id": str(fact.id),
        "reference": fact.reference,
        "name": fact.name,
        "status": fact.status,
    }
    if isinstance(fact.owner, PersonKey):
        return row | {"person_id": str(people[fact.owner])}
    return row | {"company_id": str(firms[fact.owner])}


def _refused(session: Session, told: dict[UUID, dict[str, Any]]) -> dict[UUID, str]:
    taken = session.execute(_TAKEN, {"facts": json.dumps(list(told.values()))})
    refused = {row.id: "reference_taken" for row in taken}
    first: dict[str, UUID] = {}
    for id_, row in told.items():
        if first.setdefault(row["reference"], id_) != id_:
            refused[id_] = "reference_taken"
    return refused


def _tell(session: Session, rows: Sequence[Any], actor: Actor) -> None:
    lines = [
        NewEvent(
            EventKind.ACCOUNT_CHANGED if row.existed else EventKind.ACCOUNT_CREATED,
            subject_id=row.id,
            account_id=row.id,
            company_id=row.company_id,
            person_id=row.person_id,
            before=_owner(row, "old_") if row.existed else None,
            after=_owner(row, ""),
        )
        for row in rows
    ]
    events.append(session, lines, actor=actor)


def _owner(row: Any, prefix: str) -> dict[str, Any]:
    ids = {name: getattr(row, prefix + name) for name in ("company_id", "person_id")}
    status = getattr(row, prefix + "status")
    return {"status": status} | {name: str(value) for name, value in ids.items() if value}


_LASTING = text("""
SELECT id FROM access_grant
WHERE account_id = ANY(:accounts) AND (upper_inf(validity) OR upper(validity) > clock_timestamp())
ORDER BY id
""")

_OWN_TO_START = text("""
SELECT a.id, a.person_id FROM account a
WHERE a.id = ANY(:accounts) AND a.person_id IS NOT NULL AND a.status = 'active'
  AND NOT EXISTS (
      SELECT FROM access_grant g
      WHERE g.account_id = a.id AND g.person_id = a.person_id AND g.origin = 'operator'
        AND g.role = 'administrator' AND g.service_id IS NULL AND upper_inf(g.validity))
ORDER BY a.id
""")


def _end_what_went_with_it(session: Session, rows: Sequence[Any], actor: Actor) -> None:
    """Nobody keeps anything on an account that is closed, or from the side of its old owner."""
    closed = [row.id for row in rows if row.status == "closed"]
    moved = [
        row.id
        for row in rows
        if row.existed
        and (row.company_id, row.person_id) != (row.old_company_id, row.old_person_id)
    ]
    for accounts, reason in ((moved, OWNER_CHANGED), (closed, ACCOUNT_CLOSED)):
        lasting = session.execute(_LASTING, {"accounts": accounts}).scalars()
        grants.end(session, [Ending(id_, reason.as_json()) for id_ in lasting], actor=actor)


def align_own(session: Session, account_ids: Sequence[UUID], *, actor: Actor) -> None:
    """Give private persons their own accounts. Idempotent."""
    accounts = {"accounts": list(account_ids)}
    wanted = session.execute(_OWN_TO_START, accounts)
    own = [
        Starting(
            row.person_id,
            row.id,
            Role.ADMINISTRATOR,
            Origin.OPERATOR,
            OWN_ACCOUNT.as_json(),
            row.id,
        )
        for row in wanted
    ]
    grants.start(session, own, actor=actor)
