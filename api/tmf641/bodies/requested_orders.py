"""A posted order as the engine knows it: the same as from any other API."""

from collections.abc import Iterator, Mapping
from typing import Any
from uuid import UUID

from api.tmf641.bodies.items import ItemInput, ServiceInput
from api.tmf641.bodies.parties import ExternalReferenceInput, RelatedPartyInput, new_note
from api.tmf641.bodies.service_orders import ServiceOrderCreate
from api.tmf641.error_kinds import Fault
from api.tmf641.errors import TmfError
from api.tmf641.queries.conditions import id_of
from domain.catalogue.actions import ItemAction
from domain.orders.requests import InvalidRequest, RequestedItem, RequestedOrder, digest_of

DEPENDENCIES = frozenset({"dependency", "relieson", "dependson"})
"""Relations between items, without regard to case, by which one comes after the other."""
DEPENDENCY = "dependency"
RELIES_ON = "relieson"
CLIENT_ID_TYPE = "externalId"
"""Type of the external reference that is the client's id of the order."""
ACCOUNT_TYPE = "Account"
"""``@referredType`` of the party that is the account; it is shown, never taken."""


def requested_order(order: ServiceOrderCreate, body: Mapping[str, Any]) -> RequestedOrder:
    """Return the order. Raises TmfError where its parts contradict each other."""
    items = tuple(_item(number, each) for number, each in enumerate(order.serviceOrderItem))
    try:
        digest = digest_of(body)
    except ValueError:  # a number that no other program reads as it was written
        raise TmfError(Fault.BODY_INVALID) from None
    try:
        return RequestedOrder(
            items,
            external_id=order.externalId or None,
            category=order.category or None,
            description=order.description or "",
            priority=order.priority or None,
            requested_start_at=order.requestedStartDate,
            requested_completion_at=order.requestedCompletionDate,
            depends_on=tuple(_depends_on(order)),
            document=_document(order),
            notes=tuple(new_note(each) for each in order.note or ()),
            digest=digest,
        )
    except InvalidRequest as error:
        raise TmfError(Fault.FIELD_INVALID, error.pointer) from None


def _depends_on(order: ServiceOrderCreate) -> Iterator[UUID]:
    for number, each in enumerate(order.orderRelationship or ()):
        if each.relationshipType.lower() == DEPENDENCY:
            id_ = id_of(each.id)
            if id_ is None:
                raise TmfError(Fault.FIELD_INVALID, f"/orderRelationship/{number}/id")
            yield id_


def _document(order: ServiceOrderCreate) -> dict[str, Any]:
    others = [
        each
        for each in order.orderRelationship or ()
        if each.relationshipType.lower() != DEPENDENCY
    ]
    return _present(
        notificationContact=order.notificationContact,
        externalReference=references(order.externalReference),
        relatedParty=related_parties(order.relatedParty),
        orderRelationship=[_dumped(each) for each in others],
    )


def references(given: list[ExternalReferenceInput] | None) -> list[dict[str, Any]]:
    """Return the references to keep: the client's id of the order is kept by itself."""
    return [_dumped(each) for each in given or () if each.externalReferenceType != CLIENT_ID_TYPE]


def related_parties(given: list[RelatedPartyInput] | None) -> list[dict[str, Any]]:
    """Return the parties to keep: which account it is, the services say."""
    return [_dumped(each) for each in given or () if each.referred_type != ACCOUNT_TYPE]


def _dumped(each: Any) -> dict[str, Any]:
    return _present(**each.model_dump(by_alias=True))


def _present(**values: Any) -> dict[str, Any]:
    return {name: value for name, value in values.items() if value not in (None, "", [])}


def _item(number: int, item: ItemInput) -> RequestedItem:
    where = f"/serviceOrderItem/{number}"
    if item.quantity not in {None, 1}:
        raise TmfError(Fault.NOT_SUPPORTED, f"{where}/quantity")
    if item.serviceOrderItem:
        raise TmfError(Fault.NOT_SUPPORTED, f"{where}/serviceOrderItem")
    service, action = item.service, ItemAction(item.action)
    product = service.serviceSpecification
    return RequestedItem(
        item.id,
        action,
        product=product.id if product else None,
        product_version=(product.version or None) if product else None,
        service_id=_host(action, service),
        parameters=_parameters(service, where),
        after=tuple(_after(item, where)),
        document=_item_document(item),
    )


def _host(action: ItemAction, service: ServiceInput) -> UUID | None:
    """Return the service that the product is for; None, which is rejected, where none is named.

    What is added has no id yet: it relies on the service that it is added to.
    """
    if action is not ItemAction.ADD:
        return id_of(service.id or "")
    if service.id:
        return None
    named = [
        each.service.id
        for each in service.serviceRelationship or ()
        if each.relationshipType.lower() == RELIES_ON and each.service
    ]
    return id_of(named[0] or "") if len(named) == 1 else None


def _parameters(service: ServiceInput, where: str) -> dict[str, Any]:
    values: dict[str, Any] = {}
    for number, each in enumerate(service.serviceCharacteristic or ()):
        if each.name in values:
            place = f"{where}/service/serviceCharacteristic/{number}/name"
            raise TmfError(Fault.FIELD_INVALID, place)
        values[each.name] = each.value
    return values


def _after(item: ItemInput, where: str) -> Iterator[str]:
    for number, each in enumerate(item.serviceOrderItemRelationship or ()):
        if each.relationshipType.lower() in DEPENDENCIES:
            named = each.orderItem.id or each.orderItem.itemId
            if not named:
                place = f"{where}/serviceOrderItemRelationship/{number}/orderItem/id"
                raise TmfError(Fault.FIELD_MISSING, place)
            yield named


def _item_document(item: ItemInput) -> dict[str, Any]:
    """Return what else is shown. Values are not in it: some are secret."""
    service = item.service
    others = [
        {
            "relationshipType": each.relationshipType,
            "id": each.orderItem.id or each.orderItem.itemId,
        }
        for each in item.serviceOrderItemRelationship or ()
        if each.relationshipType.lower() not in DEPENDENCIES
    ]
    services = [
        {"relationshipType": each.relationshipType, "id": each.service.id}
        for each in service.serviceRelationship or ()
        if each.service and each.service.id and each.relationshipType.lower() != RELIES_ON
    ]
    return _present(
        name=service.name,
        category=service.category,
        serviceType=service.serviceType,
        serviceId=service.id if id_of(service.id or "") is None else None,
        itemRelationship=[each for each in others if each["id"]],
        serviceRelationship=services,
    )
