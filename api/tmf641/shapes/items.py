"""Items of orders as they are sent."""

from typing import Any, Literal

from pydantic import BaseModel, Field

from api.tmf641.shapes.attributes import moment, typed
from domain.catalogue.actions import ItemAction
from domain.orders.states import OrderState


class Specification(BaseModel):
    """The product of the catalogue, as the order keeps it."""

    id: str
    version: str | None = None
    type_: Literal["ServiceSpecificationRef"] = typed("ServiceSpecificationRef")


class Characteristic(BaseModel):
    """A value of the product, with defaults filled in. What is secret is not shown."""

    name: str
    value: Any
    type_: Literal["Characteristic"] = typed("Characteristic")


class RelatedService(BaseModel):
    """A service that another relies on."""

    id: str
    type_: Literal["Service"] = typed("Service")


class ServiceRelationship(BaseModel):
    """How the service of the item is related to another."""

    relationshipType: str
    service: RelatedService
    type_: Literal["ServiceRelationship"] = typed("ServiceRelationship")


class Service(BaseModel):
    """What an item orders: a product, for a service."""

    id: str | None = Field(None, description="Of the service; absent where one is added.")
    name: str | None = None
    category: str | None = None
    serviceType: str | None = None
    serviceSpecification: Specification | None = None
    serviceCharacteristic: list[Characteristic] | None = None
    serviceRelationship: list[ServiceRelationship] | None = None
    type_: Literal["Service"] = typed("Service")


class ItemReference(BaseModel):
    """An item of the same order. `id` and `itemId` are equal: the standard requires the one."""

    id: str
    itemId: str
    serviceOrderId: str | None = None
    type_: Literal["ServiceOrderItemRef"] = typed("ServiceOrderItemRef")


class ItemRelationship(BaseModel):
    """How an item is related to another; `dependency`: it comes after that one."""

    relationshipType: str
    orderItem: ItemReference
    type_: Literal["ServiceOrderItemRelationship"] = typed("ServiceOrderItemRelationship")


class ItemError(BaseModel):
    """Why an item was rejected, or failed."""

    code: str = Field(description="Stable, for programs. More codes may be added.")
    reason: str
    message: str | None = Field(None, description="Name of the characteristic, where it is one.")
    timestamp: str | None = moment("When the item ended.")
    type_: Literal["ServiceOrderItemErrorMessage"] = typed("ServiceOrderItemErrorMessage")


class Item(BaseModel):
    """One item of an order."""

    id: str = Field(description="The client's.")
    action: ItemAction
    quantity: Literal[1]
    state: OrderState
    service: Service
    serviceOrderItemRelationship: list[ItemRelationship] | None = None
    errorMessage: list[ItemError] | None = None
    type_: Literal["ServiceOrderItem"] = typed("ServiceOrderItem")
