"""Forgetting what nobody needs any more: never history, grants or register states."""

from datetime import timedelta

from sqlalchemy import text

from storage.database import Database
from storage.requests import idempotency_keys

REPEATS = timedelta(days=7)
"""How long a request may be repeated under its idempotency key."""

# What the register answered holds personal data: gone soon after its run has ended.
_ANSWERS = """
DELETE FROM sync_change c USING sync_run r
WHERE r.id = c.run_id AND r.state NOT IN ('running', 'held')
"""
_OPERATIONS = """
DELETE FROM operation
WHERE state IN ('succeeded', 'failed', 'cancelled') AND updated_at < now() - interval '90 days'
"""
_RESOLVED = "DELETE FROM record_aside WHERE resolved_at < now() - interval '90 days'"
# What was sent, and to which number: kept as long as a bill may be asked about.
_SMS = """
DELETE FROM sms USING verification v
WHERE v.id = sms.verification_id AND v.created_at < now() - interval '90 days'
"""
# Numbers that nobody proved are nobody's to keep.
_UNPROVED = """
DELETE FROM verification
WHERE state <> 'verified' AND created_at < now() - interval '90 days'
"""
# What became of it all stays in the history. Steps of a process that goes on are how it knows what
# it has done.
_STUCK = "DELETE FROM stuck WHERE state = 'closed' AND closed_at < now() - interval '90 days'"
_STEPS = """
DELETE FROM step s
WHERE ended_at < now() - interval '90 days'
    AND NOT EXISTS (SELECT FROM step o WHERE o.process_id = s.process_id
        AND (o.ended_at IS NULL OR o.ended_at > now() - interval '90 days'))
    AND NOT EXISTS (SELECT FROM stuck k WHERE k.step_id = s.id)
    AND NOT EXISTS (SELECT FROM operation p WHERE p.id = s.process_id
        AND p.state IN ('pending', 'running'))
"""
_QUOTAS = "DELETE FROM send_quota WHERE used_until < now()"
_BUDGETS = "DELETE FROM register_budget WHERE day < current_date - 400"
_ALL = (
    *(_ANSWERS, _OPERATIONS, _RESOLVED, _BUDGETS, _SMS, _UNPROVED, _QUOTAS),
    *(_STUCK, _STEPS),
)


def tidy(database: Database) -> None:
    """Drop what is past its time. Harmless to repeat, and to run twice at once."""
    for statement in _ALL:
        with database.transaction() as session:
            session.execute(text(statement))
    with database.transaction() as session:
        idempotency_keys.forget(session, REPEATS)
