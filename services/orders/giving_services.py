"""The number that an item moves to its service, and the service that gives it."""

from collections.abc import Iterable, Mapping
from contextlib import suppress
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from domain.catalogue.products import Product
from domain.orders.giving import NUMBER_GIVEN, TO_GIVE, why_not_given
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


@dataclass(frozen=True, slots=True)
class Giving:
    """The number that an item moves to its service."""

    number: str
    """E.164."""
    service_id: UUID | None
    """The service that gives it. None: none does, which whoever orders is not told."""
    owner_confirms: bool
    """Its owner is to let it go: whoever orders may not."""


def giving(
    product: Product,
    taker: OrderedService,
    parameters: Mapping[str, Any],
    services: Mapping[UUID, OrderedService],
    orderer: Orderer,
) -> Giving | None:
    """Return the number that moves; None: the item names no giver, or needs none.

    Whoever may let it go need not state it. Who may not states it, with the service that has it, as
    its owner told them both; whether the two are right is found out by nobody but that owner.

    Raises OrderRejected where there is no such service, or none that whoever orders may know of,
    and where it cannot give a number; NotPermitted where they may not let it and state none.
    """
    name = product.other_service
    given = None if name is None else parameters.get(name)
    if name is None or given is None:  # an item that changes nothing names none
        return None
    stated = parameters.get(NUMBER_GIVEN)
    found = services.get(_id_of(given, name))
    if found is not None and found.id == taker.id:
        raise OrderRejected(OrderRefusal.PARAMETER_VALUE, name)
    sees = found is not None and orderer.may_see(found.account_id, found.id)
    if found is not None and sees and orderer.may_give(found.account_id):
        return Giving(_number_of(found, stated, name), found.id, owner_confirms=False)
    if stated is not None and orderer.person_id is not None:
        gives = found is not None and found.number == stated and _why_not(found) is None
        return Giving(stated, found.id if found and gives else None, owner_confirms=True)
    if not sees:
        raise OrderRejected(OrderRefusal.SERVICE_UNKNOWN, name)
    raise NotPermitted(TO_GIVE)


def _number_of(found: OrderedService, stated: str | None, name: str) -> str:
    refusal = _why_not(found)
    if refusal is not None or found.number is None:
        raise OrderRejected(refusal or OrderRefusal.PARAMETER_VALUE, name)
    if stated not in {None, found.number}:
        raise OrderRejected(OrderRefusal.PARAMETER_VALUE, NUMBER_GIVEN)
    return found.number


def _why_not(found: OrderedService) -> OrderRefusal | None:
    return why_not_given(found.kind, found.status, found.number)


def _id_of(given: Any, name: str) -> UUID:
    try:
        return UUID(given)
    except ValueError:
        raise OrderRejected(OrderRefusal.PARAMETER_VALUE, name) from None
