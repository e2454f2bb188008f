"""Orders in the database as lists show them, without products and processes behind them."""

import json
from collections.abc import Mapping
from typing import Any
from uuid import UUID, uuid4

from sqlalchemy import NullPool, create_engine, text

from storage.database import Database
from tests.fixtures.roles import as_owner

ORDERED = "2026-03-01T10:00:00.123456Z"
_ORDER = """
INSERT INTO service_order (id, account_id, client, external_id, digest, category, description,
    priority, given, actor, state, ordered_at, requested_start_at, requested_completion_at,
    expected_at, began_at, ended_at, cancel_reason, confirm, person_id, depends_on, owner_id)
VALUES (:id, :account_id, :client, :external_id, '', :category, :description, :priority,
    CAST(:given AS jsonb), '{}', :state, :ordered_at, :requested_start_at,
    :requested_completion_at, :expected_at, :began_at, :ended_at, :cancel_reason, :confirm,
    :person_id, CAST(:depends_on AS uuid[]),
    (SELECT COALESCE(company_id, person_id) FROM account WHERE id = :account_id))
"""
_ITEM = """
INSERT INTO service_order_item (order_id, number, item_id, action, service_id, product,
    product_version, parameters, plan, price, given, state, after, error, error_about, ended_at)
VALUES (:order_id, :number, :item_id, :action, :service_id, :product, :product_version,
    CAST(:parameters AS jsonb), '[]', '[]', CAST(:given AS jsonb), :state, :after, :error,
    :error_about, :ended_at)
"""
_MANY = """
INSERT INTO service_order (id, client, external_id, digest, description, given, actor, state,
    ordered_at)
SELECT gen_random_uuid(), :client, 'P-' || n, '', 'Order number ' || n, '{}', '{}',
    (ARRAY['completed', 'inProgress', 'held', 'cancelled'])[1 + n % 4],
    timestamptz '2026-01-01 00:00:00Z' + n * interval '1 minute'
FROM generate_series(1, :number) n
"""
_MANY_ITEMS = """
INSERT INTO service_order_item (order_id, number, item_id, action, product, product_version,
    parameters, plan, price, given, state)
SELECT o.id, n, n::text, 'modify', 'spending-limit', '1', '{"monthlyLimit": 5000}', '[]', '[]',
    '{}', o.state
FROM service_order o, generate_series(1, 2) n
"""
_CANCEL = """
INSERT INTO order_cancel (id, order_id, client, reason, given, actor, state, completion_message,
    requested_at, effective_at)
VALUES (:id, :order_id, :client, 'Duplicate', '{}', '{}', 'done', 'The order is cancelled.',
    '2026-03-01T10:00:00Z', '2026-03-01T10:00:01Z')
"""
_EMPTY: dict[str, Any] = dict.fromkeys(
    (
        *("account_id", "external_id", "category", "priority", "requested_start_at"),
        *("requested_completion_at", "expected_at", "began_at", "ended_at", "cancel_reason"),
        "person_id",
    )
)


def put_order(database: Database, client: str, *items: Mapping[str, Any], **order: Any) -> UUID:
    """Insert an order of this client; what is not said is empty. Returns its id."""
    usual = _EMPTY | {
        "id": uuid4(),
        "client": client,
        "description": "",
        "state": "acknowledged",
        "ordered_at": ORDERED,
        "confirm": "nothing",
        "depends_on": [],
    }
    values = usual | order | {"given": json.dumps(order.get("given", {}))}
    with database.engine.begin() as connection:
        connection.execute(text(_ORDER), values)
        for number, item in enumerate(items, 1):
            connection.execute(text(_ITEM), _item(values, number, item))
    id_: UUID = values["id"]
    return id_


def _item(order: Mapping[str, Any], number: int, item: Mapping[str, Any]) -> dict[str, Any]:
    names = ("service_id", "product", "product_version", "error", "ended_at")
    empty: dict[str, Any] = dict.fromkeys(names)
    usual = empty | {
        "order_id": order["id"],
        "number": number,
        "item_id": str(number),
        "action": "modify",
        "state": order["state"],
        "after": [],
        "error_about": "",
    }
    documents = {name: json.dumps(item.get(name, {})) for name in ("parameters", "given")}
    return usual | dict(item) | documents


def put_many(database: Database, client: str, number: int) -> None:
    """Insert this many orders of two items, a minute apart, as if vacuumed since."""
    with database.engine.begin() as connection:
        connection.execute(text(_MANY), {"client": client, "number": number})
        connection.execute(text(_MANY_ITEMS))
    url = as_owner(database.engine.url.render_as_string(hide_password=False))
    owner = create_engine(url, poolclass=NullPool, isolation_level="AUTOCOMMIT")
    with owner.connect() as connection:
        connection.execute(text("VACUUM (ANALYZE) service_order, service_order_item"))


def put_cancel(database: Database, order_id: UUID, client: str) -> UUID:
    """Insert a request to cancel this order, which was carried out. Returns its id."""
    id_ = uuid4()
    with database.engine.begin() as connection:
        connection.execute(text(_CANCEL), {"id": id_, "order_id": order_id, "client": client})
    return id_
