"""Items of a posted order.

An item's ``state`` and ``errorMessage`` are valid by the standard, and ignored: the server sets
them.
"""

from typing import Annotated, Any, Literal

from pydantic import Field

from api.tmf641.bodies.fields import Body, Label, Word

MOST = 100


class SpecificationInput(Body):
    """The product: its id in the catalogue. Left out: its current version."""

    id: Word
    version: Label | None = None


class CharacteristicInput(Body):
    """A value for a characteristic of the product."""

    name: Word
    value: Any = Field(description="As the catalogue says: a text, a number, true or false.")


class RelatedServiceInput(Body):
    """A service by its id."""

    id: Label | None = None


class ServiceRelationshipInput(Body):
    """A relation to another service. `reliesOn`: what is added is added to that one."""

    relationshipType: Word
    service: RelatedServiceInput | None = None


class ServiceInput(Body):
    """The product, the service that it is for, and values."""

    id: Label | None = Field(
        None,
        description="Of the service. Not where one is added: that has the relation `reliesOn`.",
    )
    name: Label | None = None
    category: Label | None = None
    serviceType: Label | None = None
    serviceSpecification: SpecificationInput | None = None
    serviceCharacteristic: Annotated[list[CharacteristicInput], Field(max_length=MOST)] | None = (
        None
    )
    serviceRelationship: (
        Annotated[list[ServiceRelationshipInput], Field(max_length=MOST)] | None
    ) = None


class ItemReferenceInput(Body):
    """An item of the same order, by `id` or `itemId`."""

    id: Label | None = None
    itemId: Label | None = None


class ItemRelationshipInput(Body):
    """A relation to another item. `dependency`, `reliesOn`, `dependsOn`: this comes after that."""

    relationshipType: Word
    orderItem: ItemReferenceInput


class ItemInput(Body):
    """One item."""

    id: Word
    action: Literal["add", "modify", "delete", "noChange"]
    quantity: int | None = Field(None, description="1, if it is given.")
    service: ServiceInput
    serviceOrderItem: list[Any] | None = Field(None, description="Items in items: not offered.")
    serviceOrderItemRelationship: (
        Annotated[list[ItemRelationshipInput], Field(max_length=MOST)] | None
    ) = None
