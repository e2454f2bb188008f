"""Many stuck steps, as an outage and a bad day leave them."""

from collections.abc import Sequence
from uuid import UUID

from sqlalchemy import text

from benchmarks.place import vacuum
from storage.database import Database

ACCOUNTS = 5_000
"""Number of accounts that the rows belong to, in turns."""

_SERVICES = text("""
WITH owner AS (
    INSERT INTO company (id, country, code) VALUES (:id, 'EE', '10000001') RETURNING id
), account AS (
    INSERT INTO account (id, reference, company_id) SELECT id, 'bench', id FROM owner RETURNING id
)
INSERT INTO service (id, account_id, kind, number)
SELECT CAST(md5('service' || n) AS uuid), id, 'mobile', '+372' || 50000000 + n
FROM account, generate_series(1, :number) n
""")
_REQUESTS = text("""
WITH asked AS (
    INSERT INTO event (kind, actor, subject_id, account_id, reason)
    SELECT 'service:resend_requested', '{"kind": "ops", "id": "bench"}', CAST(substr(resource, 9)
        AS uuid), account_id, jsonb_build_object('process', process_id) FROM step
    RETURNING id, reason
), noted AS (
    INSERT INTO event_note (event_id, key, text) SELECT id, '', 'a bad day' FROM asked
)
INSERT INTO process (id, type, workflow_id, request_event_id, ended_at)
SELECT s.process_id, s.process, s.workflow_id, asked.id, now()
FROM step s JOIN asked ON asked.reason ->> 'process' = CAST(s.process_id AS text)
""")
_STEPS = text("""
INSERT INTO step (id, process, process_id, workflow_id, account_id, target, target_kind, action,
                  resource, state, attempts, troubled_since)
SELECT gen_random_uuid(), CASE WHEN n % 4 = 0 THEN 'number_verification' ELSE 'resend' END, p,
    'bench/' || p, CAST(md5('account' || n % :accounts) AS uuid),
    CASE WHEN n % 4 = 0 THEN 'sms' ELSE 'network' END,
    CASE WHEN n % 4 = 0 THEN 'sms' ELSE 'network' END, 'configure',
    'service/' || CAST(md5('service' || n) AS uuid),
    CASE WHEN n % 4 = 0 THEN 'doubt' WHEN n % 10 = 1 THEN 'refused' ELSE 'trouble' END, 5,
    clock_timestamp() - n * interval '10 seconds'
FROM (SELECT n, gen_random_uuid() AS p FROM generate_series(1, :number) n) made
""")
_STUCK = text("""
INSERT INTO stuck (id, kind, step_id, process, process_id, workflow_id, account_id, target, action,
    code, detail, attempts, first_failed_at, last_failed_at, since,
    allowed_decisions, correctable_inputs, state)
SELECT id, state, id, process, process_id, workflow_id, account_id, target, action,
    CASE state WHEN 'doubt' THEN 'answer_lost' WHEN 'refused' THEN 'service_unknown'
        ELSE 'unreachable' END,
    'http_503', attempts, troubled_since, clock_timestamp(), troubled_since,
    '{retry,abort}', '{network_id}', 'stuck'
FROM step
""")
# The rows that an outage of one account's services leaves.
_OF_ACCOUNT = text("""
WITH made AS (
    INSERT INTO step (id, process, process_id, workflow_id, account_id, target, target_kind,
                      action, state, attempts, troubled_since)
    SELECT gen_random_uuid(), 'resend', gen_random_uuid(), 'bench/' || n, :account, 'network',
        'network', 'configure', 'trouble', 5, clock_timestamp()
    FROM generate_series(1, :number) n RETURNING *)
INSERT INTO stuck (id, kind, step_id, process, process_id, workflow_id, account_id, target, action,
    code, attempts, first_failed_at, last_failed_at, since, allowed_decisions,
    correctable_inputs, state)
SELECT id, state, id, process, process_id, workflow_id, account_id, target, action,
    'unreachable', attempts, troubled_since, troubled_since, troubled_since, '{retry,abort}', '{}',
    'stuck'
FROM made RETURNING id
""")


def fill(database: Database, number: int) -> UUID:
    """Create stuck rows, a quarter of them in doubt; returns an account that owns some of them."""
    with database.transaction() as session:
        session.execute(_SERVICES, {"id": UUID(int=1), "number": number})
        session.execute(_STEPS, {"number": number, "accounts": ACCOUNTS})
        session.execute(_REQUESTS)
        session.execute(_STUCK)
    settled(database)
    with database.reading() as connection:
        found: UUID = connection.execute(text("SELECT account_id FROM stuck LIMIT 1")).scalar_one()
    return found


def of_account(database: Database, account_id: UUID, number: int) -> Sequence[UUID]:
    """Create more stuck rows, all of this account."""
    with database.transaction() as session:
        rows = session.execute(_OF_ACCOUNT, {"account": account_id, "number": number})
        return rows.scalars().all()


def settled(database: Database) -> None:
    """Vacuum and analyse, as autovacuum does a minute later."""
    vacuum(database, "step, stuck, service, process, event")
