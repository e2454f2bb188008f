"""The act that places an order: what is ordered, for which service and at which price.

A secret parameter is not in it; a commitment is, so that another secret is another act.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from domain.approvals.acts import Act, ActKind
from domain.catalogue.actions import ItemAction
from domain.catalogue.characteristic_specs import Value
from domain.catalogue.products import Period, Price


@dataclass(frozen=True, slots=True)
class OrderedItem:
    """One item of an order, as those who confirm it agree to it."""

    number: int
    action: ItemAction
    service_id: UUID
    """The service that it is for."""
    product: str
    product_version: str
    parameters: Mapping[str, Value | None]
    """Values by the name of their characteristic, without secrets; None: it is removed."""
    secrets: Mapping[str, str]
    """Commitments to the secret parameters, by name."""
    prices: tuple[Price, ...]
    after: tuple[int, ...] = ()
    """Numbers of the items that must be completed first."""


@dataclass(frozen=True, slots=True)
class Ordered:
    """What an order is for."""

    order_id: UUID
    items: tuple[OrderedItem, ...]
    """In the order of their numbers."""
    begins_at: datetime | None = None
    """The earliest time at which it begins; None: as soon as it is confirmed."""


def place(company_id: UUID | None, account_id: UUID, ordered: Ordered) -> Act:
    """Return the act that places an order. ``company_id``: None where a person owns the account.

    Raises ActDataInvalid for a parameter that an act cannot have.
    """
    data: dict[str, Any] = {
        "order_id": str(ordered.order_id),
        "items": [_item_json(item) for item in ordered.items],
    }
    if ordered.begins_at is not None:
        data["begins_at"] = ordered.begins_at.isoformat()
    return Act(ActKind.ORDER_PLACE, company_id, account_id, data)


def ordered_by(act: Act) -> Ordered:
    """Return what an act of placing an order is for. Raises KeyError for other acts."""
    data = act.data
    begins_at = data.get("begins_at")
    return Ordered(
        UUID(data["order_id"]),
        tuple(_item(each) for each in data["items"]),
        None if begins_at is None else datetime.fromisoformat(begins_at),
    )


def _item_json(item: OrderedItem) -> dict[str, Any]:
    return {
        "number": item.number,
        "action": item.action.value,
        "service_id": str(item.service_id),
        "product": item.product,
        "product_version": item.product_version,
        "parameters": {n: each for n, each in item.parameters.items() if each is not None},
        "removed": sorted(n for n, each in item.parameters.items() if each is None),
        "secrets": dict(item.secrets),
        "prices": [price_json(price) for price in item.prices],
        "after": sorted(item.after),
    }


def _item(data: Mapping[str, Any]) -> OrderedItem:
    return OrderedItem(
        data["number"],
        ItemAction(data["action"]),
        UUID(data["service_id"]),
        data["product"],
        data["product_version"],
        {**data["parameters"], **dict.fromkeys(data["removed"])},
        data["secrets"],
        tuple(price_of(each) for each in data["prices"]),
        tuple(data["after"]),
    )


def price_json(price: Price) -> dict[str, Any]:
    """Return a price as it stands in acts."""
    return {
        "cents": price.cents,
        "currency": price.currency,
        "is_vat_included": price.is_vat_included,
        "period": price.period.value,
    }


def price_of(data: Mapping[str, Any]) -> Price:
    """Parse what ``price_json`` returned."""
    return Price(data["cents"], data["currency"], data["is_vat_included"], Period(data["period"]))
