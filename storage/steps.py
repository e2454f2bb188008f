"""Steps: each change of their state, with what is stuck, in the transaction of whoever works on it.

Locks are taken in one order: step, target, stuck. Nobody locks two steps but storage.waking, which
locks nothing else.
"""

import json
from collections.abc import Sequence
from typing import Any
from uuid import UUID

from sqlalchemy import Row, text
from sqlmodel import Session

from access.steps import SETTLED, Step, StepState, Target, step_id

BEHIND = """EXISTS (
    SELECT FROM step e WHERE e.resource = s.resource AND e.place < s.place
        AND e.ended_at IS NULL AND e.process_id <> s.process_id)"""
"""Whether step ``s`` waits for an earlier one of another process on the same resource."""

_LOOK = text(f"""
SELECT s.*, k.state AS stuck_state, k.decision, k.code AS stuck_code,
    k.closed_how,
    COALESCE(t.state, 'open') AS target_state, COALESCE(t.failures, 0) AS target_failures,
    COALESCE(t.until <= clock_timestamp(), FALSE) AS probe_due,
    s.go_at > clock_timestamp() AS too_early,
    GREATEST(s.go_at - clock_timestamp(), interval '0') AS go_in,
    {BEHIND} AS behind
FROM step s LEFT JOIN stuck k ON k.id = s.id LEFT JOIN target t ON t.name = s.target
WHERE s.id = :id FOR UPDATE OF s
""")
# A step that undoes another has that one's place.
_PLACE = """
INSERT INTO step (id, process, process_id, workflow_id, account_id, target, action, resource,
                  state{place})
VALUES (:id, :process, :process_id, :workflow_id, :account_id, :target, :action, :resource,
        'asked'{undone})
ON CONFLICT (id) DO NOTHING
"""
_NEW = text(_PLACE.format(place="", undone=""))
_UNDOING = text(
    _PLACE.format(
        place=", place",
        undone=""", COALESCE((SELECT place FROM step WHERE id = :undone),
        nextval(pg_get_serial_sequence('step', 'place')))""",
    )
)


def ask_for(session: Session, step: Step, target: Target, workflow_id: str) -> None:
    """Give it its place in the order of those on the same resource. Repeating changes nothing."""
    if step.resource is not None:
        # One after the other: who is before whom must be plain once the first has committed.
        session.execute(
            text("SELECT pg_advisory_xact_lock(hashtextextended(:resource, 0))"),
            {"resource": step.resource},
        )
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
        session.execute(_NEW, told)
    else:
        session.execute(_UNDOING, told | {"undone": step_id(step.process_id, step.undoes)})


def look(session: Session, step: Step, target: Target, workflow_id: str) -> Row[Any]:
    """The step as it is, locked, with what was decided about it and how its target is."""
    row = session.execute(_LOOK, {"id": step.id}).one_or_none()
    if row is None:
        ask_for(session, step, target, workflow_id)
        row = session.execute(_LOOK, {"id": step.id}).one()
    return row


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
            " tries = tries + CAST(state <> 'accepted' AS int), go_at = NULL, waits_for = NULL"
            " WHERE id = :id"
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


_UNSETTLED = text("""
UPDATE step SET state = :state, troubled_since = COALESCE(troubled_since, clock_timestamp())
WHERE id = :id AND ended_at IS NULL
RETURNING *, clock_timestamp() - troubled_since AS troubled
""")


def unsettled(session: Session, id_: UUID, state: StepState) -> Row[Any] | None:
    """It is not done: ``troubled`` says for how long. None: it was settled meanwhile."""
    return session.execute(_UNSETTLED, {"id": id_, "state": state}).one_or_none()


_SETTLED = text("""
UPDATE step SET state = :state, receipt = COALESCE(CAST(:receipt AS jsonb), receipt),
    go_at = NULL, waits_for = NULL, troubled_since = NULL, ended_at = clock_timestamp()
WHERE id = :id AND ended_at IS NULL RETURNING id
""")


def settle(
    session: Session, id_: UUID, state: StepState, receipt: dict[str, Any] | None = None
) -> bool:
    """Nothing more happens with it; whoever is behind it may go. Whether it was open."""
    told = {"id": id_, "state": state, "receipt": json.dumps(receipt) if receipt else None}
    return session.execute(_SETTLED, told).one_or_none() is not None


def aborting(session: Session, id_: UUID) -> None:
    """Its process is to undo what was done; until it has, those behind it wait."""
    session.execute(
        text(
            "UPDATE step SET state = 'aborting', waits_for = NULL"
            " WHERE id = :id AND ended_at IS NULL"
        ),
        {"id": id_},
    )


def undone(session: Session, id_: UUID) -> None:
    """What it did is taken back."""
    session.execute(
        text(
            "UPDATE step SET state = 'undone', ended_at = COALESCE(ended_at, clock_timestamp())"
            " WHERE id = :id"
        ),
        {"id": id_},
    )


def decided_again(session: Session, id_: UUID, correction: dict[str, Any] | None) -> Row[Any]:
    """Somebody decided to try it again. A refused one gets a new key: the old one was answered."""
    return session.execute(
        text(
            "UPDATE step SET attempt = attempt + CAST(state = 'refused' AS int),"
            " state = CASE WHEN state = 'refused' THEN 'asked' ELSE state END,"
            " correction = COALESCE(CAST(:correction AS jsonb), correction)"
            " WHERE id = :id RETURNING *"
        ),
        {"id": id_, "correction": json.dumps(correction) if correction else None},
    ).one()


def drop_left(session: Session, process_id: UUID) -> Sequence[UUID]:
    """Its process has ended: what it never did, it will not do."""
    rows = session.execute(
        text(
            "UPDATE step SET state = 'dropped', go_at = NULL, waits_for = NULL,"
            " ended_at = clock_timestamp() WHERE process_id = :id AND ended_at IS NULL"
            " RETURNING id"
        ),
        {"id": process_id},
    )
    return rows.scalars().all()


def is_settled(state: str) -> bool:
    """Whether nothing more happens with a step in this state."""
    return state in SETTLED
