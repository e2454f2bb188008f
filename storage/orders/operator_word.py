"""What the operator's own systems say of a service counts more than an open order."""

from collections.abc import Collection, Mapping
from uuid import UUID

from sqlalchemy import text

from domain.audit import Actor
from storage.database import Connection, Session
from storage.orders import cancelling, ending
from storage.orders.beginning import OPEN

_OPEN_ITEMS = text(f"""
SELECT o.id AS order_id, o.began_at IS NOT NULL AS is_begun, i.number
FROM service_order o JOIN service_order_item i ON i.order_id = o.id
WHERE (i.service_id = ANY(:ids) OR i.other_service_id = ANY(:ids))
    AND o.{OPEN} AND i.ended_at IS NULL
    AND NOT (o.contract_id IS NOT NULL AND i.action = 'delete')
ORDER BY o.id, i.number
""")
# Whoever ordered it was not told that there was such a service, and is not told that there is none.
_FORGET_GIVERS = text(f"""
WITH asking AS MATERIALIZED (
    SELECT o.id FROM service_order o
    WHERE o.giver_confirms AND o.giver_confirmed_at IS NULL AND o.{OPEN} AND o.id IN (
        SELECT order_id FROM service_order_item WHERE other_service_id = ANY(:ids))
    ORDER BY o.id FOR NO KEY UPDATE
)
UPDATE service_order_item i SET other_service_id = NULL
FROM asking WHERE asking.id = i.order_id AND i.other_service_id = ANY(:ids)
""")
_OPEN_ORDERS = text(f"""
SELECT DISTINCT ON (s.id) s.id AS service_id, o.id
FROM unnest(CAST(:ids AS uuid[])) AS s(id)
JOIN service_order_item i ON i.service_id = s.id OR i.other_service_id = s.id
JOIN service_order o ON o.id = i.order_id
WHERE o.{OPEN} AND i.ended_at IS NULL
ORDER BY s.id, o.ordered_at, o.id
""")


def service_lost(session: Session, service_ids: Collection[UUID], actor: Actor) -> list[UUID]:
    """Cancel what open orders were to do with services that ended or moved to another account.

    Also where the service only was to give its number to another one; but where its owner has not
    confirmed that, the order goes on waiting, for nobody.
    An order that has not begun is cancelled as a whole. Of one that has begun those items are, and
    what they did is undone; an item past its point of no return becomes stuck where it cannot go
    on, and its order is held. Returns the orders whose processes are to be woken.
    """
    session.execute(_FORGET_GIVERS, {"ids": list(service_ids)})
    found: dict[UUID, list[int]] = {}
    begun: set[UUID] = set()
    for row in session.execute(_OPEN_ITEMS, {"ids": list(service_ids)}):
        found.setdefault(row.order_id, []).append(row.number)
        if row.is_begun:
            begun.add(row.order_id)
    why = ending.SERVICE_LOST
    for order_id, numbers in found.items():
        if order_id in begun or not ending.cancel_unbegun(session, order_id, why, actor):
            begun.add(order_id)  # perhaps only just now
            cancelling.cancel_items(session, order_id, numbers, why, actor)
    return sorted(begun, key=str)


def open_orders(connection: Connection, service_ids: Collection[UUID]) -> Mapping[UUID, UUID]:
    """Return the oldest open order for each of these services that has one."""
    rows = connection.execute(_OPEN_ORDERS, {"ids": list(service_ids)})
    return {row.service_id: row.id for row in rows}
