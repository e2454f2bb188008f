"""Bodies of writes to orders and to requests to cancel."""

from typing import Annotated

from pydantic import Field

from api.tmf641.bodies import parties
from api.tmf641.bodies.fields import Body, Label, Moment, Text, Word
from api.tmf641.bodies.items import ItemInput

SET_BY_SERVER = (
    *("id", "href", "orderDate", "startDate", "completionDate", "expectedCompletionDate"),
    *("state", "errorMessage", "jeopardyAlert", "milestone"),
)
"""Attributes of an order that a POST may not have."""


class ServiceOrderCreate(Body):
    """A new order. Null is like leaving a field out."""

    externalId: Label | None = Field(
        None, description="Your id of the order; the same order sent again is not placed twice."
    )
    category: Label | None = None
    description: Text | None = None
    priority: Label | None = None
    notificationContact: Label | None = None
    requestedStartDate: Moment | None = None
    requestedCompletionDate: Moment | None = None
    externalReference: parties.ExternalReferences | None = None
    note: parties.Notes | None = None
    orderRelationship: parties.OrderRelationships | None = None
    relatedParty: parties.RelatedParties | None = None
    serviceOrderItem: Annotated[list[ItemInput], Field(min_length=1)]


class ServiceOrderUpdate(Body):
    """What an order is changed to (merge patch): null removes; notes are added, never changed."""

    description: Text | None = None
    priority: Label | None = None
    notificationContact: Label | None = None
    requestedStartDate: Moment | None = None
    requestedCompletionDate: Moment | None = None
    externalReference: parties.ExternalReferences | None = None
    note: parties.Notes | None = None
    relatedParty: parties.RelatedParties | None = None


class OrderReferenceInput(Body):
    """The order."""

    id: Word


class CancelServiceOrderCreate(Body):
    """A request to cancel an order."""

    serviceOrder: OrderReferenceInput
    cancellationReason: Text | None = None
    requestedCancellationDate: Moment | None = Field(
        None, description="When to assess it; left out: at once."
    )
