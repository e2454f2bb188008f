"""Begins repairs: a service that differs is sent to the network again, few at a time.

What is to be repaired is a row. So it is done whoever decided it, the engine or a person, and
after a crash.
"""

from uuid import UUID, uuid4

from sqlalchemy import text

from domain.audit import Actor, ActorKind
from domain.inventory.drift import PROCESS
from storage.database import Connection, Session
from storage.provisioning import resends
from storage.provisioning.resends import ServiceEnded

ENGINE = Actor(ActorKind.ENGINE, PROCESS)
_BATCH = 20

# Repairs that wait for a decision of an operator count, too: they may all have the same cause.
_DUE = text("""
SELECT service_id FROM (
    SELECT DISTINCT ON (service_id) service_id, decided_at FROM drift
    WHERE state = 'to_repair' AND ended_at IS NULL ORDER BY service_id, decided_at
) due
ORDER BY decided_at, service_id
LIMIT LEAST(:batch, GREATEST(0, :at_once - (
    SELECT count(DISTINCT d.operation_id) FROM drift d JOIN operation o ON o.id = d.operation_id
    WHERE d.state = 'repairing' AND d.ended_at IS NULL AND o.state IN ('pending', 'running'))))
""")
_CLAIM = text("""
SELECT id FROM drift
WHERE service_id = :service AND state = 'to_repair' AND ended_at IS NULL
ORDER BY id FOR UPDATE SKIP LOCKED
""")
_BEGUN = text("""
UPDATE drift SET state = 'repairing', operation_id = :operation WHERE id = ANY(:ids)
""")
_OVER = text("""
UPDATE drift SET ended_at = clock_timestamp(), ending = 'service_ended',
    expected = NULL, shown = NULL
WHERE id = ANY(:ids)
""")
# What waits for repairs that are under way is not late.
_AGE = text("""
SELECT COALESCE(extract(epoch FROM clock_timestamp() - min(decided_at)), 0) FROM drift
WHERE state = 'to_repair' AND ended_at IS NULL AND NOT EXISTS (
    SELECT FROM drift d JOIN operation o ON o.id = d.operation_id
    WHERE d.state = 'repairing' AND d.ended_at IS NULL AND o.state IN ('pending', 'running'))
""")


def begin(session: Session, at_once: int) -> int:
    """Request resends of services that are to be repaired; returns how many differences it did.

    A batch at a time, and none while ``at_once`` are under way. Workers start the resends.
    """
    due = session.execute(_DUE, {"batch": _BATCH, "at_once": at_once}).scalars().all()
    return sum(_repair(session, service_id) for service_id in due)


def age(connection: Connection) -> float:
    """Return the seconds since the oldest was decided that has not begun; 0: none."""
    return float(connection.execute(_AGE).scalar_one())


def _repair(session: Session, service_id: UUID) -> int:
    ids = session.execute(_CLAIM, {"service": service_id}).scalars().all()
    if not ids:
        return 0
    operation_id = uuid4()
    try:
        resends.request(session, operation_id, service_id, ENGINE, "")
    except ServiceEnded:
        session.execute(_OVER, {"ids": ids})
    else:
        session.execute(_BEGUN, {"ids": ids, "operation": operation_id})
    return len(ids)
