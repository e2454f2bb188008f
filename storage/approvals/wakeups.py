"""Approvals that their workflows are to look at: they changed, or something around them did."""

from collections.abc import Sequence
from uuid import UUID

from sqlalchemy import TextClause, text

from storage.database import Connection, Session

_UNSEEN = "ended_at IS NULL AND seen_at IS NULL"
_SEEN = "a.ended_at IS NULL AND a.seen_at IS NOT NULL"
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


def _touch(which: str) -> TextClause:
    """Locked by id, so that two of these do not deadlock."""
    return text(f"""
    UPDATE approval SET seen_at = NULL, woken_at = NULL WHERE id IN (
        SELECT a.id FROM approval a WHERE a.ended_at IS NULL AND {which}
        ORDER BY a.id FOR NO KEY UPDATE)
    """)


_OF_COMPANY = _touch("a.company_id = :company")
_OF_SUBJECT = _touch("""(a.account_id = :subject OR a.id IN (
    SELECT c.approval_id FROM approval_confirmation c
    WHERE c.person_id = :subject AND c.taken_back_at IS NULL))""")
_ALL = _touch("true")
# Judged by a register state that is not the current one any more.
_REPLACED = """
FROM approval a JOIN register_state s ON s.id = a.register_state_id
"""
# What it offers is not proposed any more, the request is answered, the order or contract does not
# wait, the service that was to give its number is not there, or the account of the contract or of
# its number is another's. A contract that ends from outside, or that others than this group end,
# can be ended before.
_OWN_SIDE = """CASE WHEN c.end_is_from_outside THEN c.end_beside -> 'end_by' ELSE c.end_by END
    ->> 'side'"""
_SIDE = "CASE WHEN a.account_id = c.account_id THEN 'owner' ELSE 'host' END"
_GONE = f"""(a.kind IN ('delegation_give', 'delegation_renew') AND v.id IS NULL
         OR a.kind = 'access_request_approve' AND NOT EXISTS (
             SELECT FROM access_request r WHERE r.id = a.subject_id AND r.state = 'open')
         OR a.kind IN ('order_place', 'number_give') AND NOT EXISTS (
             SELECT FROM service_order o WHERE o.id = a.subject_id AND o.ended_at IS NULL)
         OR a.kind = 'number_give' AND NOT EXISTS (
             SELECT FROM service_order_item i
             WHERE i.order_id = a.subject_id AND i.other_service_id IS NOT NULL)
         OR a.kind = 'contract_start' AND NOT EXISTS (
             SELECT FROM contract c WHERE c.id = a.subject_id AND c.state = 'offered')
         OR a.kind = 'contract_end' AND NOT EXISTS (
             SELECT FROM contract c WHERE c.id = a.subject_id AND (
                 c.state IN ('active', 'suspended')
                 OR c.state = 'ending' AND c.ends_at > clock_timestamp() AND CASE
                    WHEN c.end_is_from_outside AND c.end_beside IS NULL THEN TRUE
                    ELSE COALESCE({_OWN_SIDE}, {_SIDE}) <> {_SIDE} END))
         OR a.kind = 'contract_end_cancel' AND NOT EXISTS (
             SELECT FROM contract c WHERE c.id = a.subject_id AND c.state = 'ending'
                AND c.ends_at > clock_timestamp() AND {_OWN_SIDE} = {_SIDE})
         OR a.kind = 'contract_resume' AND NOT EXISTS (
             SELECT FROM contract c WHERE c.id = a.subject_id
                AND c.state IN ('suspended', 'ending')
                AND c.suspend_reason = a.act -> 'data' ->> 'reason')
         OR a.kind IN ('contract_end', 'contract_end_cancel', 'contract_resume') AND NOT EXISTS (
             SELECT FROM contract c JOIN account k ON k.id IN (c.account_id, c.host_account_id)
             WHERE c.id = a.subject_id AND k.id = a.account_id AND k.company_id = a.company_id))"""
# Planned for all of them, as usually there are none: with the limit in it PostgreSQL would expect
# to find 500 soon, and look each up by itself.
_TOUCH = text(f"""
WITH outdated AS MATERIALIZED (
    SELECT a.id {_REPLACED}
    LEFT JOIN delegation_version v ON v.id = a.subject_id AND v.state = 'proposed'
    WHERE {_SEEN} AND (NOT upper_inf(s.in_force) OR {_GONE})
), locked AS (
    SELECT a.id FROM approval a JOIN outdated o ON o.id = a.id WHERE {_SEEN}
    LIMIT 500 FOR NO KEY UPDATE OF a SKIP LOCKED
)
UPDATE approval a SET seen_at = NULL, woken_at = NULL FROM locked WHERE locked.id = a.id
RETURNING a.id
""")
_AGE = text(f"""
SELECT COALESCE(EXTRACT(epoch FROM clock_timestamp() - min(upper(s.in_force))), 0) {_REPLACED}
WHERE {_SEEN} AND NOT upper_inf(s.in_force)
""")


def claim(session: Session) -> Sequence[UUID]:
    """Claim approvals whose workflows are to look at them, at most 200; each again in 30 s."""
    if session.execute(_ANY).one_or_none() is None:
        return []
    return session.execute(_CLAIM).scalars().all()


def touch_company(session: Session, company_id: UUID) -> None:
    """Let the open approvals of a company be looked at: its signing rule was read or looked at."""
    session.execute(_OF_COMPANY, {"company": company_id})


def touch_subject(session: Session, subject_id: UUID) -> None:
    """Let the open approvals on this account, or confirmed by this person, be looked at.

    For when a freeze is lifted: their word counts again.
    """
    session.execute(_OF_SUBJECT, {"subject": subject_id})


def touch_all(session: Session) -> None:
    """Let every open approval be looked at: the installation has other rules."""
    session.execute(_ALL)


def touch_outdated(session: Session) -> int:
    """Let approvals be looked at around which something changed; returns how many. A sweep."""
    return len(session.execute(_TOUCH).scalars().all())


def age(connection: Connection) -> float:
    """Return the seconds since the register state changed of the longest outdated approval."""
    return float(connection.execute(_AGE).scalar_one())
