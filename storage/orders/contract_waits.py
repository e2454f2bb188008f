"""Orders for services that come by a contract: they wait until it is active, or never begin."""

from collections.abc import Collection
from uuid import UUID

from sqlalchemy import text

from storage.database import Connection, Session
from storage.orders import beginning, ending, one_by_one, refreshing

_WAITING = text(f"""
SELECT o.id FROM service_order o
WHERE o.began_at IS NULL AND o.{beginning.OPEN} AND o.contract_id IS NULL AND o.id IN (
    SELECT order_id FROM service_order_item WHERE service_id = ANY(:ids))
ORDER BY o.id FOR UPDATE
""")
# Where a service ends that was there, its orders end with it: left are those of contracts.
_IS_LOST = f"o.began_at IS NULL AND o.{beginning.OPEN} AND {beginning.SERVICE_ENDED}"
_LOST = text(f"""
SELECT o.id FROM service_order o
WHERE {_IS_LOST} ORDER BY o.id LIMIT :limit FOR UPDATE SKIP LOCKED
""")
_AGE = text(f"""
SELECT COALESCE(EXTRACT(EPOCH FROM clock_timestamp() - min(s.updated_at)), 0)
FROM service_order o JOIN service_order_item n ON n.order_id = o.id
JOIN service s ON s.id = n.service_id AND s.status = 'ended' WHERE {_IS_LOST}
""")


def begin(session: Session, service_ids: Collection[UUID]) -> int:
    """Begin the orders that waited for the contract of these services; returns how many."""
    found = session.execute(_WAITING, {"ids": list(service_ids)}).scalars().all()
    actor = refreshing.ENGINE
    return one_by_one.each(session, found, lambda id_: ending.begin(session, id_, actor))


def cancel_lost(session: Session, *, limit: int = 100) -> int:
    """Cancel orders whose service never came: its contract ended before. Returns how many."""
    found = session.execute(_LOST, {"limit": limit}).scalars().all()
    why, actor = ending.CONTRACT_ENDED, refreshing.ENGINE
    return one_by_one.each(
        session, found, lambda id_: ending.cancel_unbegun(session, id_, why, actor)
    )


def age_of_lost(connection: Connection) -> float:
    """Return the seconds since the first service ended that an order still waits for."""
    return float(connection.execute(_AGE).scalar_one())
