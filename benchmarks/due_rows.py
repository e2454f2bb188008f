"""Many delegations, of a few of which something is due."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

from sqlalchemy import text

from benchmarks.place import vacuum
from domain.days import day_of, start_of
from storage.database import Database

ZONE = ZoneInfo("Europe/Tallinn")
ACCOUNTS = 5_000
_DAY = timedelta(days=1)
_PEOPLE = text("""
INSERT INTO person (id, country, code, name)
SELECT CAST(md5('person' || n) AS uuid), 'EE', 'bench' || n, ''
FROM generate_series(1, CAST(:number AS int)) n
""")
_ACCOUNTS = text("""
INSERT INTO account (id, reference, person_id)
SELECT CAST(md5('account' || n) AS uuid), 'B-' || n, CAST(md5('person' || n) AS uuid)
FROM generate_series(1, CAST(:accounts AS int)) n
""")
_OWNERS = text("""
INSERT INTO access_grant (id, person_id, account_id, role, validity, origin, reason)
SELECT gen_random_uuid(), CAST(md5('person' || n) AS uuid), CAST(md5('account' || n) AS uuid),
    'administrator', tstzrange(now() - interval '1 year', NULL), 'operator', '{}'
FROM generate_series(1, CAST(:accounts AS int)) n
""")
# Every fourth of the due ones begins, every fourth is over, of the others a warning is due. That
# what is due is due now is left to ``make_due``; all others end in half a year.
_DELEGATIONS = text("""
INSERT INTO delegation (id, account_id, receiver_id, giver_id, state, version, starts_at, ends_at,
    next_due_at, created_at, accepted_at)
SELECT CAST(md5('delegation' || n) AS uuid), CAST(md5('account' || owner) AS uuid),
    CAST(md5('person' || receiver) AS uuid), CAST(md5('person' || owner) AS uuid),
    CASE kind WHEN 0 THEN 'scheduled' ELSE 'active' END, 1,
    CASE kind WHEN 0 THEN :today ELSE :today - interval '1 year' END,
    CASE kind WHEN 1 THEN :today ELSE :far END,
    now() + interval '5 months', :today - interval '1 year', :today - interval '1 year'
FROM (
    SELECT n, n % :accounts + 1 AS owner, 1 + (n * 7 + 1) % :number AS receiver,
        CASE WHEN n <= :due THEN n % 4 END AS kind
    FROM generate_series(1, CAST(:number AS int)) n) made
""")
_VERSIONS = text("""
INSERT INTO delegation_version (id, delegation_id, number, role, permissions, service_ids,
    from_day, through_day, may_pass_on, basis, state, lapses_at, accepted_at)
SELECT CAST(md5('version' || n) AS uuid), CAST(md5('delegation' || n) AS uuid), 1, 'composed',
    '{invoice:pay,invoice:view}', '{}', CAST(:day AS date) - 365,
    CAST(:day AS date) + CASE WHEN n > :due OR n % 4 = 0 THEN 180 WHEN n % 4 = 1 THEN -1 ELSE 7 END,
    false, jsonb_build_object('kind', 'owner', 'given_on', CAST(:day AS date) - 365,
        'given_by', CAST(md5('person' || n % :accounts + 1) AS uuid)),
    'accepted', now(), now()
FROM generate_series(1, CAST(:number AS int)) n
""")
_GRANTS = text("""
INSERT INTO access_grant (id, person_id, account_id, role, permissions, validity, origin,
    delegation_id, reason, proof, created_at)
SELECT gen_random_uuid(), d.receiver_id, d.account_id, 'composed', '{invoice:pay,invoice:view}',
    tstzrange(d.starts_at, d.ends_at), 'delegation', d.id, '{}', d.id, d.created_at
FROM delegation d
""")
_MAKE_DUE = text("""
UPDATE delegation SET next_due_at = :today
WHERE id IN (SELECT CAST(md5('delegation' || n) AS uuid)
             FROM generate_series(CAST(:first AS int), CAST(:last AS int)) n)
RETURNING id
""")


def today() -> datetime:
    """Return the first moment of today."""
    return start_of(day_of(datetime.now(ZONE), ZONE), ZONE)


def fill(database: Database, number: int, due: int) -> None:
    """Create delegations; something can be made due of the first ``due`` of them."""
    values: dict[str, Any] = {"number": number, "due": due, "accounts": min(ACCOUNTS, number)}
    values |= {"today": today(), "far": today() + 180 * _DAY, "day": day_of(today(), ZONE)}
    with database.transaction() as session:
        for statement in (_PEOPLE, _ACCOUNTS, _OWNERS, _DELEGATIONS, _VERSIONS, _GRANTS):
            session.execute(statement, values)
    vacuum(database)


def make_due(database: Database, first: int, last: int) -> Sequence[UUID]:
    """Make something due of these, counted from 1; returns their ids."""
    asked = {"first": first, "last": last, "today": today()}
    with database.transaction() as session:
        return session.execute(_MAKE_DUE, asked).scalars().all()
