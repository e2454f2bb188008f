"""Table ``delegation``: what its dates bring about, each change with its event and its moment.

``event.at`` is when it was written, as of every event; ``after.happened_at`` is the moment at which
the delegation began or was over, which may be long before.
"""

import json
from collections.abc import Mapping, Sequence
from datetime import datetime
from uuid import UUID

from sqlalchemy import TextClause, text

from domain.audit import Actor, EventKind
from domain.reasons import Reason
from storage.database import Session
from storage.delegations import notices
from storage.delegations.delegation_events import AFTER, parameters_of, recorded


def _following(change: str, due: str, moment: str) -> TextClause:
    record = recorded(
        reason="c.why",
        before="jsonb_build_object('state', c.state_before)",
        after=f"{AFTER} || jsonb_build_object('happened_at', c.{moment})",
    )
    return text(f"""
        WITH following AS (
            SELECT id, why FROM jsonb_to_recordset(CAST(:reasons AS jsonb)) AS f(id uuid, why jsonb)
        ), before AS (
            SELECT d.id, d.state AS state_before FROM delegation d JOIN following f USING (id)
            WHERE d.accepted_at IS NOT NULL AND d.ended_at IS NULL
              AND d.{moment} <= clock_timestamp() AND {due}
        ), changed AS (
            UPDATE delegation d SET {change} FROM following f, before b
            WHERE f.id = d.id AND b.id = d.id RETURNING d.*, b.state_before, f.why
        ), recorded AS ({record})
        SELECT id FROM changed ORDER BY id
    """)


_BEGIN = _following("state = 'active'", "d.state = 'scheduled'", "starts_at")
_EXPIRE = _following(
    "state = 'ended', ended_at = d.ends_at, ended_reason = f.why, next_due_at = NULL",
    "true",
    "ends_at",
)
_NEXT_DUE = text("""
UPDATE delegation d SET next_due_at = n.at
FROM jsonb_to_recordset(CAST(:rows AS jsonb)) AS n(id uuid, at timestamptz) WHERE d.id = n.id
""")


def begin(session: Session, why: Mapping[UUID, Reason], *, actor: Actor) -> Sequence[UUID]:
    """Let the state of these, which are locked, follow their first day; returns those that began.

    Each with the reason of what it gives.
    """
    return _follow(session, _BEGIN, why, EventKind.DELEGATION_STARTED, actor)


def expire(session: Session, why: Mapping[UUID, Reason], *, actor: Actor) -> Sequence[UUID]:
    """End those of these, which are locked, whose last day is over; returns them. It is told."""
    over = _follow(session, _EXPIRE, why, EventKind.DELEGATION_ENDED, actor)
    notices.of_expired(session, over, actor=actor)
    return over


def set_next_due(session: Session, moments: Mapping[UUID, datetime]) -> None:
    """Note when something is next due of each of these, which are locked and in force."""
    rows = [{"id": str(id_), "at": moment.isoformat()} for id_, moment in moments.items()]
    if rows:
        session.execute(_NEXT_DUE, {"rows": json.dumps(rows)})


def _follow(
    session: Session,
    statement: TextClause,
    why: Mapping[UUID, Reason],
    kind: EventKind,
    actor: Actor,
) -> Sequence[UUID]:
    rows = [{"id": str(id_), "why": reason.as_json()} for id_, reason in why.items()]
    if not rows:
        return []
    parameters = {"reasons": json.dumps(rows)} | parameters_of(kind, actor)
    return session.execute(statement, parameters).scalars().all()
