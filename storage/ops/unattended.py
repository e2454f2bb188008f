"""Processes that wait for people, of whom nobody is there, in the list of stuck items.

Kind ``unattended``. The item's id is the process's own: it is about all of it, as a step's is about
the step. ``stuck_items.close`` closes it once somebody is there.
"""

from uuid import UUID

from sqlalchemy import text

from domain.audit import Actor, EventKind
from domain.ops.stuck_reasons import TEXTS, StuckReason
from domain.processes import WaitsFor
from domain.reasons import Reason
from storage.audit import events
from storage.audit.events import NewEvent
from storage.database import Session
from storage.processes import processes

_OPEN = text(f"""
WITH told AS (
    INSERT INTO stuck AS k (id, kind, process, process_id, workflow_id, account_id, code, attempts,
        first_failed_at, last_failed_at, since, allowed_decisions, correctable_inputs, state)
    SELECT p.id, 'unattended', p.type, p.id, p.workflow_id, p.account_id, :code, 0, at, at, at,
           '{{}}', '{{}}', 'stuck'
    FROM process p, (SELECT clock_timestamp() AS at) now WHERE p.id = :id AND p.ended_at IS NULL
    ON CONFLICT (id) DO UPDATE SET
        first_failed_at = EXCLUDED.since, last_failed_at = EXCLUDED.since, since = EXCLUDED.since,
        state = 'stuck', version = k.version + 1, closed_at = NULL, resolution = NULL
    WHERE k.state = 'closed'
    RETURNING k.id, k.process, k.account_id, k.version
), process AS (
    {processes.mark_running("(SELECT id FROM told)", f"'{WaitsFor.OPERATIONS}'")}
)
SELECT id, process, account_id, version FROM told
""")


def open_(session: Session, process_id: UUID, *, actor: Actor) -> None:
    """List an open process for which nobody is there; one that is listed stays as it is."""
    code = StuckReason.NOBODY_TO_REVIEW
    row = session.execute(_OPEN, {"id": process_id, "code": code}).one_or_none()
    if row is None:
        return
    facts = {"process": row.process, "process_id": str(row.id)}
    event = NewEvent(
        EventKind.STUCK_OPENED,
        subject_id=row.id,
        account_id=row.account_id,
        reason=Reason(code, TEXTS[code], facts),
        after={"state": "stuck", "version": row.version},
    )
    events.append(session, [event], actor=actor)
