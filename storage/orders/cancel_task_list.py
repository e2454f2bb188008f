"""Lists of requests to cancel orders: filtered, sorted, by pages, with how many there are."""

from collections.abc import Mapping, Sequence
from uuid import UUID

from sqlalchemy import Connection, text

from domain.orders.list_attributes import TaskAttribute
from domain.orders.list_queries import ListQuery
from storage.database import NOT_STORABLE
from storage.orders import cancel_tasks
from storage.orders.cancel_tasks import CancelTask
from storage.orders.list_conditions import Sql, order_by
from storage.orders.order_list import PatternRefused
from storage.orders.order_sight import OrderSight

A = TaskAttribute
_COLUMNS: dict[TaskAttribute, str] = {
    A.ID: "c.id",
    A.STATE: "c.state",
    A.CANCELLATION_REASON: "c.reason",
    A.REQUESTED_CANCELLATION_DATE: "c.requested_at",
    A.EFFECTIVE_CANCELLATION_DATE: "c.effective_at",
    A.ORDER: "c.order_id",
}
_FROM = "order_cancel c JOIN service_order o ON o.id = c.order_id"
_REASONS = text("""
SELECT DISTINCT ON (order_id) order_id, reason FROM order_cancel
WHERE order_id = ANY(:ids) AND effective_at IS NOT NULL AND reason <> ''
ORDER BY order_id, created_at
""")


def page(
    connection: Connection, sight: OrderSight, query: ListQuery[TaskAttribute]
) -> tuple[int, Sequence[CancelTask]]:
    """Return how many requests match the filter, and a page of them, the newest first.

    Those to cancel orders that the caller sees, whoever asked. Raises PatternRefused.
    """
    sql = Sql(_COLUMNS, {})
    where = f"{sight.where} AND {sql.where(query.filter)}"
    sort = order_by(_COLUMNS, query.sort, newest="c.created_at", row="c")
    count = text(f"SELECT count(*) FROM {_FROM} WHERE {where}")
    rows = text(f"""
SELECT {cancel_tasks.COLUMNS} FROM {_FROM} WHERE {where} ORDER BY {sort}
OFFSET :offset LIMIT :limit
""")
    values = sight.parameters | sql.parameters
    page_ = {"offset": query.offset, "limit": query.limit}
    try:
        total: int = connection.execute(count, values).scalar_one()
        found = [cancel_tasks.task_of(row) for row in connection.execute(rows, values | page_)]
    except NOT_STORABLE:
        raise PatternRefused from None
    return total, found


def one(connection: Connection, sight: OrderSight, task_id: UUID) -> CancelTask | None:
    """Read a request to cancel; None: there is none, or the caller does not see its order."""
    statement = text(
        f"SELECT {cancel_tasks.COLUMNS} FROM {_FROM} WHERE c.id = :id AND {sight.where}"
    )
    row = connection.execute(statement, sight.parameters | {"id": task_id}).one_or_none()
    return None if row is None else cancel_tasks.task_of(row)


def reasons(connection: Connection, order_ids: Sequence[UUID]) -> Mapping[UUID, str]:
    """Return why orders were cancelled, in the words of whoever asked for it, by order."""
    if not order_ids:
        return {}
    rows = connection.execute(_REASONS, {"ids": list(order_ids)})
    return {row.order_id: row.reason for row in rows}
