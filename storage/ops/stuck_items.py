"""Stuck items: opened and closed, each time with an event, which outlives the item."""

from dataclasses import dataclass
from uuid import UUID

from sqlalchemy import text
from sqlmodel import Session

from domain.audit import Actor, ActorKind, EventKind
from domain.ops import resolutions
from domain.ops.resolutions import Resolution, StuckState
from domain.ops.stuck_items import AnyDecision, StuckItem
from domain.ops.stuck_reasons import TEXTS
from domain.provisioning.attempts import FailedAttempts
from domain.provisioning.steps import Step
from domain.provisioning.stuck_steps import StepFailure
from domain.provisioning.targets import Target
from domain.reasons import Reason
from storage.audit import events
from storage.audit.events import NewEvent
from storage.ops import stuck_queries

# An operator who decided to retry did not know that it may have happened: the decision falls.
_STANDS = """k.state = 'decided' AND NOT (k.decision ->> 'decision' = 'retry'
        AND EXCLUDED.kind = 'doubt' AND k.kind <> 'doubt')"""
_OPEN = text(f"""
WITH old AS (SELECT version FROM stuck WHERE id = :id)
INSERT INTO stuck AS k (id, kind, step_id, process, process_id, workflow_id, account_id, target,
    action, code, detail, question_code, question_detail, can_ask, attempts, first_failed_at,
    last_failed_at, since, allowed_decisions, correctable_inputs, state)
VALUES (:id, :kind, :id, :process, :process_id, :workflow_id, :account_id, :target,
    :action, :code, :detail, :question_code, :question_detail, :can_ask, :attempts,
    COALESCE(CAST(:first AS timestamptz), :at), :at, :at,
    CAST(:allowed_decisions AS text[]), CAST(:correctable_inputs AS text[]), 'stuck')
ON CONFLICT (id) DO UPDATE SET
    kind = EXCLUDED.kind, code = EXCLUDED.code, detail = EXCLUDED.detail,
    question_code = EXCLUDED.question_code, question_detail = EXCLUDED.question_detail,
    can_ask = EXCLUDED.can_ask,
    allowed_decisions = EXCLUDED.allowed_decisions,
    attempts = EXCLUDED.attempts, last_failed_at = EXCLUDED.last_failed_at,
    first_failed_at = CASE WHEN k.state = 'closed' THEN EXCLUDED.first_failed_at
        ELSE k.first_failed_at END,
    since = CASE WHEN k.state = 'closed' THEN EXCLUDED.since ELSE k.since END,
    version = k.version + CAST(k.state IN ('closed', 'retrying')
        OR (k.kind, k.code) <> (EXCLUDED.kind, EXCLUDED.code) AS int),
    state = CASE WHEN {_STANDS} THEN 'decided' ELSE 'stuck' END,
    decision = CASE WHEN {_STANDS} THEN k.decision END,
    note_id = CASE WHEN {_STANDS} THEN k.note_id END,
    woken_at = NULL, closed_at = NULL, resolution = NULL
RETURNING version, version IS DISTINCT FROM (SELECT version FROM old) AS news
""")


def open_(session: Session, step: Step, attempts: FailedAttempts, failure: StepFailure) -> None:
    """List this step as stuck, or update its item.

    A decision made meanwhile stands, except a retry of a step that is now in doubt.
    """
    at = events.now(session)
    values = _values(step, attempts, failure) | {"at": at}
    listed = session.execute(_OPEN, values).one()
    if listed.news:
        event = NewEvent(
            EventKind.STUCK_OPENED,
            subject_id=step.id,
            account_id=step.account_id,
            reason=_reason(step, attempts.target, failure),
            after={"state": "stuck", "version": listed.version},
        )
        events.append(session, [event], actor=Actor(ActorKind.ENGINE, step.process), at=at)


def _values(step: Step, attempts: FailedAttempts, failure: StepFailure) -> dict[str, object]:
    return {
        "id": step.id,
        "kind": failure.kind,
        "process": step.process,
        "process_id": step.process_id,
        "workflow_id": attempts.workflow_id,
        "account_id": step.account_id,
        "target": attempts.target.name,
        "action": step.action,
        "code": failure.cause.code,
        "detail": failure.cause.detail,
        "question_code": failure.question and failure.question.code,
        "question_detail": failure.question.detail if failure.question else "",
        "can_ask": failure.can_ask,
        "attempts": attempts.attempts,
        "first": attempts.troubled_since,
        "allowed_decisions": [str(each) for each in step.allowed_decisions],
        "correctable_inputs": list(step.correctable_inputs),
    }


def _reason(step: Step, target: Target, failure: StepFailure) -> Reason:
    facts = {
        "target": target.name,
        "process": step.process,
        "process_id": str(step.process_id),
        "action": step.action,
    }
    cause = failure.cause
    detail = {"detail": cause.detail} if cause.detail else {}
    return Reason(cause.code, TEXTS[cause.code], facts | detail)


def retrying(session: Session, id_: UUID) -> None:
    """Mark the item's decision as being carried out."""
    session.execute(
        text("UPDATE stuck SET state = 'retrying' WHERE id = :id AND state = 'decided'"),
        {"id": id_},
    )


def is_listed(session: Session, id_: UUID) -> bool:
    """Return whether this step is listed as stuck now."""
    return bool(
        session.execute(
            text("SELECT EXISTS (SELECT FROM stuck WHERE id = :id AND state <> 'closed')"),
            {"id": id_},
        ).scalar_one()
    )


def is_retried(session: Session, id_: UUID) -> bool:
    """Return whether this step is being retried by an operator's decision."""
    return bool(
        session.execute(
            text("SELECT EXISTS (SELECT FROM stuck WHERE id = :id AND state = 'retrying')"),
            {"id": id_},
        ).scalar_one()
    )


_CLOSE = text(f"""
UPDATE stuck k SET state = 'closed', closed_at = clock_timestamp(), version = k.version + 1,
    resolution = CASE WHEN :resolution <> 'healed' THEN :resolution
        WHEN old.state = 'decided' AND old.decision ->> 'decision' = 'abort' THEN 'aborted'
        WHEN old.state = 'decided' AND old.decision ->> 'decision' = 'fail' THEN 'failed'
        WHEN old.state = 'retrying' THEN 'retried' ELSE 'healed' END
FROM (SELECT id, state, decision FROM stuck WHERE id = :id AND state <> 'closed' FOR UPDATE) old
WHERE k.id = old.id RETURNING {stuck_queries.columns("k")}, old.state AS was
""")


@dataclass(frozen=True, slots=True)
class Closed:
    """An item that was closed, and its state before."""

    item: StuckItem
    was: StuckState

    @property
    def pending_decision(self) -> AnyDecision | None:
        """Return the decision that the process had not carried out yet."""
        decided = self.was is StuckState.DECIDED and self.item.decision
        return decided.decision if decided else None


def close(session: Session, id_: UUID, resolution: Resolution, actor: Actor) -> Closed | None:
    """Close an item; None where it was not listed.

    ``healed`` becomes ``retried`` where an operator decided to retry, and ``aborted`` where one
    decided to abort: then what is done is undone.
    """
    row = session.execute(_CLOSE, {"id": id_, "resolution": resolution}).one_or_none()
    if row is None:
        return None
    closed = Closed(stuck_queries.item(row), StuckState(row.was))
    _append_ended(session, closed, Resolution(row.resolution), actor)
    return closed


def _append_ended(session: Session, closed: Closed, resolution: Resolution, actor: Actor) -> None:
    item = closed.item
    event = NewEvent(
        EventKind.STUCK_ENDED,
        subject_id=item.id,
        account_id=item.account_id,
        reason=Reason(resolution, resolutions.TEXTS[resolution], {"code": item.code}),
        before={"state": closed.was},
        after={"state": item.state, "version": item.version},
    )
    at = item.closed_at or events.now(session)
    events.append(session, [event], actor=actor, at=at)


def end_process(session: Session, process_id: UUID, actor: Actor) -> None:
    """Close every item of a process that has ended."""
    rows = session.execute(
        text("SELECT id FROM stuck WHERE process_id = :id AND state <> 'closed' ORDER BY id"),
        {"id": process_id},
    )
    for id_ in rows.scalars().all():
        close(session, id_, Resolution.ENDED, actor)
