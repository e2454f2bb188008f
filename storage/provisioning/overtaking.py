"""Lets urgent steps overtake others on their resource, and marks who was overtaken."""

from sqlalchemy import text
from sqlmodel import Session

from domain.provisioning.steps import Step
from storage import locks
from storage.locks import Purpose

# A step that undoes another was added after it, and is locked before it.
_OTHERS = """
    SELECT id FROM step
    WHERE resource = :resource AND process_id <> :process_id AND urgency < :urgency
        AND released_at IS NULL
    ORDER BY created_at DESC, id FOR UPDATE"""
_HOLD = text(_OTHERS)
_MARK = text(f"""
UPDATE step SET is_overtaken = TRUE FROM ({_OTHERS}) other
WHERE step.id = other.id AND NOT is_overtaken
""")


def hold_others(session: Session, step: Step) -> None:
    """Let no step be sent on the resource of this urgent one until the transaction ends.

    An attempt locks its step before it looks whether an urgent one is there; one that adds a step
    takes the resource's lock. So either it is seen here as in flight, or it sees the urgent one.
    """
    if step.resource is None:
        return
    # An urgent step of less urgency has its own row before it waits for the lock: so has this one.
    session.execute(_HOLD, _of(step))
    locks.lock(session, Purpose.STEP_ORDER, step.resource)
    session.execute(_HOLD, _of(step))


def mark_overtaken(session: Session, step: Step) -> None:
    """Record that this urgent step goes ahead of all that are less so on its resource."""
    session.execute(_MARK, _of(step))


def _of(step: Step) -> dict[str, object]:
    return {
        "resource": step.resource,
        "process_id": step.process_id,
        "urgency": step.urgency,
    }
