"""Writer of ``mandate``: recorded, then answered; each with its event.

What ends one that was confirmed is written by ``following``. Before somebody confirms it, no event
names the person; whoever was named in one that is never confirmed is forgotten.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from sqlalchemy import Row, text

from domain.audit import Actor, ActorKind, EventKind
from domain.delegations.terms import Terms
from domain.mandates import reasons
from domain.mandates.states import ANSWERED_WITHIN, MandateAnswer
from domain.reasons import Reason
from storage.audit import event_notes, events
from storage.audit.events import NewEvent
from storage.database import Connection, Session
from storage.mandates import mandate_queries
from storage.mandates.mandate_queries import MandateView
from storage.parties import documents, forgetting

DATES = Actor(ActorKind.ENGINE, "mandates")
"""The actor of what dates bring about."""
BATCH = 1000
"""Most mandates of one transaction."""

_INSERT = text("""
WITH moment AS MATERIALIZED (SELECT clock_timestamp() AS at)
INSERT INTO mandate (id, account_id, person_id, document_id, role, permissions, service_ids,
                     from_day, through_day, recorded_by, recorded_at, lapses_at)
SELECT :id, :account, :person, :document, :role, :permissions, :services, :from_day, :through_day,
       :by, m.at, m.at + :within
FROM moment m
""")
_LOCK = text("SELECT FROM mandate WHERE id = :id FOR NO KEY UPDATE")
_CONFIRM = text("""
UPDATE mandate SET answer = 'confirmed', answered_by = :by, answered_at = clock_timestamp()
WHERE id = :id
""")
_CLOSE = """
WITH closing AS (
    SELECT m.id, m.person_id FROM mandate m WHERE m.answer IS NULL AND {which}
    ORDER BY m.id {limit} FOR NO KEY UPDATE OF m {skip}
)
UPDATE mandate m SET answer = :answer, answered_by = :by, answered_at = clock_timestamp(),
    person_id = NULL
FROM closing c WHERE m.id = c.id
RETURNING m.id, m.account_id, m.document_id, c.person_id
"""
_CLOSE_ONE = text(_CLOSE.format(which="m.id = :id", limit="", skip=""))
_CLOSE_ON_ACCOUNTS = text(_CLOSE.format(which="m.account_id = ANY(:accounts)", limit="", skip=""))
_CLOSE_LATE = text(
    _CLOSE.format(
        which="m.lapses_at <= statement_timestamp()", limit="LIMIT :limit", skip="SKIP LOCKED"
    )
)
_LATE = text("""
SELECT COALESCE(CAST(extract(epoch FROM statement_timestamp() - min(lapses_at)) AS float), 0)
FROM mandate WHERE answer IS NULL AND lapses_at <= statement_timestamp()
""")


@dataclass(frozen=True, slots=True)
class NewMandate:
    """A mandate to record. The id is the caller's: repeating one is an error."""

    id: UUID
    account_id: UUID
    person_id: UUID
    document_id: UUID
    terms: Terms


def insert(session: Session, new: NewMandate, *, actor: Actor) -> None:
    """Record a mandate that waits for a second member of staff. It gives nothing yet."""
    terms = new.terms
    row = {
        "id": new.id,
        "account": new.account_id,
        "person": new.person_id,
        "document": new.document_id,
        "role": terms.role,
        "permissions": sorted(terms.permissions),
        "services": sorted(terms.service_ids),
        "from_day": terms.from_day,
        "through_day": terms.through_day,
        "by": actor.id,
        "within": ANSWERED_WITHIN,
    }
    session.execute(_INSERT, row)
    reason = reasons.recorded(new.document_id)
    about = _event(EventKind.MANDATE_RECORDED, new.id, new.account_id, reason)
    events.append(session, [about], actor=actor)


def locked(session: Session, mandate_id: UUID) -> MandateView | None:
    """Return a mandate, and keep others from changing it until the transaction ends.

    For deciding from it what the caller then writes. None: there is none with this id.
    """
    session.execute(_LOCK, {"id": mandate_id})
    return mandate_queries.one(session, mandate_id)


def confirm(
    session: Session, mandate: MandateView, reason: Reason, *, actor: Actor, note: str
) -> None:
    """Write that this member of staff confirmed a proposed mandate, which the caller has locked."""
    session.execute(_CONFIRM, {"id": mandate.id, "by": actor.id})
    kind = EventKind.MANDATE_CONFIRMED
    event = _event(kind, mandate.id, mandate.account_id, reason, mandate.person_id)
    event_notes.append(session, event, note, actor=actor)


def close(
    session: Session, mandate_id: UUID, answer: MandateAnswer, *, actor: Actor, note: str
) -> None:
    """Reject or withdraw a proposed mandate, which the caller has locked."""
    asked = {"id": mandate_id, "answer": answer, "by": actor.id}
    closed = session.execute(_CLOSE_ONE, asked).all()
    for row in closed:
        event = _closed(row, answer, reasons.closed(answer))
        event_notes.append(session, event, note, actor=actor)
    _forget(session, closed)


def lapse(session: Session, *, limit: int = BATCH) -> int:
    """Close up to ``limit`` mandates that nobody answered in time; returns how many. Repeatable."""
    found = session.execute(_CLOSE_LATE, _lapsing(limit=limit)).all()
    return _lapsed(session, found, reasons.closed(MandateAnswer.LAPSED), DATES)


def lapse_on_accounts(
    session: Session, account_ids: Sequence[UUID], reason: Reason, *, actor: Actor
) -> None:
    """Close the mandates that wait on these accounts, which closed or changed owner."""
    if account_ids:
        found = session.execute(_CLOSE_ON_ACCOUNTS, _lapsing(accounts=list(account_ids))).all()
        _lapsed(session, found, reason, actor)


def age_of_late(connection: Connection) -> float:
    """Return the seconds since the oldest mandate was to lapse that did not; 0: none is late."""
    seconds: float = connection.execute(_LATE).scalar_one()
    return seconds


def _lapsing(**which: Any) -> dict[str, Any]:
    return which | {"answer": MandateAnswer.LAPSED, "by": None}


def _lapsed(session: Session, found: Sequence[Row[Any]], reason: Reason, actor: Actor) -> int:
    told = [_closed(row, MandateAnswer.LAPSED, reason) for row in found]
    events.append(session, told, actor=actor)
    _forget(session, found)
    return len(found)


_KINDS = {
    MandateAnswer.REJECTED: EventKind.MANDATE_REJECTED,
    MandateAnswer.WITHDRAWN: EventKind.MANDATE_WITHDRAWN,
    MandateAnswer.LAPSED: EventKind.MANDATE_LAPSED,
}


def _closed(row: Row[Any], answer: MandateAnswer, reason: Reason) -> NewEvent:
    return _event(_KINDS[answer], row.id, row.account_id, reason)


def _event(
    kind: EventKind,
    mandate_id: UUID,
    account_id: UUID,
    reason: Reason,
    person_id: UUID | None = None,
) -> NewEvent:
    return NewEvent(
        kind, subject_id=mandate_id, account_id=account_id, person_id=person_id, reason=reason
    )


def _forget(session: Session, closed: Sequence[Row[Any]]) -> None:
    """Forget the persons of mandates that never came about, and what their papers said."""
    if not closed:
        return
    documents.forget_texts(session, [row.document_id for row in closed])
    forgetting.forget_unused(session, [row.person_id for row in closed if row.person_id])
