"""Approvals that their workflows are to look at: they changed, or something around them did."""

from collections.abc import Sequence
from uuid import UUID

from sqlalchemy import text

from storage.database import Connection, Session

_UNSEEN = "ended_at IS NULL AND seen_at IS NULL"
_CLAIM = text(f"""
WITH due AS (
    SELECT id FROM approval
    WHERE {_UNSEEN} AND (woken_at IS NULL OR woken_at < clock_timestamp() - interval '30 seconds')
    ORDER BY changed_at LIMIT 200 FOR NO KEY UPDATE SKIP LOCKED
)
UPDATE approval a SET woken_at = clock_timestamp() FROM due WHERE due.id = a.id
RETURNING a.id
""")
_ANY = text(f"SELECT FROM approval WHERE {_UNSEEN} LIMIT 1")
_OF_COMPANY = text("""
UPDATE approval SET seen_at = NULL, woken_at = NULL
WHERE company_id = :company AND ended_at IS NULL
""")
# By another register state than it was judged by, or what it offers is not proposed any more.
_OUTDATED = """
FROM approval a JOIN register_state s ON s.company_id = a.company_id AND upper_inf(s.in_force)
LEFT JOIN delegation_version v ON v.id = a.subject_id
WHERE a.ended_at IS NULL AND a.seen_at IS NOT NULL
  AND (s.id IS DISTINCT FROM a.register_state_id OR v.state <> 'proposed')
"""
_TOUCH = text(f"""
UPDATE approval SET seen_at = NULL, woken_at = NULL
WHERE id IN (SELECT a.id {_OUTDATED} ORDER BY a.id LIMIT 500 FOR NO KEY UPDATE OF a SKIP LOCKED)
RETURNING id
""")
_AGE = text(f"""
SELECT COALESCE(EXTRACT(epoch FROM clock_timestamp() - min(lower(s.in_force))), 0) {_OUTDATED}
""")


def claim(session: Session) -> Sequence[UUID]:
    """Claim approvals whose workflows are to look at them, at most 200; each again in 30 s."""
    if session.execute(_ANY).one_or_none() is None:
        return []
    return session.execute(_CLAIM).scalars().all()


def touch_company(session: Session, company_id: UUID) -> None:
    """Let the open approvals of a company be looked at: its signing rule was read or looked at."""
    session.execute(_OF_COMPANY, {"company": company_id})


def touch_outdated(session: Session) -> int:
    """Let approvals be looked at around which something changed; returns how many. A sweep."""
    return len(session.execute(_TOUCH).scalars().all())


def age(connection: Connection) -> float:
    """Return the seconds since the register state changed of the longest outdated approval."""
    return float(connection.execute(_AGE).scalar_one())
