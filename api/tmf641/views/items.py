"""Items of an order as TMF641 shows them."""

from collections.abc import Iterator, Mapping
from typing import Any

from api.tmf641.bodies.requested_orders import DEPENDENCY
from api.tmf641.views.errors import error_of
from api.tmf641.views.parts import present
from api.tmf641.visibility import Sees
from domain.catalogue.actions import ItemAction
from storage.orders.order_views import ItemView, OrderView


def item_reference(order: OrderView, id_: str) -> dict[str, Any]:
    """Return the reference to an item; the standard requires ``id`` and declares ``itemId``."""
    named = {"id": id_, "itemId": id_, "serviceOrderId": str(order.id)}
    return named | {"@type": "ServiceOrderItemRef"}


def item_of(order: OrderView, item: ItemView, sees: Sees) -> dict[str, Any]:
    """Return an item, with the values that the caller sees."""
    error = error_of(item)
    return present(
        {
            "id": item.id,
            "action": item.action,
            "quantity": 1,
            "state": item.state,
            "service": _service(order, item, sees),
            "serviceOrderItemRelationship": list(_relationships(order, item)),
            "errorMessage": error and [error | {"@type": "ServiceOrderItemErrorMessage"}],
            "@type": "ServiceOrderItem",
        }
    )


def _service(order: OrderView, item: ItemView, sees: Sees) -> dict[str, Any]:
    document = item.document
    is_added = item.action is ItemAction.ADD
    return present(
        {
            "id": document.get("serviceId") or (None if is_added else _text(item.service_id)),
            "name": document.get("name"),
            "category": document.get("category"),
            "serviceType": document.get("serviceType"),
            "serviceSpecification": item.product and _specification(item),
            "serviceCharacteristic": [
                {"name": name, "value": value, "@type": "Characteristic"}
                for name, value in sorted(item.parameters.items())
                if sees(order, item, name)
            ],
            "serviceRelationship": list(_services(item, is_added=is_added)),
            "@type": "Service",
        }
    )


def _specification(item: ItemView) -> dict[str, Any]:
    named = {"id": item.product, "version": item.product_version}
    return present(named | {"@type": "ServiceSpecificationRef"})


def _services(item: ItemView, *, is_added: bool) -> Iterator[Mapping[str, Any]]:
    if is_added and item.service_id is not None:
        yield _service_relationship("reliesOn", str(item.service_id))
    for each in item.document.get("serviceRelationship", ()):
        yield _service_relationship(each["relationshipType"], each["id"])


def _service_relationship(kind: str, id_: str) -> Mapping[str, Any]:
    service = {"id": id_, "@type": "Service"}
    return {"relationshipType": kind, "service": service, "@type": "ServiceRelationship"}


def _relationships(order: OrderView, item: ItemView) -> Iterator[Mapping[str, Any]]:
    for number in item.after:
        yield _item_relationship(order, DEPENDENCY, order.items[number - 1].id)
    for each in item.document.get("itemRelationship", ()):
        yield _item_relationship(order, each["relationshipType"], each["id"])


def _item_relationship(order: OrderView, kind: str, id_: str) -> Mapping[str, Any]:
    return {
        "relationshipType": kind,
        "orderItem": item_reference(order, id_),
        "@type": "ServiceOrderItemRelationship",
    }


def _text(value: object) -> str | None:
    return None if value is None else str(value)
