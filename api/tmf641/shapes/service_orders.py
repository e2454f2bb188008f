"""Orders as they are sent."""

from typing import Literal

from pydantic import BaseModel, Field

from api.tmf641.shapes.attributes import MOMENT, moment, typed
from api.tmf641.shapes.items import Item, ItemReference
from domain.orders.states import OrderState


class OrderError(BaseModel):
    """Why an order was rejected, or failed: the errors of its items."""

    code: str
    reason: str
    message: str | None = None
    timestamp: str | None = moment("When the item ended.")
    serviceOrderItem: list[ItemReference]
    type_: Literal["ServiceOrderErrorMessage"] = typed("ServiceOrderErrorMessage")


class ExternalReference(BaseModel):
    """Another name of the order; the one of type `externalId` is the client's own."""

    id: str | None = None
    externalReferenceType: str | None = None
    name: str
    type_: Literal["ExternalReference"] = typed("ExternalReference")


class RelatedParty(BaseModel):
    """A party, as the client named it. It proves nothing. `customer`: the account."""

    id: str
    role: str | None = None
    referred_type: str = Field(alias="@referredType")
    type_: Literal["RelatedParty"] = typed("RelatedParty")


class OrderRelationship(BaseModel):
    """How the order is related to another; `dependency`: it begins after that one."""

    id: str
    relationshipType: str
    referred_type: str = Field(alias="@referredType")
    type_: Literal["ServiceOrderRelationship"] = typed("ServiceOrderRelationship")


class Note(BaseModel):
    """A note. Notes are added, never changed."""

    id: str
    author: str | None = None
    date: str = Field(json_schema_extra=MOMENT)
    text: str
    type_: Literal["Note"] = typed("Note")


class Milestone(BaseModel):
    """An item that was completed."""

    id: str
    name: str
    message: str
    milestoneDate: str = Field(json_schema_extra=MOMENT)
    status: str
    serviceOrderItem: list[ItemReference]
    type_: Literal["ServiceOrderMilestone"] = typed("ServiceOrderMilestone")


class JeopardyAlert(BaseModel):
    """The order takes longer than was expected."""

    id: str
    name: str
    alertDate: str = Field(json_schema_extra=MOMENT)
    exception: str
    jeopardyType: Literal["Normal", "Hazard", "Critical"]
    message: str
    type_: Literal["ServiceOrderJeopardyAlert"] = typed("ServiceOrderJeopardyAlert")


class ServiceOrder(BaseModel):
    """A service order."""

    id: str
    href: str
    externalId: str | None = Field(None, description="The client's id of the order.")
    category: str | None = None
    description: str | None = None
    priority: str | None = None
    notificationContact: str | None = None
    state: OrderState | None = None
    orderDate: str | None = moment("When it was placed.")
    startDate: str | None = moment("When it began to be carried out.")
    completionDate: str | None = moment("When every item was completed; absent until then.")
    expectedCompletionDate: str | None = moment("When it is expected to be completed.")
    requestedStartDate: str | None = moment("It begins no earlier.")
    requestedCompletionDate: str | None = moment("When the client wants it completed.")
    cancellationDate: str | None = moment("When it was cancelled; absent until then.")
    cancellationReason: str | None = None
    serviceOrderItem: list[Item] | None = None
    externalReference: list[ExternalReference] | None = None
    relatedParty: list[RelatedParty] | None = None
    orderRelationship: list[OrderRelationship] | None = None
    note: list[Note] | None = None
    milestone: list[Milestone] | None = None
    jeopardyAlert: list[JeopardyAlert] | None = None
    errorMessage: list[OrderError] | None = None
    type_: Literal["ServiceOrder"] | None = Field(None, alias="@type")
