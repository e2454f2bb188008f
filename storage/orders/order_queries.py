"""Find orders: the newest first, for operations."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import Connection, Row, text

from domain.orders.states import OrderState
from storage.id_prefix import IdPrefix, ids_with_prefix

Place = tuple[datetime, UUID]
"""Of an order in the list: when it was placed, and its id."""


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
    before: Place | None = None
    """Those that were placed before the one in this place."""


_LIST = """
SELECT o.id, o.state, o.account_id, o.external_id,
    (SELECT count(*) FROM service_order_item i WHERE i.order_id = o.id) AS items, o.ordered_at,
    o.expected_at, o.ended_at
FROM service_order o WHERE {where}
ORDER BY o.ordered_at DESC, o.id DESC LIMIT :limit
"""
_CONDITIONS = {
    "account_id": "o.account_id = :account_id",
    "external_id": "o.external_id = :external_id",
    "service_id": """o.id IN (SELECT i.order_id FROM service_order_item i
        WHERE i.service_id = :service_id OR i.other_service_id = :service_id)""",
    "ordered_at": "(o.ordered_at, o.id) < (:ordered_at, :id)",
}
_PLACE = text("SELECT ordered_at, id FROM service_order WHERE id = :id")


def newest(connection: Connection, wanted: OrderFilter, *, limit: int) -> list[OrderLine]:
    """Return orders, the newest first."""
    asked = {
        "account_id": wanted.account_id,
        "service_id": wanted.service_id,
        "external_id": wanted.external_id,
        "ordered_at": wanted.before and wanted.before[0],
    }
    which = [_CONDITIONS[name] for name, value in asked.items() if value is not None]
    if wanted.state is not None:
        # As words of the statement: PostgreSQL then sees that the index of open orders serves.
        which.append(f"o.state = '{wanted.state.value}'")
    statement = text(_LIST.format(where=" AND ".join(which or ["TRUE"])))
    values = asked | {"id": wanted.before and wanted.before[1], "limit": limit}
    found = connection.execute(statement, {n: v for n, v in values.items() if v is not None})
    return [_line(row) for row in found]


def one(connection: Connection, order_id: UUID) -> OrderLine:
    """Return an order that exists, as the list shows it."""
    statement = text(_LIST.format(where="o.id = :id"))
    return _line(connection.execute(statement, {"id": order_id, "limit": 1}).one())


def _line(row: Row[Any]) -> OrderLine:
    return OrderLine(**row._asdict() | {"state": OrderState(row.state)})


def place(connection: Connection, order_id: UUID) -> Place | None:
    """Return the place of an order in the list; None: there is no such order."""
    found = connection.execute(_PLACE, {"id": order_id}).one_or_none()
    return None if found is None else (found.ordered_at, found.id)


def ids(connection: Connection, prefix: IdPrefix) -> list[UUID]:
    """Return up to five orders whose id begins so."""
    return ids_with_prefix(connection, "service_order", prefix)
