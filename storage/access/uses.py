"""Writer of ``access_use``: the last day on which people used their access to accounts."""

import json
from collections.abc import Iterable, Sequence
from uuid import UUID

from sqlalchemy import text

from domain.access.uses import Use
from storage.database import Session

# Most uses are of a day that is recorded already, and write and lock nothing.
_NEW = """
WITH used AS (
    SELECT u.account_id, COALESCE(u.person_id, p.id) AS person_id, max(u.day) AS day
    FROM jsonb_to_recordset(CAST(:uses AS jsonb)) AS u(
        account_id uuid, person_id uuid, country text, code text, day date)
    LEFT JOIN person p ON p.country = u.country AND p.code = u.code
    GROUP BY 1, 2
), new AS MATERIALIZED (
    SELECT u.* FROM used u
    WHERE NOT EXISTS (
        SELECT FROM access_use a WHERE a.account_id = u.account_id AND a.person_id = u.person_id
          AND a.last_used_day >= u.day)
)
"""
# Erasures and changes of owner that are under way are waited for: their statements that forget
# would not see what is recorded meanwhile.
_LOCKS = tuple(
    text(f"""{_NEW}
    SELECT id FROM {table} WHERE id IN (SELECT {table}_id FROM new) ORDER BY id FOR KEY SHARE
    """)
    for table in ("person", "account")
)
# Sorted by the key, so that two processes which record the same uses do not deadlock.
_RECORD = text(f"""{_NEW}
INSERT INTO access_use AS a (account_id, person_id, last_used_day)
SELECT u.account_id, u.person_id, u.day FROM new u
WHERE EXISTS (
    SELECT FROM access_grant g WHERE g.account_id = u.account_id AND g.person_id = u.person_id
      AND (upper_inf(g.validity) OR upper(g.validity) > clock_timestamp()))
ORDER BY u.account_id, u.person_id
ON CONFLICT (account_id, person_id) DO UPDATE
SET last_used_day = GREATEST(a.last_used_day, EXCLUDED.last_used_day)
WHERE a.last_used_day < EXCLUDED.last_used_day
""")
_FORGET = text("DELETE FROM access_use WHERE account_id = ANY(:accounts)")


def record(session: Session, uses: Iterable[Use]) -> None:
    """Record these uses: of each person and account the last day counts. Repeatable.

    Of whoever has no access to an account any more nothing is recorded: they may be erased, and
    the account may have an owner who is not told about the old one's people.
    """
    rows = [use.as_json() for use in uses]
    for statement in (*_LOCKS, _RECORD) if rows else ():
        session.execute(statement, {"uses": json.dumps(rows)})


def forget_on_accounts(session: Session, account_ids: Sequence[UUID]) -> None:
    """Forget who used these accounts: their new owner is not told about the old one's people."""
    if account_ids:
        session.execute(_FORGET, {"accounts": list(account_ids)})
