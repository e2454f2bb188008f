"""Read what is to be carried out of an order."""

from dataclasses import dataclass
from typing import Any
from uuid import UUID

from sqlalchemy import Connection, text

from domain.orders.planned_steps import OtherService, PlannedItem, PlannedStep


@dataclass(frozen=True, slots=True)
class OrderPlan:
    """The items of an order that has begun."""

    order_id: UUID
    account_id: UUID
    items: tuple[PlannedItem, ...]


_PLAN = text("""
SELECT o.account_id, i.number, i.service_id, i.network, i.after, i.is_urgent, i.plan,
    i.other_service_id, i.other_network
FROM service_order o JOIN service_order_item i ON i.order_id = o.id
WHERE o.id = :id ORDER BY i.number
""")


def plan_of(connection: Connection, order_id: UUID) -> OrderPlan:
    """Read the plan of an order on an account. Raises LookupError where there is none."""
    rows = connection.execute(_PLAN, {"id": order_id}).all()
    if not rows:
        raise LookupError("there is no such order")
    return OrderPlan(order_id, rows[0].account_id, tuple(_item(row) for row in rows))


def _item(row: Any) -> PlannedItem:
    other = row.other_service_id
    return PlannedItem(
        number=row.number,
        service_id=row.service_id,
        network=row.network,
        after=frozenset(row.after),
        is_urgent=row.is_urgent,
        steps=[PlannedStep.from_json(each) for each in row.plan],
        other=None if other is None else OtherService(other, row.other_network),
    )
