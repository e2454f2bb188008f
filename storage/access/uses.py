"""Writer of ``access_use``: the last day on which people used their access to accounts."""

import json
from collections.abc import Iterable, Sequence
from uuid import UUID

from sqlalchemy import text

from domain.access.uses import Use
from storage.database import Session

# Sorted by the key, so that two processes which record the same uses do not deadlock; most of them
# are of a day that is recorded already, and write nothing. An erased person gets none.
_RECORD = text("""
WITH used AS (
    SELECT u.account_id, COALESCE(u.person_id, p.id) AS person_id, max(u.day) AS day
    FROM jsonb_to_recordset(CAST(:uses AS jsonb)) AS u(
        account_id uuid, person_id uuid, country text, code text, day date)
    LEFT JOIN person p ON p.country = u.country AND p.code = u.code
    GROUP BY 1, 2
)
INSERT INTO access_use AS a (account_id, person_id, last_used_day)
SELECT u.account_id, u.person_id, u.day FROM used u
JOIN account c ON c.id = u.account_id
JOIN person p ON p.id = u.person_id AND p.erased_at IS NULL
ORDER BY u.account_id, u.person_id
ON CONFLICT (account_id, person_id) DO UPDATE
SET last_used_day = GREATEST(a.last_used_day, EXCLUDED.last_used_day)
WHERE a.last_used_day < EXCLUDED.last_used_day
""")
_FORGET = text("DELETE FROM access_use WHERE account_id = ANY(:accounts)")


def record(session: Session, uses: Iterable[Use]) -> None:
    """Record these uses: of each person and account the last day counts. Repeatable.

    Of a person or an account that is unknown nothing is recorded.
    """
    rows = [use.as_json() for use in uses]
    if rows:
        session.execute(_RECORD, {"uses": json.dumps(rows)})


def forget_on_accounts(session: Session, account_ids: Sequence[UUID]) -> None:
    """Forget who used these accounts: their new owner is not told about the old one's people."""
    if account_ids:
        session.execute(_FORGET, {"accounts": list(account_ids)})
