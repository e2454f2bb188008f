"""Writes steps: each change of their state, in the caller's transaction.

Which state follows is decided in domain/provisioning/stuck_steps.py. Locks are taken in one order:
step, target, stuck item. A transaction that locks two steps of a process locks the one that was
added later first. storage/provisioning/wakeups.py locks many steps and nothing else.
"""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from sqlalchemy import text
from sqlmodel import Session

from domain.ops.stuck_reasons import StuckReason
from domain.provisioning.attempts import FailedAttempts
from domain.provisioning.steps import Stage, Step, StepState, StepWait
from domain.provisioning.stuck_steps import Cause
from domain.provisioning.targets import Target, TargetKind
from domain.provisioning.undoing import UndoReason
from storage.provisioning.step_rows import SettledStep, UnsettledStep

# A worker that died while it sent the step left its outcome unknown.
_SENDING = text("""
UPDATE step SET state = 'sending', attempts = attempts + 1, version = version + 1,
    sent_at = clock_timestamp(), go_at = NULL, waits_for = NULL
WHERE id = :id RETURNING version
""")
_ASKING = text(f"""
UPDATE step SET state = CASE WHEN state = 'accepted' THEN state ELSE 'doubt' END,
    code = CASE WHEN state = 'sending' THEN '{StuckReason.ANSWER_LOST}' ELSE code END,
    detail = CASE WHEN state = 'sending' THEN '' ELSE detail END,
    troubled_since = CASE WHEN state = 'sending' THEN COALESCE(troubled_since, sent_at)
        ELSE troubled_since END,
    version = version + 1, go_at = NULL, waits_for = NULL
WHERE id = :id RETURNING version
""")
_NOT_RECEIVED = text(f"""
UPDATE step SET state = 'trouble', version = version + 1,
    code = COALESCE(code, '{StuckReason.ANSWER_LOST}'), question_code = NULL, question_detail = ''
WHERE id = :id AND version = :version AND ended_at IS NULL AND state IN ('accepted', 'doubt')
""")


def mark_sending(session: Session, id_: UUID) -> int:
    """Record that the step is about to be sent; returns its version. Commit before calling."""
    version: int = session.execute(_SENDING, {"id": id_}).scalar_one()
    return version


def mark_asking(session: Session, id_: UUID) -> int:
    """Record that the target is about to be asked about the step; returns its version.

    A step that is in doubt, or was accepted, stays so.
    """
    version: int = session.execute(_ASKING, {"id": id_}).scalar_one()
    return version


def mark_not_received(session: Session, id_: UUID, version: int) -> None:
    """Record what the target said when it was asked: it did not happen, and never will.

    Where another attempt came in between, nothing changes.
    """
    session.execute(_NOT_RECEIVED, {"id": id_, "version": version})


def mark_waiting(session: Session, id_: UUID, waits_for: StepWait) -> None:
    """Record what the step waits for. That time does not count as trouble, but counts as doubt.

    A turn that was given to it, and has not come, stays.
    """
    session.execute(
        text(
            "UPDATE step SET waits_for = :what, woken_at = NULL, troubled_since ="
            " CASE WHEN state IN ('sending', 'accepted', 'doubt') THEN troubled_since END,"
            " go_at = CASE WHEN go_at > clock_timestamp() THEN go_at END WHERE id = :id"
        ),
        {"id": id_, "what": waits_for},
    )


@dataclass(frozen=True, slots=True)
class Unsettled:
    """How a step that is not done is to be recorded."""

    state: StepState
    cause: Cause | None = None
    """Why it is not done; None: as before."""
    question: Cause | None = None
    """Why the question about it was not answered."""
    receipt: Mapping[str, Any] | None = None
    """Of its acceptance; None: as before."""
    is_new: bool = False
    """Its trouble began just now, whatever was before."""


# An answer that comes while the step is being undone changes nothing.
_OPEN = "ended_at IS NULL AND state NOT IN ('aborting', 'given_up', 'undone')"
_UNSETTLED = text(f"""
UPDATE step SET state = :state, version = version + 1,
    code = CASE WHEN :is_accepted THEN NULL ELSE COALESCE(:code, code) END,
    detail = CASE WHEN :is_accepted THEN '' WHEN CAST(:code AS text) IS NULL THEN detail
        ELSE :detail END,
    question_code = :question_code, question_detail = :question_detail,
    receipt = COALESCE(CAST(:receipt AS jsonb), receipt),
    troubled_since = CASE WHEN :is_new THEN clock_timestamp()
        ELSE COALESCE(troubled_since, clock_timestamp()) END
WHERE id = :id AND {_OPEN}
RETURNING workflow_id, target, target_kind, attempts, troubled_since,
    clock_timestamp() - troubled_since AS troubled_for, code, detail, question_code,
    question_detail
""")


def record_unsettled(session: Session, id_: UUID, how: Unsettled) -> UnsettledStep | None:
    """Record that the step is not done. None: it was settled or aborted meanwhile."""
    parameters = {
        "id": id_,
        "state": how.state,
        "is_accepted": how.state is StepState.ACCEPTED,
        "code": how.cause and how.cause.code,
        "detail": how.cause.detail if how.cause else "",
        "question_code": how.question and how.question.code,
        "question_detail": how.question.detail if how.question else "",
        "receipt": json.dumps(dict(how.receipt)) if how.receipt is not None else None,
        "is_new": how.is_new,
    }
    row = session.execute(_UNSETTLED, parameters).one_or_none()
    if row is None:
        return None
    target = Target(TargetKind(row.target_kind), row.target)
    attempts = FailedAttempts(row.workflow_id, target, row.attempts, row.troubled_since)
    cause = Cause(StuckReason(row.code), row.detail) if row.code else None
    question = row.question_code and Cause(StuckReason(row.question_code), row.question_detail)
    return UnsettledStep(attempts, row.troubled_for, cause, question or None)


_SETTLED = text(f"""
UPDATE step SET state = :state, receipt = COALESCE(CAST(:receipt AS jsonb), receipt),
    version = version + 1, code = NULL, detail = '', question_code = NULL, question_detail = '',
    go_at = NULL, waits_for = NULL, troubled_since = NULL, ended_at = clock_timestamp(),
    released_at = CASE WHEN :is_final THEN clock_timestamp() END
WHERE id = :id AND {_OPEN} RETURNING version, undo_reason
""")


def settle(
    session: Session, step: Step, state: StepState, receipt: dict[str, Any] | None = None
) -> SettledStep | None:
    """Settle the step. None: it was settled or aborted before.

    Past the point of no return its place on its resource is given up with it.
    """
    parameters = {
        "id": step.id,
        "state": state,
        "receipt": json.dumps(receipt) if receipt else None,
        "is_final": step.stage is Stage.FINAL,
    }
    row = session.execute(_SETTLED, parameters).one_or_none()
    if row is None:
        return None
    return SettledStep(row.version, row.undo_reason and UndoReason(row.undo_reason))


_CONFIRMED = text("""
UPDATE step SET state = 'done', waits_for = NULL, ended_at = clock_timestamp(),
    version = version + 1, code = NULL, detail = '', question_code = NULL, question_detail = ''
WHERE id = :id AND state = 'doubt' AND ended_at IS NULL RETURNING id
""")


def confirm(session: Session, id_: UUID) -> bool:
    """Settle a step in doubt as done, its target reported so; returns whether it was in doubt."""
    return session.execute(_CONFIRMED, {"id": id_}).one_or_none() is not None


@dataclass(frozen=True, slots=True)
class Retry:
    """A retry that is carried out."""

    decision_no: int
    correction: Mapping[str, str]


_RETRY = text("""
UPDATE step SET decision_no = decision_no + CAST(state = 'refused' AS int),
    state = CASE WHEN state = 'refused' THEN 'asked' ELSE state END,
    correction = CASE WHEN CAST(:correction AS jsonb) IS NULL THEN correction
        ELSE COALESCE(correction, '{}') || CAST(:correction AS jsonb) END
WHERE id = :id RETURNING decision_no, COALESCE(correction, '{}')
""")


def apply_retry(session: Session, id_: UUID, correction: Mapping[str, str]) -> Retry:
    """Apply the decision to retry the step.

    A refused step gets the next number, and so a new idempotency key: the old key was answered.
    """
    parameters = {"id": id_, "correction": json.dumps(dict(correction)) if correction else None}
    return Retry(*session.execute(_RETRY, parameters).one())
