"""Places the order that starts, suspends or ends a contract: the engine's own, for no person."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import timedelta
from typing import Any
from uuid import UUID, uuid5

from sqlalchemy import text

from domain.audit import Actor
from domain.catalogue.actions import ItemAction
from domain.catalogue.products import Period, Price, Product
from domain.catalogue.step_actions import StepAction
from domain.contracts.starts import FrozenPrice
from domain.orders.planned_steps import PlannedStep
from domain.orders.planning import planned
from domain.orders.requests import ENGINE_CLIENT, RequestedItem, RequestedOrder
from storage.contracts.rows import StoredContract
from storage.database import Session
from storage.orders import beginning, placing, refreshing
from storage.orders.placing import JudgedItem, NewOrder

_OF_CONTRACT = text("UPDATE service_order SET contract_id = :contract WHERE id = :id")

_LASTING = text("SELECT id FROM service WHERE id = ANY(:ids) AND status = 'active' ORDER BY id")


@dataclass(frozen=True, slots=True)
class Carried:
    """What an order of a contract does with each of its services."""

    product: Product
    action: ItemAction
    parameters: Mapping[str, Any] = field(default_factory=dict, hash=False)
    prices: Sequence[FrozenPrice] = ()


def place(
    session: Session,
    contract: StoredContract,
    carried: Carried,
    services: Sequence[UUID],
    *,
    actor: Actor,
) -> UUID:
    """Place an order with one item per service of these, and begin it; returns its id.

    Idempotent: a contract is started once.
    """
    order_id = uuid5(contract.id, carried.action)
    items = [_item(carried, service_id) for service_id in services]
    _place(session, contract, order_id, items, actor)
    return order_id


def place_end(
    session: Session,
    contract: StoredContract,
    product: Product,
    services: Sequence[UUID],
    cost: Sequence[FrozenPrice],
    *,
    actor: Actor,
) -> UUID | None:
    """Place the order that ends these services, and begin it; returns its id. Idempotent.

    The end's cost is of the first item: it is invoiced once. Where all of the contract's services
    go on with another contract, the cost alone is invoiced. None: nothing is to be done.
    """
    items = [
        _item(Carried(product, ItemAction.DELETE, prices=() if number else cost), service_id)
        for number, service_id in enumerate(services)
    ]
    if not items and cost:
        items = [_invoice(Carried(product, ItemAction.MODIFY, prices=cost), contract)]
    if not items:
        return None
    order_id = uuid5(contract.id, ItemAction.DELETE)
    _place(session, contract, order_id, items, actor)
    return order_id


def _invoice(carried: Carried, contract: StoredContract) -> JudgedItem:
    """Return an item about a service that goes on, of which only the invoice is left."""
    ending = planned(carried.product, ItemAction.DELETE)
    steps = [each for each in ending if each.do == StepAction.FINAL_INVOICE]
    return replace(_item(carried, min(contract.service_ids)), steps=steps)


def place_urgent(
    session: Session,
    contract: StoredContract,
    steps: Sequence[PlannedStep],
    expected: timedelta,
    *,
    actor: Actor,
    services: Collection[UUID],
    named: str = "urgent",
) -> UUID | None:
    """Place an order that goes ahead of others, whatever the contract's product; returns its id.

    With one item per active service of ``services``, and begun. Once of each name for each version
    of the contract. None: there is no such service.
    """
    order_id = uuid5(contract.id, f"{named}/{contract.version}")
    items = [
        JudgedItem(
            RequestedItem(
                str(service_id),
                ItemAction.MODIFY,
                contract.product,
                contract.product_version,
                service_id,
            ),
            service_id,
            contract.product_version,
            {},
            steps,
            expected=expected,
            is_urgent=True,
        )
        for service_id in session.execute(_LASTING, {"ids": sorted(services)}).scalars()
    ]
    if not items:
        return None
    _place(session, contract, order_id, items, actor)
    return order_id


def _place(
    session: Session,
    contract: StoredContract,
    order_id: UUID,
    items: Sequence[JudgedItem],
    actor: Actor,
) -> None:
    requested = RequestedOrder(
        tuple(item.requested for item in items), contract.account_id, None, digest=str(order_id)
    )
    expected = max((item.expected for item in items), default=timedelta())
    new = NewOrder(
        order_id,
        contract.account_id,
        requested,
        items,
        ENGINE_CLIENT,
        actor.person_id,
        expected,
    )
    if not placing.insert(session, new, actor):
        return
    session.execute(_OF_CONTRACT, {"id": order_id, "contract": contract.id})
    if not beginning.begin_if_ready(session, order_id, actor=actor):
        refreshing.refresh(session, order_id, actor=actor)


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
