"""Alerts about orders that are not completed by the time that was expected."""

from sqlalchemy import text

from domain.audit import EventKind
from domain.reasons import Reason
from storage.audit import events
from storage.audit.events import NewEvent
from storage.database import Connection, Session
from storage.orders.beginning import OPEN
from storage.orders.refreshing import ENGINE

LATE = Reason("order_late", "It is not completed by the time that was expected")
# Told once for each time that was expected.
_LATE = f"""o.{OPEN} AND o.began_at IS NOT NULL AND o.expected_at < clock_timestamp()
    AND NOT EXISTS (SELECT FROM order_alert a
        WHERE a.order_id = o.id AND a.expected_at = o.expected_at)"""
_ALERT = text(f"""
WITH late AS (
    SELECT o.id, o.account_id, o.expected_at FROM service_order o
    WHERE {_LATE} ORDER BY o.id LIMIT :limit FOR UPDATE SKIP LOCKED
), alerted AS (
    INSERT INTO order_alert (order_id, number, expected_at, alerted_at)
    SELECT id, 1 + (SELECT count(*) FROM order_alert a WHERE a.order_id = late.id), expected_at,
        clock_timestamp()
    FROM late
)
UPDATE service_order SET version = version + 1, updated_at = clock_timestamp()
FROM late WHERE service_order.id = late.id
RETURNING service_order.id, service_order.account_id
""")
_AGE = text(f"""
SELECT COALESCE(EXTRACT(EPOCH FROM clock_timestamp() - min(o.expected_at)), 0)
FROM service_order o WHERE {_LATE}
""")


def alert(session: Session, *, limit: int = 500) -> int:
    """Alert about orders that have become late; returns about how many."""
    rows = session.execute(_ALERT, {"limit": limit}).all()
    lines = [
        NewEvent(
            EventKind.ORDER_IN_JEOPARDY,
            subject_id=row.id,
            account_id=row.account_id,
            reason=LATE,
        )
        for row in rows
    ]
    events.append(session, lines, actor=ENGINE)
    return len(rows)


def age(connection: Connection) -> float:
    """Return the seconds since the oldest order that nobody was alerted about became late."""
    return float(connection.execute(_AGE).scalar_one())
