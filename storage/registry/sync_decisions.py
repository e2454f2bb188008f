"""Decisions about held runs: hold a run, record what a person decides, wake its workflow.

Writes the columns of ``sync_run`` that a decision has; ``sync_runs`` writes the others.
"""

import json
from dataclasses import replace
from uuid import UUID

import msgspec
from sqlalchemy import text

from domain.audit import Actor, EventKind
from domain.processes import sync_id
from domain.reasons import Reason
from domain.registry.sync import SyncDecision, SyncPreview, SyncSource, SyncState
from storage.database import Session
from storage.processes import processes
from storage.registry import sync_runs

_DECISIONS = {
    SyncDecision.RELEASE: (
        SyncState.RUNNING,
        EventKind.SYNC_RELEASED,
        Reason("released", "Operations released the run"),
    ),
    SyncDecision.REJECT: (
        SyncState.REJECTED,
        EventKind.SYNC_REJECTED,
        Reason("rejected", "Operations rejected the run"),
    ),
}

_REJECT = text(f"""
WITH run AS (
    UPDATE sync_run SET ended_at = clock_timestamp(), reason = CAST(:reason AS jsonb)
    WHERE id = :run RETURNING id
)
{processes.ended("run")}
""")

_HOLD = text("""
UPDATE sync_run SET state = 'held', preview = CAST(:preview AS jsonb),
    reason = CAST(:reason AS jsonb), decided_by = NULL, decided_at = NULL, decision_id = NULL,
    note_id = NULL, woken_at = NULL, taken_at = NULL
WHERE id = :run AND state = 'running' RETURNING id
""")

_DECIDE = text("""
UPDATE sync_run SET state = :state, decided_by = :by, decided_at = clock_timestamp(),
    decision_id = :decision_id, woken_at = clock_timestamp(), taken_at = NULL
WHERE id = :run AND state = 'held' RETURNING id
""")
_REPEATED = text("""
SELECT id FROM sync_run WHERE id = :run AND decision_id = :decision_id AND decided_at IS NOT NULL
""")
_NOTE = text("UPDATE sync_run SET note_id = :note_id WHERE id = :run")
_TAKE = text("""
UPDATE sync_run SET taken_at = COALESCE(taken_at, clock_timestamp())
WHERE id = :run AND state <> 'held' AND decided_at IS NOT NULL RETURNING state
""")
# Its first condition is that of the index ix_sync_run_decided.
_CLAIM = text("""
WITH decided AS (
    SELECT id FROM sync_run
    WHERE decided_at IS NOT NULL AND taken_at IS NULL AND woken_at < clock_timestamp()
        - GREATEST(interval '30 seconds', (clock_timestamp() - decided_at) / 4)
    ORDER BY woken_at LIMIT 50 FOR UPDATE SKIP LOCKED
)
UPDATE sync_run SET woken_at = clock_timestamp() FROM decided WHERE decided.id = sync_run.id
RETURNING sync_run.source, sync_run.subject
""")


def hold(session: Session, run_id: UUID, preview: SyncPreview, reason: Reason) -> None:
    """Hold the run for a person's decision. Idempotent."""
    document = msgspec.json.encode(preview).decode()
    parameters = {"run": run_id, "preview": document, "reason": json.dumps(reason.as_json())}
    if session.execute(_HOLD, parameters).one_or_none():
        sync_runs.record(
            session, run_id, EventKind.SYNC_HELD, sync_runs.engine_actor(run_id), reason
        )


def decide(
    session: Session,
    run_id: UUID,
    decision: SyncDecision,
    *,
    actor: Actor,
    note: str,
    decision_id: UUID,
) -> bool:
    """Release or reject a held run; False: it is not held. Its workflow is to be woken.

    Of two decisions one counts. Repeating one, which ``decision_id`` names, changes nothing.
    """
    state, kind, reason = _DECISIONS[decision]
    row = {"run": run_id, "by": actor.id, "state": state, "decision_id": decision_id}
    found = session.execute(_DECIDE, row).one_or_none()
    if found is None:
        return session.execute(_REPEATED, row).one_or_none() is not None
    note_id = sync_runs.record(
        session, run_id, kind, replace(actor, run_id=run_id), reason, note=note
    )
    session.execute(_NOTE, {"run": run_id, "note_id": note_id})
    if decision is SyncDecision.REJECT:
        session.execute(_REJECT, {"run": run_id, "reason": json.dumps(reason.as_json())})
    return True


def take_decision(session: Session, run_id: UUID) -> SyncDecision | None:
    """Take up the decision about a run that was held; None: there is none. Idempotent."""
    state = session.execute(_TAKE, {"run": run_id}).scalar_one_or_none()
    if state is None:
        return None
    return SyncDecision.REJECT if state == SyncState.REJECTED else SyncDecision.RELEASE


def claim_to_wake(session: Session) -> list[str]:
    """Workflow ids of runs whose decision is not taken up; marks them as woken.

    Waking can fail: one that has not taken it up is returned after half a minute, and the longer
    that lasts, the more rarely.
    """
    rows = session.execute(_CLAIM)
    return [sync_id(SyncSource(row.source), row.subject) for row in rows]
