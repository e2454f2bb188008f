"""Many stuck steps, as an outage and a bad day leave them."""

from collections.abc import Sequence
from uuid import UUID

from sqlalchemy import text

from benchmarks.place import vacuum
from storage.database import Database

ACCOUNTS = 5_000
"""Number of accounts that the rows belong to, in turns."""

_STEPS = text("""
INSERT INTO step (id, process, process_id, workflow_id, account_id, target, target_kind, action,
                  resource, state, attempts, troubled_since)
SELECT gen_random_uuid(), CASE WHEN n % 4 = 0 THEN 'number_verification' ELSE 'resend' END, p,
    'bench/' || p, CAST(md5('account' || n % :accounts) AS uuid),
    CASE WHEN n % 4 = 0 THEN 'sms' ELSE 'network' END,
    CASE WHEN n % 4 = 0 THEN 'sms' ELSE 'network' END, 'configure', 'service/' || p,
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
        session.execute(_STEPS, {"number": number, "accounts": ACCOUNTS})
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
    vacuum(database, "step, stuck")
