"""Writer of ``sync_run``: runs are opened once, counted as they go, and ended with a reason."""

import json
from datetime import datetime, timedelta
from uuid import UUID

from sqlalchemy import text

from domain.audit import Actor, ActorKind, EventKind
from domain.processes import ProcessType, sync_id
from domain.reasons import Reason
from domain.registry.sync import SyncSource, SyncState, login_subject
from storage.audit import event_notes, events
from storage.audit.events import NewEvent
from storage.database import Session
from storage.processes import processes
from storage.registry import rejected_records

# The update changes nothing; it returns the row when a concurrent call has just created it.
_OPEN = """
WITH run AS (
    INSERT INTO sync_run (id, source, subject, counts)
    VALUES (gen_random_uuid(), :source, :subject, '{{}}')
    ON CONFLICT (source, subject) DO UPDATE SET subject = EXCLUDED.subject
    RETURNING id, state
), process AS ({process})
SELECT id, state FROM run
"""
_GOES_ON = "state IN ('running', 'held')"
_OPEN_UNSTARTED = text(_OPEN.format(process=processes.asked("run", where=_GOES_ON)))
_OPEN_STARTED = text(_OPEN.format(process=processes.asked("run", where=_GOES_ON, started=True)))

_END = text(f"""
WITH run AS (
    UPDATE sync_run SET state = :state, reason = CAST(:reason AS jsonb),
        ended_at = clock_timestamp()
    WHERE id = :run AND state IN ('running', 'held') RETURNING id
), process AS ({processes.ended("run")})
SELECT id FROM run
""")
_FILE = text("UPDATE sync_run SET version = :version, sha256 = :sha256 WHERE id = :run")
_COMPANIES = text("UPDATE sync_run SET companies = :companies WHERE id = :run")
_COUNT = text("UPDATE sync_run SET counts = counts || CAST(:counts AS jsonb) WHERE id = :run")
_WAIT = text("UPDATE sync_run SET waits_until = :until WHERE id = :run")
_COUNTS = text("SELECT counts FROM sync_run WHERE id = :run FOR UPDATE")


def open_run(
    session: Session, source: SyncSource, subject: str, *, started: bool = True
) -> tuple[UUID, SyncState]:
    """Open this source's run about this subject, if it is new; returns its id and state.

    ``started``: its workflow runs already. Idempotent.
    """
    row = session.execute(
        _OPEN_STARTED if started else _OPEN_UNSTARTED,
        {
            "source": source,
            "subject": subject,
            **processes.new(ProcessType.REGISTER_SYNC),
            "workflow_id": sync_id(source, subject),
        },
    ).one()
    return row.id, SyncState(row.state)


_ABOUT_COMPANY = text("""
SELECT EXISTS (
    SELECT FROM sync_run
    WHERE source = 'company' AND starts_with(subject, CAST(:company AS text))
        AND (state IN ('running', 'held')
             OR (state = 'rejected' AND ended_at > clock_timestamp() - :rejected_for)))
""")


def open_for_login(session: Session, company_id: UUID, *, rejected_for: timedelta) -> None:
    """Open a run about this company, whose answer a login may not apply. A worker starts it.

    None is opened while one is open, or for ``rejected_for`` after a person rejected one. The
    company must be locked.
    """
    parameters = {"company": company_id, "rejected_for": rejected_for}
    if not session.execute(_ABOUT_COMPANY, parameters).scalar_one():
        subject = login_subject(company_id, events.now(session))
        open_run(session, SyncSource.COMPANY, subject, started=False)


def set_file(session: Session, run_id: UUID, version: str, sha256: str) -> None:
    """Record which version of the register's file the run reads."""
    session.execute(_FILE, {"run": run_id, "version": version, "sha256": sha256})


def set_companies(session: Session, run_id: UUID, companies: int) -> None:
    """Record how many companies the file has."""
    session.execute(_COMPANIES, {"run": run_id, "companies": companies})


def set_counts(session: Session, run_id: UUID, **counts: int) -> None:
    """Set counts of the run, called as in ``SyncCounts``."""
    session.execute(_COUNT, {"run": run_id, "counts": json.dumps(counts)})


def add_counts(session: Session, run_id: UUID, **counts: int) -> None:
    """Add to counts of the run, called as in ``SyncCounts``."""
    before = session.execute(_COUNTS, {"run": run_id}).scalar_one()
    sums = {name: before.get(name, 0) + number for name, number in counts.items()}
    set_counts(session, run_id, **sums)


def wait_until(session: Session, run_id: UUID, until: datetime) -> None:
    """Record when the run continues: the day's queries to the register are used up."""
    session.execute(_WAIT, {"run": run_id, "until": until})


def end_run(session: Session, run_id: UUID, state: SyncState, reason: Reason | None = None) -> None:
    """End the run. One that has ended already is left as it is.

    Companies that a refused or failed run did not come to are kept for the next one.
    """
    why = json.dumps(reason.as_json()) if reason else None
    ended = session.execute(_END, {"run": run_id, "state": state, "reason": why}).one_or_none()
    if ended is None:
        return
    if state in {SyncState.REFUSED, SyncState.FAILED}:
        rejected_records.reject_unfinished(session, run_id, reason.code if reason else state)
    if state is SyncState.REFUSED:
        code = reason.code if reason else state.value
        said = Reason(code, "What the register sent was refused as a whole")
        note = reason.text if reason else ""
        record(session, run_id, EventKind.SYNC_REFUSED, engine_actor(run_id), said, note=note)


def engine_actor(run_id: UUID) -> Actor:
    """Return the actor of what a run does by itself."""
    return Actor(ActorKind.ENGINE, run_id=run_id)


def record(
    session: Session,
    run_id: UUID,
    kind: EventKind,
    actor: Actor,
    reason: Reason,
    *,
    note: str = "",
) -> int:
    """Append an event about the run; returns its id. The note is kept apart from the chain."""
    event = NewEvent(kind, subject_id=run_id, reason=reason)
    return event_notes.append(session, event, note, actor=actor)
