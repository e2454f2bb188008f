"""Offers: what somebody may order for a service now, and why not the rest."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from enum import StrEnum

from domain.catalogue.actions import ItemAction
from domain.catalogue.orderability import HostService, why_not
from domain.catalogue.products import Confirmation, Product
from domain.orders.refusals import OrderRefusal, Rejection


class OfferRefusal(StrEnum):
    """Why somebody may not order what others may."""

    NOT_PERMITTED = "not_permitted"
    """They have not the permission that the product asks for."""


WhyNot = Rejection | OfferRefusal


@dataclass(frozen=True, slots=True)
class Offer:
    """A product, as it is for one service and one caller."""

    product: Product
    confirm: Confirmation | None
    """Whose confirmation the caller's order needs; None: they may not order it."""
    actions: Mapping[ItemAction, WhyNot | None]
    """Each action that the product has, and why it may not be ordered; None: it may."""

    @property
    def why_not(self) -> WhyNot | None:
        """Why nothing of the product may be ordered; None: something may."""
        if None in self.actions.values():
            return None
        return next(iter(self.actions.values()), Rejection(OrderRefusal.PRODUCT_NOT_ORDERABLE))


def offers(
    catalogue: Iterable[Product],
    service: HostService,
    confirmation_of: Callable[[Product], Confirmation | None],
) -> list[Offer]:
    """Return an offer for every product.

    ``confirmation_of``: whose confirmation the caller's order of a product needs; None: they may
    not order it. They learn nothing more of it then: what a service has or lacks is for those to
    see who may order.
    """
    return [_offer(each, service, confirmation_of(each)) for each in catalogue]


def _offer(product: Product, service: HostService, confirm: Confirmation | None) -> Offer:
    actions: dict[ItemAction, WhyNot | None] = {}
    for action in sorted(product.actions):
        refused = OfferRefusal.NOT_PERMITTED if confirm is None else None
        actions[action] = refused or why_not(product, action, service)
    return Offer(product, confirm, actions)
