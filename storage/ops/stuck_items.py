"""What is stuck: opened, decided about and closed, each time with an event that outlives it all."""

from dataclasses import dataclass
from typing import Any
from uuid import UUID

from sqlalchemy import Row, text
from sqlmodel import Session

from domain.audit import Actor, ActorKind, EventKind
from domain.ops import resolutions
from domain.ops.resolutions import Resolution
from domain.ops.stuck_reasons import TEXTS, StuckKind, StuckReason
from domain.processes import WaitsFor
from domain.provisioning.steps import Step, StepFailures
from domain.provisioning.targets import Target
from domain.reasons import Reason
from storage.audit import events
from storage.audit.events import NewEvent
from storage.requests import operations


@dataclass(frozen=True, slots=True)
class Standstill:
    """Why a step does not go on."""

    kind: StuckKind
    code: StuckReason
    detail: str = ""


# Who decided to try it again did not know that it may have happened: that decision falls.
_STANDS = """k.state = 'decided' AND NOT (k.decision ->> 'decision' = 'retry'
        AND EXCLUDED.kind = 'doubt' AND k.kind <> 'doubt')"""
_OPEN = text(f"""
WITH old AS (SELECT version FROM stuck WHERE id = :id)
INSERT INTO stuck AS k (id, kind, step_id, process, process_id, workflow_id, account_id, target,
    action, code, detail, attempts, first_failed_at, last_failed_at, since,
    allowed_decisions, correctable_inputs, state)
VALUES (:id, :kind, :id, :process, :process_id, :workflow_id, :account_id, :target,
    :action, :code, :detail, :attempts, COALESCE(CAST(:first AS timestamptz), :at), :at, :at,
    CAST(:allowed_decisions AS text[]), CAST(:correctable_inputs AS text[]), 'stuck')
ON CONFLICT (id) DO UPDATE SET
    kind = EXCLUDED.kind, code = EXCLUDED.code, detail = EXCLUDED.detail,
    allowed_decisions = EXCLUDED.allowed_decisions,
    attempts = EXCLUDED.attempts, last_failed_at = EXCLUDED.last_failed_at,
    first_failed_at = CASE WHEN k.state = 'closed' THEN EXCLUDED.first_failed_at
        ELSE k.first_failed_at END,
    since = CASE WHEN k.state = 'closed' THEN EXCLUDED.since ELSE k.since END,
    version = k.version + CAST(k.state IN ('closed', 'retrying')
        OR (k.kind, k.code) <> (EXCLUDED.kind, EXCLUDED.code) AS int),
    state = CASE WHEN {_STANDS} THEN 'decided' ELSE 'stuck' END,
    decision = CASE WHEN {_STANDS} THEN k.decision END,
    woken_at = NULL, closed_at = NULL, resolution = NULL
RETURNING version, version IS DISTINCT FROM (SELECT version FROM old) AS news
""")


def open_(session: Session, step: Step, failures: StepFailures, why: Standstill) -> None:
    """List this step; one that is listed already is kept up to date.

    What was decided about it meanwhile stays decided, but for a retry of what is now in doubt.
    """
    at = events.now(session)
    listed = session.execute(
        _OPEN,
        {
            "id": step.id,
            "kind": why.kind,
            "process": step.process,
            "process_id": step.process_id,
            "workflow_id": failures.workflow_id,
            "account_id": step.account_id,
            "target": failures.target,
            "action": step.action,
            "code": why.code,
            "detail": why.detail,
            "attempts": failures.attempts,
            "first": failures.troubled_since,
            "at": at,
            "allowed_decisions": [str(each) for each in step.may],
            "correctable_inputs": list(step.corrections),
        },
    ).one()
    if listed.news:
        line = NewEvent(
            EventKind.STUCK_OPENED,
            subject_id=step.id,
            account_id=step.account_id,
            reason=_reason(why.code, TEXTS[why.code], step, failures.target, why.detail),
            after={"state": "stuck", "version": listed.version},
        )
        events.append(session, [line], actor=Actor(ActorKind.ENGINE, step.process), at=at)
    operations.running(session, step.process_id, WaitsFor.OPERATIONS)


def _reason(code: str, words: str, step: Step, target: Target, detail: str = "") -> Reason:
    facts = {
        "target": str(target),
        "process": step.process,
        "process_id": str(step.process_id),
        "action": step.action,
    }
    return Reason(code, words, facts | ({"detail": detail} if detail else {}))


def retrying(session: Session, id_: UUID) -> None:
    """What was decided is being carried out."""
    session.execute(
        text("UPDATE stuck SET state = 'retrying' WHERE id = :id AND state = 'decided'"),
        {"id": id_},
    )


def is_listed(session: Session, id_: UUID) -> bool:
    """Whether it is stuck, as of now."""
    return bool(
        session.execute(
            text("SELECT EXISTS (SELECT FROM stuck WHERE id = :id AND state <> 'closed')"),
            {"id": id_},
        ).scalar_one()
    )


def is_retried(session: Session, id_: UUID) -> bool:
    """Whether somebody decided to try this step again, and it is being tried."""
    return bool(
        session.execute(
            text("SELECT EXISTS (SELECT FROM stuck WHERE id = :id AND state = 'retrying')"),
            {"id": id_},
        ).scalar_one()
    )


_CLOSE = text("""
UPDATE stuck k SET state = 'closed', closed_at = clock_timestamp(), version = k.version + 1,
    resolution = CASE WHEN :resolution <> 'healed' THEN :resolution
        WHEN old.state = 'decided' AND old.decision ->> 'decision' = 'abort' THEN 'aborted'
        WHEN old.state = 'retrying' THEN 'retried' ELSE 'healed' END
FROM (SELECT id, state, decision FROM stuck WHERE id = :id AND state <> 'closed' FOR UPDATE) old
WHERE k.id = old.id RETURNING k.*, old.state AS was
""")


def close(session: Session, id_: UUID, resolution: Resolution, actor: Actor) -> Row[Any] | None:
    """It is not stuck any more; ``was`` is how it was before. None: it was not listed.

    ``healed`` becomes ``retried`` where somebody decided so; where somebody decided to abort, it
    is ``aborted`` still: what is done is undone.
    """
    row = session.execute(_CLOSE, {"id": id_, "resolution": resolution}).one_or_none()
    if row is None:
        return None
    line = NewEvent(
        EventKind.STUCK_ENDED,
        subject_id=row.id,
        account_id=row.account_id,
        reason=Reason(
            row.resolution, resolutions.TEXTS[Resolution(row.resolution)], {"code": row.code}
        ),
        before={"state": row.was},
        after={"state": "closed", "version": row.version},
    )
    events.append(session, [line], actor=actor, at=row.closed_at)
    return row


def end_process(session: Session, process_id: UUID, actor: Actor) -> None:
    """Nothing of a process that has ended is stuck."""
    rows = session.execute(
        text("SELECT id FROM stuck WHERE process_id = :id AND state <> 'closed' ORDER BY id"),
        {"id": process_id},
    )
    for id_ in rows.scalars().all():
        close(session, id_, Resolution.ENDED, actor)
