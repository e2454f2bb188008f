"""What a person decides about differences: repair them, or accept what the network has."""

from typing import NamedTuple
from uuid import uuid4

from sqlalchemy import text

from domain.audit import Actor, EventKind
from domain.inventory.drift import DriftDecision, may_be
from domain.reasons import Reason
from storage.audit import event_notes, events
from storage.audit.events import NewEvent
from storage.database import Connection, Session
from storage.inventory.drift_queries import FITS, DriftFilter

DECIDED = "Operations decided about differences between services and their networks"
ACCEPTED = "Operations accepted what the network has"

_UNDECIDED = "d.state IN ('reported', 'proposed', 'held') AND d.characteristic = ANY(:names)"
_COUNT = text(f"""
SELECT count(*) AS differences, count(DISTINCT d.service_id) AS services
FROM drift d JOIN service s ON s.id = d.service_id
WHERE {FITS} AND {_UNDECIDED} AND s.status = 'active'
""")
# A service is sent as a whole: whatever else of it differs is repaired with it.
_REPAIR = text(f"""
WITH chosen AS (
    SELECT DISTINCT d.service_id FROM drift d JOIN service s ON s.id = d.service_id
    WHERE {FITS} AND {_UNDECIDED} AND s.status = 'active'
), locked AS (
    SELECT d.id FROM drift d JOIN chosen c USING (service_id)
    WHERE d.ended_at IS NULL AND {_UNDECIDED} ORDER BY d.id FOR UPDATE OF d
)
UPDATE drift d SET state = 'to_repair', decided_at = clock_timestamp(), decided_by = :by,
    note_id = :note_id, operation_id = NULL
FROM locked WHERE locked.id = d.id
RETURNING d.service_id
""")
# Services are locked first, as everywhere. What changed meanwhile is not what was decided about.
_LOCK = text(f"""
SELECT s.id FROM service s WHERE s.status = 'active' AND EXISTS (
    SELECT FROM drift d WHERE d.service_id = s.id AND {FITS} AND {_UNDECIDED})
ORDER BY s.id FOR NO KEY UPDATE OF s
""")
_ACCEPT = text(f"""
WITH accepted AS (
    UPDATE drift d SET ended_at = clock_timestamp(), ending = 'accepted', decided_by = :by,
        decided_at = clock_timestamp(), note_id = :note_id, expected = NULL, shown = NULL
    FROM (
        SELECT d.id, d.shown FROM drift d JOIN service s ON s.id = d.service_id
        WHERE {FITS} AND {_UNDECIDED} AND s.id = ANY(:locked)
            AND COALESCE((s.told || s.wanted) -> d.characteristic, 'null') = d.expected
        ORDER BY d.id FOR UPDATE OF d
    ) chosen
    WHERE chosen.id = d.id
    RETURNING d.service_id, d.characteristic, chosen.shown AS value
), agreed AS (
    SELECT service_id, jsonb_object_agg(characteristic, value) AS has,
        array_agg(characteristic ORDER BY characteristic) AS names
    FROM accepted GROUP BY service_id
)
UPDATE service s SET wanted = s.wanted || agreed.has, wanted_version = s.wanted_version + 1,
    updated_at = now()
FROM agreed WHERE agreed.service_id = s.id
RETURNING s.id, s.account_id, s.wanted_version, agreed.names
""")


class Decided(NamedTuple):
    """Number of differences that were decided about, and of their services."""

    differences: int
    services: int


def count(connection: Connection | Session, decision: DriftDecision, which: DriftFilter) -> Decided:
    """Count what may be decided about so."""
    return Decided(*connection.execute(_COUNT, _asked(decision, which)).one())


def decide(
    session: Session, decision: DriftDecision, which: DriftFilter, *, actor: Actor, note: str
) -> Decided:
    """Decide about the open differences that fit and that nobody has decided about.

    Those that may not be decided about so are left: a new SIM is not sent again, and what others
    than orders say is not accepted. Repairs begin later, see ``drift_repairs``.
    """
    if not count(session, decision, which).differences:
        return Decided(0, 0)
    event = NewEvent(
        EventKind.DRIFT_DECIDED,
        subject_id=uuid4(),
        reason=Reason("drift_decided", DECIDED, {"decision": decision}),
    )
    note_id = event_notes.append(session, event, note, actor=actor)
    asked = _asked(decision, which) | {"by": actor.id, "note_id": note_id}
    if decision is DriftDecision.REPAIR:
        repaired = session.execute(_REPAIR, asked).scalars().all()
        return Decided(len(repaired), len(set(repaired)))
    return _accept(session, asked, actor)


def _accept(session: Session, asked: dict[str, object], actor: Actor) -> Decided:
    locked = session.execute(_LOCK, asked).scalars().all()
    rows = session.execute(_ACCEPT, asked | {"locked": locked}).all()
    lines = [
        NewEvent(
            EventKind.SERVICE_WANTED_CHANGED,
            subject_id=row.id,
            account_id=row.account_id,
            reason=Reason("drift_accepted", ACCEPTED),
            after={"version": row.wanted_version, "characteristics": row.names},
        )
        for row in rows
    ]
    events.append(session, lines, actor=actor)
    return Decided(sum(len(row.names) for row in rows), len(rows))


def _asked(decision: DriftDecision, which: DriftFilter) -> dict[str, object]:
    return which.parameters() | {"names": may_be(decision)}
