"""End what was suspended for too long, where the register stands by it.

One answer of the register ends nothing for good: it must have said the same again after all that
time. Where it was not asked since, or cannot be, delegations stay suspended and can be restored.
"""

from datetime import timedelta

from sqlalchemy import text

from domain.access.suspensions import LONGEST_SUSPENSION, SUSPENDING
from domain.audit import Actor, ActorKind
from domain.delegations.states import DelegationEnd
from storage.database import Connection, Session
from storage.delegations import ends
from storage.registry import register_states

_ENGINE = Actor(ActorKind.ENGINE, "suspended-delegations")

# Suspended since its account is, or since it was accepted, if that was later.
_OVERDUE = f"""
FROM suspension x
JOIN account a ON a.id = x.account_id
JOIN register_state s ON s.company_id = a.company_id AND upper_inf(s.in_force)
JOIN delegation d ON d.account_id = a.id
WHERE x.kind = 'company' AND upper_inf(x.period)
  AND s.state->>'status' IN ({", ".join(f"'{status}'" for status in sorted(SUSPENDING))})
  AND s.as_of >= GREATEST(x.begun_at, d.accepted_at) + :after
  AND d.accepted_at IS NOT NULL AND d.ended_at IS NULL AND d.ends_at > statement_timestamp()
"""
_COMPANY = text(f"SELECT a.company_id {_OVERDUE} LIMIT 1")
_DELEGATIONS = text(f"SELECT d.id {_OVERDUE} AND a.company_id = :company ORDER BY d.id")
_AGE = text(f"""
SELECT EXTRACT(EPOCH FROM max(
    clock_timestamp() - GREATEST(x.begun_at, d.accepted_at) - CAST(:after AS interval)))
{_OVERDUE}
""")


def sweep(session: Session, after: timedelta) -> int:
    """End what has been suspended on one company's accounts for ``after``; returns how many.

    0: the register has said of no company so late that it is deleted or bankrupt. Idempotent.
    """
    asked: dict[str, object] = {"after": after}
    company_id = session.execute(_COMPANY, asked).scalar_one_or_none()
    if company_id is None:
        return 0
    # The register may take it back meanwhile: what is due is found again once that is kept out.
    register_states.lock(session, [company_id])
    due = session.execute(_DELEGATIONS, asked | {"company": company_id}).scalars().all()
    ended = ends.end(session, due, DelegationEnd.SUSPENDED_TOO_LONG, actor=_ENGINE)
    return len(ended.delegations)


def age(connection: Connection) -> float:
    """Return the seconds since the oldest was due by the longest time that may be set; 0: none."""
    oldest = connection.execute(_AGE, {"after": LONGEST_SUSPENSION}).scalar_one()
    return float(oldest or 0)
