"""Writes steps: each change of their state, in the caller's transaction.

Which state follows is decided in domain/provisioning/stuck_steps.py. Locks are taken in one order:
step, target, stuck item. A transaction that locks two steps locks the one that undoes before the
one that it undoes. storage/provisioning/wakeups.py locks many steps and nothing else.
"""

import json
from collections.abc import Mapping, Sequence
from typing import Any
from uuid import UUID

from sqlalchemy import text
from sqlmodel import Session

from domain.provisioning.steps import FailedAttempts, StepState, StepWait
from domain.provisioning.targets import Target, TargetKind
from storage.provisioning.step_rows import UnsettledStep


def mark_sending(session: Session, id_: UUID) -> None:
    """Record that the step is about to be sent, or asked about. Commit before calling the target.

    Counts an attempt, unless the target has accepted the step and is only asked.
    """
    session.execute(
        text(
            "UPDATE step SET state = CASE WHEN state = 'accepted' THEN state ELSE 'sending' END,"
            " attempts = attempts + CAST(state <> 'accepted' AS int), go_at = NULL,"
            " waits_for = NULL WHERE id = :id"
        ),
        {"id": id_},
    )


def mark_waiting(session: Session, id_: UUID, waits_for: StepWait) -> None:
    """Record what the step waits for. Time spent waiting does not count as trouble.

    A turn that was given to it, and has not come, stays.
    """
    session.execute(
        text(
            "UPDATE step SET waits_for = :what, woken_at = NULL, troubled_since = NULL,"
            " go_at = CASE WHEN go_at > clock_timestamp() THEN go_at END WHERE id = :id"
        ),
        {"id": id_, "what": waits_for},
    )


# An answer that comes while the step is being undone changes nothing.
_OPEN = "ended_at IS NULL AND state NOT IN ('aborting', 'given_up', 'undone')"
_UNSETTLED = text(f"""
UPDATE step SET state = :state, troubled_since = CASE WHEN :anew THEN clock_timestamp()
    ELSE COALESCE(troubled_since, clock_timestamp()) END
WHERE id = :id AND {_OPEN}
RETURNING workflow_id, target, target_kind, attempts, troubled_since,
    clock_timestamp() - troubled_since
""")


def record_unsettled(
    session: Session, id_: UUID, state: StepState, *, anew: bool = False
) -> UnsettledStep | None:
    """Record that the step is not done. None: it was settled or aborted meanwhile.

    ``anew``: its trouble began just now, whatever was before.
    """
    parameters = {"id": id_, "state": state, "anew": anew}
    row = session.execute(_UNSETTLED, parameters).one_or_none()
    if row is None:
        return None
    workflow_id, name, kind, attempts, since, troubled_for = row
    target = Target(TargetKind(kind), name)
    return UnsettledStep(FailedAttempts(workflow_id, target, attempts, since), troubled_for)


_SETTLED = text(f"""
UPDATE step SET state = :state, receipt = COALESCE(CAST(:receipt AS jsonb), receipt),
    go_at = NULL, waits_for = NULL, troubled_since = NULL, ended_at = clock_timestamp()
WHERE id = :id AND {_OPEN} RETURNING id
""")


def settle(
    session: Session, id_: UUID, state: StepState, receipt: dict[str, Any] | None = None
) -> bool:
    """Settle the step; steps blocked by it may continue. False: it was settled or aborted."""
    parameters = {"id": id_, "state": state, "receipt": json.dumps(receipt) if receipt else None}
    return session.execute(_SETTLED, parameters).one_or_none() is not None


_CONFIRMED = text("""
UPDATE step SET state = 'done', waits_for = NULL, ended_at = clock_timestamp()
WHERE id = :id AND state = 'doubt' AND ended_at IS NULL RETURNING id
""")


def confirm(session: Session, id_: UUID) -> bool:
    """Settle a step in doubt as done, its target reported so; returns whether it was in doubt."""
    return session.execute(_CONFIRMED, {"id": id_}).one_or_none() is not None


def mark_aborting(session: Session, id_: UUID) -> None:
    """Record that the step's process is aborted: undo the step if it may have happened.

    It blocks later steps on its resource until its process has ended.
    """
    session.execute(
        text(
            "UPDATE step SET waits_for = NULL, ended_at = NULL,"
            " state = CASE WHEN state IN ('asked', 'trouble', 'refused', 'given_up')"
            " THEN 'given_up'"
            " ELSE 'aborting' END"
            " WHERE id = :id AND (ended_at IS NULL OR state IN ('done', 'refused'))"
        ),
        {"id": id_},
    )


def mark_undone(session: Session, id_: UUID) -> None:
    """Record that what the step did is undone.

    An aborted step keeps its place until its process ends: other steps may be left to undo.
    """
    session.execute(text("UPDATE step SET state = 'undone' WHERE id = :id"), {"id": id_})


def apply_retry(session: Session, id_: UUID, correction: Mapping[str, str]) -> int:
    """Apply the decision to retry the step; returns its ``decision_no``.

    A refused step gets the next number, and so a new idempotency key: the old key was answered.
    """
    number: int = session.execute(
        text(
            "UPDATE step SET decision_no = decision_no + CAST(state = 'refused' AS int),"
            " state = CASE WHEN state = 'refused' THEN 'asked' ELSE state END,"
            " correction = COALESCE(CAST(:correction AS jsonb), correction)"
            " WHERE id = :id RETURNING decision_no"
        ),
        {"id": id_, "correction": json.dumps(dict(correction)) if correction else None},
    ).scalar_one()
    return number


# A step that undoes another was added after it, and is locked before it.
_DROP_UNFINISHED = text("""
UPDATE step SET go_at = NULL, waits_for = NULL, ended_at = clock_timestamp(),
    state = CASE WHEN state = 'undone' THEN state ELSE 'dropped' END
FROM (
    SELECT id AS left_id FROM step WHERE process_id = :id AND ended_at IS NULL
    ORDER BY created_at DESC, id FOR UPDATE
) unfinished
WHERE id = left_id AND ended_at IS NULL RETURNING id
""")


def drop_unfinished(session: Session, process_id: UUID) -> Sequence[UUID]:
    """Settle what is left of a process that has ended; returns the ids of those steps.

    Steps blocked by them may go on.
    """
    return session.execute(_DROP_UNFINISHED, {"id": process_id}).scalars().all()
