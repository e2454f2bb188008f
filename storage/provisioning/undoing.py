"""Undoes items of a process: marks what is to be undone, and lists it from the rows.

Steps of one process are locked in the order of ``_ORDER``: a step that undoes another was added
after it, and is locked before it.
"""

from collections.abc import Collection, Mapping, Sequence
from uuid import UUID

from sqlalchemy import text
from sqlmodel import Session

from domain.provisioning.steps import Step
from domain.provisioning.undoing import UndoReason

_ORDER = "ORDER BY created_at DESC, id FOR UPDATE"
_LOCK = text(f"SELECT id FROM step WHERE process_id = :id {_ORDER}")
_PAST_RETURN = """EXISTS (SELECT FROM step p WHERE p.process_id = s.process_id
    AND p.item = s.item AND p.stage = 'pivot' AND p.state = 'done')"""
"""Condition: the item of the step ``s`` is past its point of no return."""


def lock_steps(session: Session, process_id: UUID) -> None:
    """Lock every step of the process until the transaction ends."""
    session.execute(_LOCK, {"id": process_id}).all()


_WANT = text(f"""
UPDATE step SET undo_reason = :reason, is_undo_known = FALSE, woken_at = NULL
FROM (
    SELECT s.id FROM step s
    WHERE s.process_id = :id AND (:everything OR s.item = ANY(CAST(:items AS text[])))
        AND s.undoes IS NULL AND s.undo_reason IS NULL AND s.released_at IS NULL
        AND NOT {_PAST_RETURN}
    {_ORDER}
) theirs
WHERE step.id = theirs.id RETURNING step.item
""")


def want(
    session: Session, process_id: UUID, reason: UndoReason, items: Collection[str] | None = None
) -> set[str]:
    """Record that items are to be undone; None: all of the process. Returns those that are.

    Nothing more of them is sent; what was sent is found out, and then undone. An item past its
    point of no return, and one that is over, stays as it is. Repeating changes nothing.
    """
    lock_steps(session, process_id)  # first: a pivot that is done meanwhile is seen as done
    parameters = {
        "id": process_id,
        "reason": reason,
        "everything": items is None,
        "items": list(items or ()),
    }
    return set(session.execute(_WANT, parameters).scalars())


def mark_known(session: Session, id_: UUID) -> None:
    """Record that the step's process knows that its item is to be undone: it is woken no more."""
    session.execute(text("UPDATE step SET is_undo_known = TRUE WHERE id = :id"), {"id": id_})


_PASS_RETURN = text("""
UPDATE step SET undo_reason = NULL,
    released_at = CASE WHEN ended_at IS NOT NULL THEN COALESCE(released_at, clock_timestamp()) END
WHERE process_id = :process_id AND item = :item
""")


def pass_return(session: Session, pivot: Step) -> None:
    """Record that the item is past its point of no return: its places are given up.

    What its pivot did cannot be taken back: a wish to undo the item that came meanwhile falls.
    """
    session.execute(_PASS_RETURN, {"process_id": pivot.process_id, "item": pivot.item})


def mark_aborting(session: Session, id_: UUID) -> None:
    """Record that the step is carried out no more: undo it if it may have happened."""
    session.execute(
        text(
            "UPDATE step SET waits_for = NULL, version = version + 1,"
            " state = CASE WHEN state IN ('asked', 'trouble', 'refused', 'given_up')"
            " THEN 'given_up' ELSE 'aborting' END,"
            " ended_at = CASE WHEN state = 'done' THEN ended_at END"
            " WHERE id = :id AND (ended_at IS NULL OR state IN ('done', 'refused'))"
        ),
        {"id": id_},
    )


def give_up(session: Session, id_: UUID) -> None:
    """Record that the step certainly did not happen, and is carried out no more."""
    session.execute(
        text(
            "UPDATE step SET state = 'given_up', waits_for = NULL, version = version + 1"
            " WHERE id = :id AND ended_at IS NULL AND state NOT IN ('aborting', 'undone')"
        ),
        {"id": id_},
    )


def mark_undone(session: Session, id_: UUID) -> None:
    """Record that what the step did is undone. It keeps its place until its process ends."""
    session.execute(text("UPDATE step SET state = 'undone' WHERE id = :id"), {"id": id_})


# An operator may have decided to do without undoing it.
_LEFT = """s.process_id = :id AND s.undo_reason IS NOT NULL AND s.undoes IS NULL
    AND s.released_at IS NULL AND s.state IN ('done', 'aborting')
    AND s.action = ANY(CAST(:actions AS text[]))
    AND NOT EXISTS (SELECT FROM step u WHERE u.process_id = s.process_id
        AND u.undoes = s.id AND u.ended_at IS NOT NULL)"""
_TO_UNDO = text(f"""
WITH marked AS (
    UPDATE step SET state = 'aborting', version = version + 1 FROM (
        SELECT id FROM step s
        WHERE {_LEFT} AND (CAST(:item AS text) IS NULL OR item = :item)
        {_ORDER}
    ) theirs
    WHERE step.id = theirs.id RETURNING action, ended_at, place
)
SELECT action FROM marked ORDER BY ended_at DESC NULLS FIRST, place DESC
""")


def to_undo(
    session: Session, process_id: UUID, actions: Collection[str], item: str | None = None
) -> Sequence[str]:
    """Return which of these actions are to be undone, the newest completion first.

    Of one item, or of all. An action whose outcome is unknown comes before all that are done.
    """
    lock_steps(session, process_id)  # first: an undoing that has just ended is seen
    parameters = {"id": process_id, "actions": list(actions), "item": item}
    return session.execute(_TO_UNDO, parameters).scalars().all()


_IS_LEFT = text(f"SELECT EXISTS (SELECT FROM step s WHERE {_LEFT})")


def is_left(session: Session, process_id: UUID, actions: Collection[str]) -> bool:
    """Return whether one of these actions is still to be undone. Locks the process's steps."""
    lock_steps(session, process_id)
    parameters = {"id": process_id, "actions": list(actions)}
    return bool(session.execute(_IS_LEFT, parameters).scalar_one())


_GOES_ON = text("""
SELECT EXISTS (SELECT FROM step WHERE process_id = :id AND undoes IS NULL
    AND undo_reason IS NULL AND ended_at IS NULL)
""")


def goes_on(session: Session, process_id: UUID) -> bool:
    """Return whether the process has something to carry out in an item that is not undone."""
    return bool(session.execute(_GOES_ON, {"id": process_id}).scalar_one())


_REASONS = text("""
SELECT item, undo_reason FROM step
WHERE process_id = :id AND undoes IS NULL AND undo_reason IS NOT NULL ORDER BY place
""")


def reasons(session: Session, process_id: UUID) -> Mapping[str, UndoReason]:
    """Return the items that are undone, and why."""
    rows = session.execute(_REASONS, {"id": process_id})
    return {row.item: UndoReason(row.undo_reason) for row in rows}


_DROP_UNFINISHED = text(f"""
WITH dropped AS (
    UPDATE step SET go_at = NULL, waits_for = NULL, released_at = clock_timestamp(),
        ended_at = COALESCE(ended_at, clock_timestamp()), state = CASE
            WHEN state = 'aborting' OR ended_at IS NULL AND state <> 'undone' THEN 'dropped'
            ELSE state END
    FROM (
        SELECT id AS left_id, ended_at IS NULL OR state = 'aborting' AS is_open FROM step
        WHERE process_id = :id AND released_at IS NULL {_ORDER}
    ) unfinished
    WHERE id = left_id AND released_at IS NULL RETURNING id, is_open
)
SELECT id FROM dropped WHERE is_open
""")


def drop_unfinished(session: Session, process_id: UUID) -> Sequence[UUID]:
    """Settle what is left of a process that has ended, and give up its places.

    Returns the ids of the steps that were not settled. Steps of other processes may go on.
    """
    return session.execute(_DROP_UNFINISHED, {"id": process_id}).scalars().all()
