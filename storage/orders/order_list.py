"""Lists of orders: filtered, sorted, by pages, with how many there are."""

from collections.abc import Sequence
from dataclasses import dataclass
from uuid import UUID

from sqlalchemy import Connection, text

from domain.orders.list_attributes import OrderAttribute, is_of_items
from domain.orders.list_queries import ListQuery
from storage.database import NOT_STORABLE
from storage.orders.list_conditions import Sql, order_by
from storage.orders.order_sight import OrderSight

A = OrderAttribute
_COLUMNS: dict[OrderAttribute, str] = {
    A.ID: "o.id",
    A.EXTERNAL_ID: "o.external_id",
    A.CATEGORY: "o.category",
    A.DESCRIPTION: "o.description",
    A.PRIORITY: "o.priority",
    A.STATE: "o.state",
    A.ORDER_DATE: "o.ordered_at",
    A.START_DATE: "o.began_at",
    A.COMPLETION_DATE: "CASE WHEN o.state = 'completed' THEN o.ended_at END",
    A.CANCELLATION_DATE: "CASE WHEN o.state = 'cancelled' THEN o.ended_at END",
    A.EXPECTED_COMPLETION_DATE: "o.expected_at",
    A.REQUESTED_START_DATE: "o.requested_start_at",
    A.REQUESTED_COMPLETION_DATE: "o.requested_completion_at",
    A.ITEM_ID: "i.item_id",
    A.ITEM_ACTION: "i.action",
    A.ITEM_STATE: "i.state",
    A.ITEM_SERVICE: "i.service_id",
    A.ITEM_PRODUCT: "i.product",
    A.ITEM_PRODUCT_VERSION: "i.product_version",
}
_OF_ITEM = "EXISTS (SELECT FROM service_order_item i WHERE i.order_id = o.id AND ({}))"
_AROUND = {attribute: _OF_ITEM for attribute in A if is_of_items(attribute)}


class PatternRefused(ValueError):
    """The database does not take a regular expression of the filter."""


@dataclass(frozen=True, slots=True)
class Found:
    """A page of a list."""

    total: int
    """How many match the filter, of those that the caller sees."""
    ids: Sequence[UUID]


def page(connection: Connection, sight: OrderSight, query: ListQuery[OrderAttribute]) -> Found:
    """Return a page of the orders that the caller sees, the newest first where nothing is said.

    Count and page are of the same moment. Raises PatternRefused.
    """
    sql = Sql(_COLUMNS, _AROUND)
    where = f"{sight.where} AND {sql.where(query.filter)}"
    sort = order_by(_COLUMNS, query.sort, newest="o.ordered_at", row="o")
    statement = text(f"""
SELECT (SELECT count(*) FROM service_order o WHERE {where}),
    ARRAY(SELECT o.id FROM service_order o WHERE {where} ORDER BY {sort}
          OFFSET :offset LIMIT :limit)
""")
    page_ = {"offset": query.offset, "limit": query.limit}
    try:
        row = connection.execute(statement, sight.parameters | sql.parameters | page_).one()
    except NOT_STORABLE:
        raise PatternRefused from None
    return Found(row[0], row[1])


def sees(connection: Connection, sight: OrderSight, order_id: UUID) -> bool:
    """Return whether there is such an order, and the caller sees it."""
    statement = text(
        f"SELECT EXISTS (SELECT FROM service_order o WHERE o.id = :id AND {sight.where})"
    )
    found: bool = connection.execute(statement, sight.parameters | {"id": order_id}).scalar_one()
    return found
