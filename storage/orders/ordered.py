"""Read what an order is for, as the act that people confirm."""

from collections.abc import Sequence
from typing import Any
from uuid import UUID

from sqlalchemy import text

from domain.approvals import order_acts
from domain.approvals.acts import Act
from domain.approvals.order_acts import Ordered, OrderedItem
from domain.catalogue.actions import ItemAction
from domain.catalogue.products import Period, Price
from storage.database import Connection, Session

# A secret is committed to by the hash of its sealed form: it binds the secret, and without the key
# nobody can try out which secret it is.
_ORDERS = text("""
SELECT o.id, o.account_id, a.company_id, o.requested_start_at
FROM service_order o JOIN account a ON a.id = o.account_id WHERE o.id = ANY(:ids)
""")
_ITEMS = text("""
SELECT i.order_id, i.number, i.action, i.service_id, i.product, i.product_version, i.parameters,
    i.price, i.after, (
        SELECT jsonb_object_agg(s.name, encode(sha256(s.sealed), 'hex')) FROM service_secret s
        WHERE s.order_id = i.order_id AND s.item = i.number) AS secrets
FROM service_order_item i WHERE i.order_id = ANY(:ids) ORDER BY i.order_id, i.number
""")


def acts_of(connection: Connection | Session, order_ids: Sequence[UUID]) -> dict[UUID, Act]:
    """Return the acts that place these orders, by order, as they stand in the database now.

    Only of orders that may be carried out: what was rejected may name nothing that there is.
    """
    asked = {"ids": list(order_ids)}
    items: dict[UUID, list[OrderedItem]] = {}
    for row in connection.execute(_ITEMS, asked):
        items.setdefault(row.order_id, []).append(_item(row))
    return {
        row.id: order_acts.place(
            row.company_id,
            row.account_id,
            Ordered(row.id, tuple(items[row.id]), row.requested_start_at),
        )
        for row in connection.execute(_ORDERS, asked)
    }


def _item(row: Any) -> OrderedItem:
    return OrderedItem(
        row.number,
        ItemAction(row.action),
        row.service_id,
        row.product,
        row.product_version,
        row.parameters,
        row.secrets or {},
        tuple(_price(each) for each in row.price),
        tuple(row.after),
    )


def _price(stated: dict[str, Any]) -> Price:
    return Price(
        stated["cents"], stated["currency"], stated["is_vat_included"], Period(stated["period"])
    )
