"""Which values of orders a caller sees: those of their own, and those that they may see."""

from collections.abc import Callable
from functools import cache
from uuid import UUID

from domain.access.permissions import Permission
from domain.access.sight import Sight
from domain.inventory.characteristics import BY_NAME
from storage.access import grant_queries
from storage.database import Connection
from storage.orders.order_sight import OrderSight
from storage.orders.order_views import ItemView, OrderView

Sees = Callable[[OrderView, ItemView, str], bool]
"""Whether a value of an item is seen: by the name of its characteristic."""


def visibility(connection: Connection, sight: OrderSight) -> Sees:
    """Return which values the caller sees. A program that acts for the operator sees all.

    A person sees all of what they ordered, and of other orders what their permissions show.
    """
    person_id = sight.person_id
    if person_id is None:
        return lambda _order, _item, _name: True

    @cache
    def on(account_id: UUID) -> Sight:
        return Sight(grant_queries.held(connection, person_id, account_id))

    def sees(order: OrderView, item: ItemView, name: str) -> bool:
        if order.account_id is None or item.service_id is None:
            return False
        # What is no characteristic says which number the service gets, and from where.
        known = BY_NAME.get(name)
        permission = Permission.NUMBER_VIEW if known is None else known.permission
        return order.person_id == person_id or on(order.account_id).sees(
            permission, item.service_id
        )

    return sees
