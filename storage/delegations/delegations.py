"""Table ``delegation``: the statements that write it, each with its event.

What its dates bring about is written by ``date_changes``.
"""

import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import text

from domain.audit import FOR_REPRESENTATIVES, Actor, EventKind
from domain.delegations.periods import Period
from domain.delegations.states import DelegationState
from domain.reasons import Reason
from storage.database import Session
from storage.delegations import notices
from storage.delegations.delegation_events import NOBODY, parameters_of, recorded
from storage.delegations.new_delegations import BEGUN, DUE
from storage.delegations.notices import ClosedDelegation


@dataclass(frozen=True, slots=True)
class CurrentVersion:
    """The version of a delegation that is to count, and why it does."""

    delegation_id: UUID
    number: int
    period: Period
    due: Sequence[datetime]
    """Moments at which its dates bring something about; those in the past are passed over."""
    reason: Reason
    given_anew: bool
    """True: it was offered and accepted, so whoever gave it stands for it now."""


# Only of a delegation that is in force is there something to say: the new version's number.
_SAY = """
WITH changed AS (
    SELECT id, account_id, receiver_id, state, :number AS version FROM delegation WHERE id = :id
)
{}
"""
_SAY_TO_RECEIVER = text(_SAY.format(recorded()))
_SAY_TO_NOBODY = text(_SAY.format(recorded(person=NOBODY)))
_PUT_IN_FORCE = text(f"""
WITH moment AS MATERIALIZED (
    SELECT clock_timestamp() AS at
), changed AS (
    UPDATE delegation d SET version = :number, starts_at = :starts_at, ends_at = :ends_at,
        accepted_at = COALESCE(d.accepted_at, m.at),
        state = {BEGUN}, next_due_at = {DUE},
        confirmed_by = CASE WHEN :given_anew THEN NULL ELSE d.confirmed_by END,
        confirmed_jointly = d.confirmed_jointly AND NOT :given_anew
    FROM moment m WHERE d.id = :id RETURNING d.*
)
{recorded()}
""")
# One whose last day is over has expired, and is not revoked after that.
_CLOSE = text(f"""
WITH closing AS (
    SELECT id, reason FROM jsonb_to_recordset(CAST(:closings AS jsonb)) AS c(id uuid, reason jsonb)
), locked AS MATERIALIZED (
    SELECT d.id, d.state FROM delegation d JOIN closing USING (id)
    WHERE d.ended_at IS NULL AND (d.accepted_at IS NULL OR d.ends_at > clock_timestamp())
    ORDER BY d.id FOR NO KEY UPDATE OF d
), changed AS (
    UPDATE delegation d SET state = :state, ended_at = clock_timestamp(), ended_reason = c.reason,
        next_due_at = NULL
    FROM locked l JOIN closing c USING (id) WHERE d.id = l.id AND d.ended_at IS NULL
    RETURNING d.*, l.state AS before
), recorded AS ({
    recorded(
        person="CASE WHEN c.before <> 'awaiting_confirmations' THEN c.receiver_id END",
        reason="c.ended_reason",
        before="jsonb_build_object('state', c.before)",
        kind="CASE c.before WHEN 'awaiting_confirmations' THEN :dropped ELSE :event_kind END",
    )
})
SELECT id, account_id, receiver_id, giver_id, accepted_at IS NOT NULL FROM changed ORDER BY id
""")
_CONFIRM = text(f"""
WITH locked AS MATERIALIZED (
    SELECT id FROM delegation
    WHERE id = ANY(:ids) AND account_id = :account AND accepted_at IS NOT NULL AND ended_at IS NULL
    ORDER BY id FOR NO KEY UPDATE
), changed AS (
    UPDATE delegation d SET confirmed_at = clock_timestamp(), confirmed_by = :by,
        confirmed_jointly = :jointly
    FROM locked l WHERE d.id = l.id AND d.ended_at IS NULL AND d.ends_at > clock_timestamp()
    RETURNING d.*
), recorded AS ({recorded()})
SELECT id FROM changed ORDER BY id
""")
_FORGET = text("""
UPDATE delegation SET receiver_id = NULL
WHERE id = ANY(:ids) AND accepted_at IS NULL AND ended_at IS NOT NULL
""")


def record(
    session: Session,
    delegation_id: UUID,
    kind: EventKind,
    number: int,
    reason: Reason,
    *,
    actor: Actor,
) -> None:
    """Record what happened to a version of a delegation that itself stays as it is."""
    row = {"id": delegation_id, "number": number}
    say = _SAY_TO_NOBODY if kind in FOR_REPRESENTATIVES else _SAY_TO_RECEIVER
    session.execute(say, row | parameters_of(kind, actor, reason))


def put_in_force(
    session: Session, current: CurrentVersion, kind: EventKind, *, actor: Actor
) -> None:
    """Let this version count, with its event. The delegation must be locked."""
    row: dict[str, Any] = {"id": current.delegation_id, "number": current.number}
    row |= {"starts_at": current.period.starts_at, "ends_at": current.period.ends_at}
    row["due"] = list(current.due)
    row["given_anew"] = current.given_anew
    session.execute(_PUT_IN_FORCE, row | parameters_of(kind, actor, current.reason))


def close(
    session: Session,
    closings: Mapping[UUID, Reason],
    state: DelegationState,
    kind: EventKind,
    *,
    actor: Actor,
) -> Sequence[ClosedDelegation]:
    """Move open delegations to a final state; returns those that were open.

    With their events, and the notices to those who had accepted them. ``kind``: of the events of
    those that were offered; the others were dropped.
    """
    rows = [{"id": str(id_), "reason": why.as_json()} for id_, why in closings.items()]
    if not rows:
        return []
    parameters = {"closings": json.dumps(rows), "state": state} | parameters_of(kind, actor)
    parameters["dropped"] = EventKind.DELEGATION_DROPPED
    closed = [ClosedDelegation(*row) for row in session.execute(_CLOSE, parameters).all()]
    notices.of_ends(session, closed, closings, actor=actor)
    return closed


def confirm(
    session: Session,
    account_id: UUID,
    ids: Iterable[UUID],
    reason: Reason,
    *,
    by: UUID | None,
    jointly: bool,
    actor: Actor,
) -> Sequence[UUID]:
    """Note that those in force on this account are to be kept, with their events; returns them.

    From then on ``by`` stands for them, until another confirms or their terms are given anew.
    ``jointly``: together with others, who give only together.
    """
    asked = {"account": account_id, "ids": list(ids), "by": by, "jointly": jointly}
    confirmed = session.execute(
        _CONFIRM, asked | parameters_of(EventKind.DELEGATION_CONFIRMED, actor, reason)
    )
    return confirmed.scalars().all()


def forget_receivers(session: Session, ids: Iterable[UUID]) -> None:
    """Forget to whom these were offered: they were not accepted, and are closed."""
    session.execute(_FORGET, {"ids": list(ids)})
