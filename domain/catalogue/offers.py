"""Offers: what somebody may order for a service now, and why not the rest."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from enum import StrEnum

from domain.access.permissions import Permission
from domain.catalogue.actions import ItemAction
from domain.catalogue.orderability import HostService, why_not
from domain.catalogue.products import Product
from domain.orders.refusals import OrderRefusal


class OfferRefusal(StrEnum):
    """Why somebody may not order what others may."""

    NOT_PERMITTED = "not_permitted"
    """They have not the permission that the product asks for."""


WhyNot = OrderRefusal | OfferRefusal


@dataclass(frozen=True, slots=True)
class Offer:
    """A product, as it is for one service and one caller."""

    product: Product
    actions: Mapping[ItemAction, WhyNot | None]
    """Each action that the product has, and why it may not be ordered; None: it may."""

    @property
    def why_not(self) -> WhyNot | None:
        """Why nothing of the product may be ordered; None: something may."""
        if None in self.actions.values():
            return None
        return next(iter(self.actions.values()), OrderRefusal.PRODUCT_NOT_ORDERABLE)


def offers(
    catalogue: Iterable[Product], service: HostService, may: Callable[[Permission], bool]
) -> list[Offer]:
    """Return an offer for every product. ``may``: whether the caller has a permission there.

    A caller without a product's permission learns nothing more of it: what a service has or lacks
    is for those to see who may order.
    """

    def reason(product: Product, action: ItemAction) -> WhyNot | None:
        if not may(product.permission):
            return OfferRefusal.NOT_PERMITTED
        return why_not(product, action, service)

    return [
        Offer(each, {action: reason(each, action) for action in sorted(each.actions)})
        for each in catalogue
    ]
