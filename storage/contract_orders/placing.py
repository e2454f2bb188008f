"""Places the order that starts, suspends or ends a contract: the engine's own, for no person."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID, uuid5

from sqlalchemy import text

from domain.audit import Actor
from domain.catalogue.actions import ItemAction
from domain.catalogue.products import Period, Price, Product
from domain.contracts.starts import FrozenPrice
from domain.orders.planning import planned
from domain.orders.requests import RequestedItem, RequestedOrder
from storage.contracts.rows import StoredContract
from storage.database import Session
from storage.orders import beginning, placing, refreshing
from storage.orders.placing import JudgedItem, NewOrder

CLIENT = "volitus"
"""The client of the engine's own orders."""
_OF_CONTRACT = text("UPDATE service_order SET contract_id = :contract WHERE id = :id")


@dataclass(frozen=True, slots=True)
class Carried:
    """What an order of a contract does with each of its services."""

    product: Product
    action: ItemAction
    parameters: Mapping[str, Any] = field(default_factory=dict, hash=False)
    prices: Sequence[FrozenPrice] = ()


def place(session: Session, contract: StoredContract, carried: Carried, *, actor: Actor) -> UUID:
    """Place an order with one item per service of the contract, and begin it; returns its id.

    Idempotent: a contract is started once, and ended once.
    """
    product, action = carried.product, carried.action
    order_id = uuid5(contract.id, action)
    items = [_item(carried, service_id) for service_id in contract.service_ids]
    requested = RequestedOrder(
        tuple(item.requested for item in items), contract.account_id, None, digest=str(order_id)
    )
    new = NewOrder(order_id, contract.account_id, requested, items, CLIENT, None, product.expected)
    if not placing.insert(session, new, actor):
        return order_id
    session.execute(_OF_CONTRACT, {"id": order_id, "contract": contract.id})
    if not beginning.begin_if_ready(session, order_id, actor=actor):
        refreshing.refresh(session, order_id, actor=actor)
    return order_id


def _item(carried: Carried, service_id: UUID) -> JudgedItem:
    product, action = carried.product, carried.action
    prices = [
        Price(each.cents, each.currency, each.is_vat_included, Period(each.period))
        for each in carried.prices
    ]
    return JudgedItem(
        RequestedItem(str(service_id), action, product.id, product.version, service_id),
        service_id,
        product.version,
        carried.parameters,
        planned(product, action),
        prices,
        expected=product.expected,
        is_urgent=product.is_urgent,
        permission=product.permission,
    )
