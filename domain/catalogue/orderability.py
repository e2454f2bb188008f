"""What may be ordered for a service as it is, and why not the rest."""

from collections.abc import Iterable, Mapping
from collections.abc import Set as AbstractSet
from dataclasses import dataclass
from typing import Any

from domain.accounts import ServiceKind, ServiceStatus
from domain.catalogue.actions import ItemAction
from domain.catalogue.products import Product, RelationshipType
from domain.orders.refusals import OrderRefusal, Rejection


@dataclass(frozen=True, slots=True)
class HostService:
    """The service that a product is ordered for."""

    kind: ServiceKind
    status: ServiceStatus
    characteristics: Mapping[str, Any]
    """What it should be: what orders have set, and what the operator's systems have told."""
    products: AbstractSet[str] = frozenset()
    """Ids of the products that it has: see ``products_of``."""
    has_contract: bool = False
    """A contract about it is in force, or on its way."""


def products_of(
    catalogue: Iterable[Product], kind: ServiceKind, characteristics: Mapping[str, Any]
) -> frozenset[str]:
    """Return the ids of the products that a service with these characteristics has.

    A product that cannot be ordered names no kinds: it may be of any.
    """
    return frozenset(
        each.id
        for each in catalogue
        if (kind in each.kinds or not each.kinds) and each.is_had(characteristics)
    )


def why_not(product: Product, action: ItemAction, service: HostService) -> Rejection | None:
    """Return why this may not be ordered for the service; None: it may.

    Permissions are checked elsewhere: they are the caller's, this is the same for everybody.
    """
    if action is ItemAction.NO_CHANGE:
        return None
    refusal = _why_not_at_all(product)
    if refusal is not None:
        return Rejection(refusal)
    if action not in product.actions:
        return Rejection(OrderRefusal.ACTION_NOT_OFFERED)
    refusal = _why_not_for(product, service)
    if refusal is not None:
        return Rejection(refusal)
    return _why_not_beside(product, action, service.products)


def _why_not_for(product: Product, service: HostService) -> OrderRefusal | None:
    if service.kind not in product.kinds:
        return OrderRefusal.SERVICE_KIND
    if _judged_as(service.status) not in product.states:
        return OrderRefusal.SERVICE_STATE
    is_without = product.needs_contract and not service.has_contract
    return OrderRefusal.CONTRACT_MISSING if is_without else None


def _judged_as(status: ServiceStatus) -> ServiceStatus:
    """Return the status that counts: an order waits for a pending service to be active."""
    return ServiceStatus.ACTIVE if status is ServiceStatus.PENDING else status


def _why_not_at_all(product: Product) -> OrderRefusal | None:
    if not product.is_orderable:
        return OrderRefusal.PRODUCT_NOT_ORDERABLE
    return None if product.contract is None else OrderRefusal.CONTRACT_NEEDED


def _why_not_beside(
    product: Product, action: ItemAction, held: AbstractSet[str]
) -> Rejection | None:
    is_had = product.id in held
    if action is ItemAction.ADD and is_had:
        return Rejection(OrderRefusal.ALREADY_HAD)
    needs_itself = action is ItemAction.DELETE or ItemAction.ADD in product.actions
    if action is not ItemAction.ADD and needs_itself and not is_had:
        return Rejection(OrderRefusal.NOT_HAD)
    if action is ItemAction.DELETE:
        return None
    for other in sorted(_related(product, RelationshipType.EXCLUSIVITY) & held):
        return Rejection(OrderRefusal.EXCLUDED, other)
    for other in sorted(_related(product, RelationshipType.DEPENDENCY) - held):
        return Rejection(OrderRefusal.NEEDS_OTHER, other)
    return None


def _related(product: Product, type_: RelationshipType) -> frozenset[str]:
    return frozenset(each.product_id for each in product.relationships if each.type is type_)
