"""Find orders: the newest first, for operations."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy import Connection, text

from domain.orders.states import OrderState
from storage.id_prefix import IdPrefix, ids_with_prefix


@dataclass(frozen=True, slots=True)
class OrderLine:
    """An order in a list."""

    id: UUID
    state: OrderState
    account_id: UUID | None
    external_id: str | None
    """The client's id of it."""
    items: int
    ordered_at: datetime
    expected_at: datetime | None
    ended_at: datetime | None


@dataclass(frozen=True, slots=True)
class OrderFilter:
    """Which orders; None: any."""

    account_id: UUID | None = None
    service_id: UUID | None = None
    state: OrderState | None = None
    external_id: str | None = None
    before: UUID | None = None
    """Those that were placed before this one."""


_LIST = text("""
SELECT o.id, o.state, o.account_id, o.external_id,
    (SELECT count(*) FROM service_order_item i WHERE i.order_id = o.id), o.ordered_at,
    o.expected_at, o.ended_at
FROM service_order o
WHERE (CAST(:account_id AS uuid) IS NULL OR o.account_id = :account_id)
    AND (CAST(:state AS text) IS NULL OR o.state = :state)
    AND (CAST(:external_id AS text) IS NULL OR o.external_id = :external_id)
    AND (CAST(:service_id AS uuid) IS NULL OR o.id IN (
        SELECT i.order_id FROM service_order_item i WHERE i.service_id = :service_id))
    AND (CAST(:before AS uuid) IS NULL OR (o.ordered_at, o.id) < (
        SELECT b.ordered_at, b.id FROM service_order b WHERE b.id = :before))
ORDER BY o.ordered_at DESC, o.id DESC LIMIT :limit
""")


def newest(connection: Connection, wanted: OrderFilter, *, limit: int) -> list[OrderLine]:
    """Return orders, the newest first."""
    parameters = {
        "account_id": wanted.account_id,
        "service_id": wanted.service_id,
        "state": wanted.state,
        "external_id": wanted.external_id,
        "before": wanted.before,
        "limit": limit,
    }
    return [
        OrderLine(id_, OrderState(state), *rest)
        for id_, state, *rest in connection.execute(_LIST, parameters)
    ]


def ids(connection: Connection, prefix: IdPrefix) -> list[UUID]:
    """Return up to five orders whose id begins so."""
    return ids_with_prefix(connection, "service_order", prefix)
