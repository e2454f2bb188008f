"""Table ``departure_review``: every statement that writes it, with its process and its events.

Its rows are locked after delegations, and before processes and what is stuck.
"""

import json
from collections.abc import Iterable, Sequence
from datetime import timedelta
from typing import NamedTuple
from uuid import UUID, uuid4

from sqlalchemy import text

from domain.audit import Actor, EventKind
from domain.delegations.departures import CONTINUED, ENDED, OPENED, ReviewState
from domain.ops.resolutions import Resolution
from domain.processes import ProcessType, departure_review_id
from domain.reasons import Reason
from storage.audit import events
from storage.audit.events import NewEvent
from storage.database import Session
from storage.delegations.standing import UNDECIDED
from storage.ops import stuck_items, unattended
from storage.processes import processes


class Departure(NamedTuple):
    """Somebody who left, and the account on which they had given something."""

    account_id: UUID
    giver_id: UUID


class _Changed(NamedTuple):
    """A review that was written."""

    id: UUID
    account_id: UUID
    company_id: UUID | None
    giver_id: UUID


_CHANGED = """
SELECT c.id, c.account_id, a.company_id, c.giver_id
FROM changed c JOIN account a ON a.id = c.account_id ORDER BY c.id
"""
_OPEN = text(f"""
WITH moment AS MATERIALIZED (SELECT clock_timestamp() AS at), new AS (
    SELECT * FROM jsonb_to_recordset(CAST(:new AS jsonb))
        AS n(id uuid, account_id uuid, giver_id uuid, workflow_id text)
), changed AS (
    INSERT INTO departure_review (id, account_id, giver_id, state, opened_at, closes_at, period)
    SELECT n.id, n.account_id, n.giver_id, 'open', m.at, m.at + :review_time, 1
    FROM new n, moment m ORDER BY n.account_id, n.giver_id
    ON CONFLICT (account_id, giver_id) WHERE state = 'open' DO NOTHING
    RETURNING id, account_id, giver_id
), asked AS (
    SELECT id, account_id, n.workflow_id FROM changed c JOIN new n USING (id, account_id)
), process AS ({processes.asked("asked", account_id="account_id", workflow_id="workflow_id")})
{_CHANGED}
""")
_LOCK = "SELECT r.id FROM departure_review r WHERE r.state = 'open' AND {which} ORDER BY r.id"
_END = f"""
WITH locked AS MATERIALIZED ({_LOCK} FOR NO KEY UPDATE), changed AS (
    UPDATE departure_review r SET state = :state, ended_at = clock_timestamp()
    FROM locked WHERE r.id = locked.id AND r.state = 'open'
    RETURNING r.id, r.account_id, r.giver_id
), process AS ({processes.ended("changed")})
{_CHANGED}
"""
_END_THESE = text(_END.format(which="r.id = ANY(:ids)"))
_COMPLETE = text(_END.format(which=f"r.account_id = ANY(:accounts) AND NOT EXISTS ({UNDECIDED})"))
_PAUSE = text("""
UPDATE departure_review SET unattended_since = COALESCE(unattended_since, clock_timestamp())
WHERE id = :id AND state = 'open'
""")
_BEGIN_AGAIN = text(f"""
WITH changed AS (
    UPDATE departure_review
    SET unattended_since = NULL, period = period + 1, closes_at = clock_timestamp() + :review_time
    WHERE id = :id AND state = 'open' AND unattended_since IS NOT NULL
    RETURNING id, account_id, giver_id
), process AS ({processes.mark_running("(SELECT id FROM changed)", "NULL")})
{_CHANGED}
""")


def open_(
    session: Session, departures: Iterable[Departure], review_time: timedelta, *, actor: Actor
) -> Sequence[UUID]:
    """Open a review for each departure that has none open, with its process and its event.

    Returns them.
    """
    new = [
        {
            "id": str(id_ := uuid4()),
            "account_id": str(each.account_id),
            "giver_id": str(each.giver_id),
            "workflow_id": departure_review_id(id_),
        }
        for each in departures
    ]
    if not new:
        return []
    asked = {"new": json.dumps(new), "review_time": review_time}
    opened = session.execute(_OPEN, asked | processes.new(ProcessType.DEPARTURE_REVIEW))
    return _record(session, opened, EventKind.DEPARTURE_REVIEW_OPENED, OPENED, actor)


def end(
    session: Session,
    ids: Sequence[UUID],
    state: ReviewState,
    *,
    why: Reason | None = None,
    actor: Actor,
) -> Sequence[UUID]:
    """End those of these reviews that are open, with their processes and events; returns them."""
    if not ids:
        return []
    ended = session.execute(_END_THESE, {"ids": list(ids), "state": state})
    return _record_ends(session, ended, why or ENDED[state], actor)


def complete(session: Session, account_ids: Iterable[UUID], *, actor: Actor) -> None:
    """Complete the reviews on these accounts of which everything is confirmed or over.

    For whoever confirmed or ended some of it.
    """
    asked = {"accounts": sorted(set(account_ids)), "state": ReviewState.COMPLETED}
    if asked["accounts"]:
        completed = session.execute(_COMPLETE, asked)
        _record_ends(session, completed, ENDED[ReviewState.COMPLETED], actor)


def pause(session: Session, review_id: UUID) -> None:
    """Note that time does not count any more. Repeatable."""
    session.execute(_PAUSE, {"id": review_id})


def leave_to_operations(session: Session, review_id: UUID, *, actor: Actor) -> None:
    """Pause a review that nobody can do, and tell operations. Repeatable."""
    pause(session, review_id)
    unattended.open_(session, review_id, actor=actor)


def begin_again(session: Session, review_id: UUID, review_time: timedelta, *, actor: Actor) -> None:
    """Give the whole time again to a review that nobody could do until now."""
    begun = session.execute(_BEGIN_AGAIN, {"id": review_id, "review_time": review_time})
    _record(session, begun, EventKind.DEPARTURE_REVIEW_CONTINUED, CONTINUED, actor)
    stuck_items.close(session, review_id, Resolution.HEALED, actor)


def _record_ends(
    session: Session, ended: Iterable[Sequence[UUID]], why: Reason, actor: Actor
) -> Sequence[UUID]:
    ids = _record(session, ended, EventKind.DEPARTURE_REVIEW_ENDED, why, actor)
    for id_ in ids:
        stuck_items.end_process(session, id_, actor)
    return ids


def _record(
    session: Session, changed: Iterable[Sequence[UUID]], kind: EventKind, why: Reason, actor: Actor
) -> Sequence[UUID]:
    reviews = [_Changed(*row) for row in changed]
    new = [
        NewEvent(
            kind,
            subject_id=each.id,
            account_id=each.account_id,
            company_id=each.company_id,
            reason=Reason(why.code, why.text, {"giver": str(each.giver_id)}),
        )
        for each in reviews
    ]
    events.append(session, new, actor=actor)
    return [each.id for each in reviews]
