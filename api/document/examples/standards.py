"""Values of properties in examples of the standards' documents, which have words of their own."""

from typing import Any

_ORDER, _SERVICE = "0c9d1f0e-6f53-4b0e-8d8e-8f9b3a5f6c01", "5b1f7c52-94b7-4a52-9a4e-0d5a3b8c7e11"
_HREF = f"https://api.telekom.example/tmf-api/serviceOrdering/v4/serviceOrder/{_ORDER}"

BY_NAME: dict[str, Any] = {
    "authenticationId": _ORDER,
    "author": "Mari Maasikas",
    "cancellationDate": "2026-03-02T09:00:00Z",
    "cancellationReason": "It was ordered for the wrong number.",
    "category": "mobile",
    "completionMessage": "The order is cancelled.",
    "exception": "It is not completed by the time that was expected.",
    "externalId": "portal-20260302-17",
    "externalReferenceType": "externalId",
    "href": _HREF,
    "itemId": "1",
    "notificationContact": "orders@kuusk.example",
    "phoneNumber": "+37255500001",
    "priority": "1",
    "quantity": 1,
    "referred_type": "Organization",
    "relationshipType": "dependency",
    "serviceOrderId": _ORDER,
    "serviceType": "mobile",
    "@referredType": "Organization",
}
BY_PLACE: dict[str, Any] = {
    "CancelServiceOrder.id": _ORDER,
    "OrderReference.id": _ORDER,
    "OrderReferenceInput.id": _ORDER,
    "OrderRelationship.id": _ORDER,
    "RelatedParty.id": "K-100200",
    "RelatedService.id": _SERVICE,
    "Service.id": _SERVICE,
    "ServiceInput.id": _SERVICE,
    "ServiceOrder.id": _ORDER,
    "Characteristic.name": "package",
    "CharacteristicInput.name": "package",
    "ExternalReference.name": "portal-20260302-17",
    "ExternalReferenceInput.name": "portal-20260302-17",
    "Item.id": "1",
    "ItemInput.id": "1",
    "ItemReference.id": "1",
    "ItemReferenceInput.id": "1",
    "JeopardyAlert.message": "The order is late.",
    "Milestone.message": "Item 1 is completed.",
    "Milestone.name": "Item 1",
    "Milestone.status": "completed",
    "Note.text": "Please call before it is switched.",
    "NoteInput.text": "Please call before it is switched.",
    "RelatedParty.role": "customer",
    "RelatedPartyInput.role": "customer",
    "SendCodeBody.message": "{{code}} is your code for Kuusk OÜ.",
    "Service.name": "Mobile of sales",
    "Specification.id": "mobile-package",
    "SpecificationInput.id": "mobile-package",
    "ValidateCodeBody.code": "493104",
}
SENT = {
    "CancelServiceOrderCreate": ("cancellationReason",),
    "ItemReferenceInput": ("id",),
    "RelatedServiceInput": ("id",),
    "ServiceInput": ("id", "serviceSpecification", "serviceCharacteristic"),
    "ServiceOrderCreate": ("externalId", "description"),
    "ServiceOrderUpdate": ("description", "note"),
}
OMITTED = frozenset(
    {"cancellationDate", "errorMessage", "expectedCompletionDate", "jeopardyAlert"}
    | {"completionMessage", "ServiceOrder.cancellationReason"}
)
"""Attributes that a completed order does not have: TMF641 leaves them out, none is null."""
