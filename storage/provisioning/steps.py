"""Steps: each change of their state, with what is stuck, in the transaction of whoever works on it.

Locks are taken in one order: step, target, stuck. Who locks two steps locks one that undoes before
what it undoes; storage.waking locks many, and nothing else.
"""

import json
from collections.abc import Sequence
from typing import Any
from uuid import UUID

from sqlalchemy import Row, text
from sqlmodel import Session

from domain.provisioning.steps import Step, StepState, step_id
from domain.provisioning.targets import Target
from storage import locks
from storage.locks import Purpose

BEHIND = """EXISTS (
    SELECT FROM step e WHERE e.resource = s.resource AND e.place < s.place
        AND e.ended_at IS NULL AND e.process_id <> s.process_id)"""
"""Whether step ``s`` waits for an earlier one of another process on the same resource."""

# In a statement of its own: what comes after it sees all that was done before the lock was had.
_LOCK = text("SELECT id FROM step WHERE id = :id FOR UPDATE")
_SEEN = f"""
SELECT s.*, k.state AS stuck_state, k.decision, k.code AS stuck_code,
    k.resolution,
    COALESCE(t.state, 'available') AS target_state, COALESCE(t.failures, 0) AS target_failures,
    COALESCE(t.probe_at <= clock_timestamp(), FALSE) AS probe_due,
    s.go_at > clock_timestamp() AS too_early,
    GREATEST(s.go_at - clock_timestamp(), interval '0') AS go_in,
    {BEHIND} AS behind
FROM {{step}} s LEFT JOIN stuck k ON k.id = s.id LEFT JOIN target t ON t.name = s.target
"""
_LOOK = text(f"{_SEEN.format(step='step')} WHERE s.id = :id")
# A step that undoes another has that one's place. One that is new is looked at by the way.
_PLACE = f"""
WITH new AS (
    INSERT INTO step (id, process, process_id, workflow_id, account_id, target, action, resource,
                      state{{place}})
    VALUES (:id, :process, :process_id, :workflow_id, :account_id, :target, :action, :resource,
            'asked'{{undone}})
    ON CONFLICT (id) DO NOTHING RETURNING *
)
{_SEEN.format(step="new")}
"""
_NEW = text(_PLACE.format(place="", undone=""))
_UNDOING = text(
    _PLACE.format(
        place=", place",
        undone=""", COALESCE((SELECT place FROM step WHERE id = :undone),
        nextval(pg_get_serial_sequence('step', 'place')))""",
    )
)


def ask_for(session: Session, step: Step, target: Target, workflow_id: str) -> Row[Any] | None:
    """Give it its place in the order of those on the same resource. Repeating changes nothing.

    Returns the step, as ``look`` does; None: it has its place already.
    """
    if step.resource is not None:
        # One after the other: who is before whom must be plain once the first has committed.
        locks.lock(session, Purpose.STEP_ORDER, step.resource)
    told = {
        "id": step.id,
        "process": step.process,
        "process_id": step.process_id,
        "workflow_id": workflow_id,
        "account_id": step.account_id,
        "target": target,
        "action": step.action,
        "resource": step.resource,
    }
    if step.undoes is None:
        return session.execute(_NEW, told).one_or_none()
    undone = {"undone": step_id(step.process_id, step.undoes)}
    return session.execute(_UNDOING, told | undone).one_or_none()


def look(session: Session, step: Step, target: Target, workflow_id: str) -> Row[Any]:
    """The step as it is, locked, with what was decided about it and how its target is."""
    # Whoever takes a place in an order is asked for beforehand; any other is new, most of the time.
    if step.resource is None or not _lock(session, step.id):
        new = ask_for(session, step, target, workflow_id)
        if new is not None:
            return new
        _lock(session, step.id)
    return session.execute(_LOOK, {"id": step.id}).one()


def _lock(session: Session, id_: UUID) -> bool:
    return session.execute(_LOCK, {"id": id_}).one_or_none() is not None


def ended(session: Session, id_: UUID) -> Row[Any]:
    """How a step is that somebody else has settled meanwhile: ``state`` and ``resolution``."""
    return session.execute(
        text(
            "SELECT s.state, k.resolution FROM step s LEFT JOIN stuck k ON k.id = s.id"
            " WHERE s.id = :id"
        ),
        {"id": id_},
    ).one()


def read(session: Session, process_id: UUID, action: str) -> Row[Any] | None:
    """The step that does ``action`` in this process."""
    return session.execute(
        text("SELECT * FROM step WHERE id = :id"), {"id": step_id(process_id, action)}
    ).one_or_none()


def corrections(session: Session, process_id: UUID) -> dict[str, Any]:
    """What operators have corrected in this process, the newest last."""
    rows = session.execute(
        text(
            "SELECT correction FROM step WHERE process_id = :id AND correction IS NOT NULL"
            " ORDER BY place"
        ),
        {"id": process_id},
    )
    return {name: value for row in rows for name, value in row.correction.items()}


def sending(session: Session, id_: UUID) -> None:
    """It is about to be handed over, or asked about. Commit before doing so."""
    session.execute(
        text(
            "UPDATE step SET state = CASE WHEN state = 'accepted' THEN state ELSE 'sending' END,"
            " attempts = attempts + CAST(state <> 'accepted' AS int), go_at = NULL,"
            " waits_for = NULL WHERE id = :id"
        ),
        {"id": id_},
    )


def waiting(session: Session, id_: UUID, waits_for: str) -> None:
    """It waits. Time that it spends so is no trouble of its own."""
    session.execute(
        text(
            "UPDATE step SET waits_for = :what, woken_at = NULL,"
            " troubled_since = NULL,"
            " go_at = CASE WHEN go_at > clock_timestamp() THEN go_at END WHERE id = :id"
        ),
        {"id": id_, "what": waits_for},
    )


# An answer that comes when it is being undone changes nothing any more.
_OPEN = "ended_at IS NULL AND state NOT IN ('aborting', 'given_up', 'undone')"
_UNSETTLED = text(f"""
UPDATE step SET state = :state, troubled_since = CASE WHEN :anew THEN clock_timestamp()
    ELSE COALESCE(troubled_since, clock_timestamp()) END
WHERE id = :id AND {_OPEN}
RETURNING *, clock_timestamp() - troubled_since AS troubled
""")


def unsettled(
    session: Session, id_: UUID, state: StepState, *, anew: bool = False
) -> Row[Any] | None:
    """It is not done: ``troubled`` says for how long. None: it was settled meanwhile.

    ``anew``: what it waits for began just now.
    """
    return session.execute(_UNSETTLED, {"id": id_, "state": state, "anew": anew}).one_or_none()


_SETTLED = text(f"""
UPDATE step SET state = :state, receipt = COALESCE(CAST(:receipt AS jsonb), receipt),
    go_at = NULL, waits_for = NULL, troubled_since = NULL, ended_at = clock_timestamp()
WHERE id = :id AND {_OPEN} RETURNING id
""")


def settle(
    session: Session, id_: UUID, state: StepState, receipt: dict[str, Any] | None = None
) -> bool:
    """Nothing more happens with it; whoever is behind it may go. Whether it was open."""
    told = {"id": id_, "state": state, "receipt": json.dumps(receipt) if receipt else None}
    return session.execute(_SETTLED, told).one_or_none() is not None


def aborting(session: Session, id_: UUID) -> None:
    """Its process is to undo what was done, perhaps this also; until it has, those behind wait."""
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


def undone(session: Session, id_: UUID) -> None:
    """What it did is taken back.

    The one that was aborted keeps its place until its process ends: more may be left to undo.
    """
    session.execute(text("UPDATE step SET state = 'undone' WHERE id = :id"), {"id": id_})


def decided_again(session: Session, id_: UUID, correction: dict[str, Any] | None) -> Row[Any]:
    """Somebody decided to try it again. A refused one gets a new key: the old one was answered."""
    return session.execute(
        text(
            "UPDATE step SET decision_no = decision_no + CAST(state = 'refused' AS int),"
            " state = CASE WHEN state = 'refused' THEN 'asked' ELSE state END,"
            " correction = COALESCE(CAST(:correction AS jsonb), correction)"
            " WHERE id = :id RETURNING *"
        ),
        {"id": id_, "correction": json.dumps(correction) if correction else None},
    ).one()


def drop_left(session: Session, process_id: UUID) -> Sequence[UUID]:
    """Its process has ended: what it never did, it will not do. Those behind it may go."""
    rows = session.execute(
        text(
            "UPDATE step SET go_at = NULL, waits_for = NULL,"
            " state = CASE WHEN state = 'undone' THEN state ELSE 'dropped' END,"
            " ended_at = clock_timestamp() WHERE process_id = :id AND ended_at IS NULL"
            " RETURNING id"
        ),
        {"id": process_id},
    )
    return rows.scalars().all()
