"""The service that gives its number to the one that an item is for."""

from collections.abc import Iterable, Mapping
from contextlib import suppress
from typing import Any
from uuid import UUID

from domain.catalogue.products import Product
from domain.orders.giving import TO_GIVE, why_not_given
from domain.orders.refusals import OrderRefusal, OrderRejected
from domain.orders.requests import RequestedItem
from services.orders.orderer import NotPermitted, Orderer
from storage.orders.ordered_services import OrderedService


def ids_of(items: Iterable[RequestedItem], products: Mapping[str, Product]) -> set[UUID]:
    """Return the services that these items name, beside those that they are for."""
    found: set[UUID] = set()
    for item in items:
        product = products.get(item.product or "")
        if product is None or product.other_service is None:
            continue
        with suppress(ValueError):
            found.add(UUID(str(item.parameters.get(product.other_service))))
    return found


def giver(
    product: Product,
    taker: OrderedService,
    parameters: Mapping[str, Any],
    services: Mapping[UUID, OrderedService],
    orderer: Orderer,
) -> OrderedService | None:
    """Return the service that gives its number; None: the item names none, or needs none.

    Raises OrderRejected where there is none, or none that whoever orders may know of, and where it
    cannot give a number; NotPermitted where they may not let it.
    """
    name = product.other_service
    given = None if name is None else parameters.get(name)
    if name is None or given is None:  # an item that changes nothing names none
        return None
    found = services.get(_id_of(given, name))
    if found is None or not orderer.may_see(found.account_id, found.id):
        raise OrderRejected(OrderRefusal.SERVICE_UNKNOWN, name)
    if not orderer.may_give(found.account_id):
        raise NotPermitted(TO_GIVE)
    refusal = why_not_given(found.kind, found.status, found.number)
    if found.id == taker.id:
        refusal = OrderRefusal.PARAMETER_VALUE
    if refusal is not None:
        raise OrderRejected(refusal, name)
    return found


def _id_of(given: Any, name: str) -> UUID:
    try:
        return UUID(given)
    except ValueError:
        raise OrderRejected(OrderRefusal.PARAMETER_VALUE, name) from None
