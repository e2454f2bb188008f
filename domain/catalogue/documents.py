"""The file of a product: its form, in TMF633's words, and the product that it describes.

``volitus catalogue schema`` prints the form as JSON Schema. Stored versions are read with it as
well, so it may only be widened.
"""

import hashlib
from datetime import timedelta
from typing import Annotated, Any, Literal, Self

import rfc8785
from pydantic import Discriminator, Field, Tag, model_validator
from pydantic_core import to_json

from domain.access.permissions import Permission
from domain.accounts import ServiceKind, ServiceStatus
from domain.catalogue.actions import ItemAction
from domain.catalogue.document_parts import (
    Characteristic,
    ContractPart,
    Distinct,
    Duration,
    Id,
    Part,
    PriceEntry,
    Step,
)
from domain.catalogue.products import Confirmation, Product, Relationship, RelationshipType
from domain.catalogue.step_order import in_order, with_pivot
from domain.numbers.sms_texts import Language

Version = Annotated[str, Field(pattern="^[0-9A-Za-z][0-9A-Za-z.-]{0,19}$")]
NameText = Annotated[str, Field(min_length=1, max_length=60, pattern=r"\S")]


class RelationshipEntry(Part):
    """How the product stands to another one."""

    id: Id
    relationship_type: RelationshipType


class Orderable(Part):
    """Who may order the product, for what, and what must be confirmed first."""

    actions: Annotated[
        tuple[Literal[ItemAction.ADD, ItemAction.MODIFY, ItemAction.DELETE], ...],
        Distinct,
        Field(min_length=1),
    ]
    kinds: Annotated[tuple[ServiceKind, ...], Distinct, Field(min_length=1)]
    states: Annotated[tuple[ServiceStatus, ...], Distinct, Field(min_length=1)]
    permission: Permission
    confirm: Confirmation
    operator: bool = False
    needs_contract: bool = Field(
        False, description="Only for a service with a contract in force, or on its way."
    )


def _switched_off(value: Any) -> str:
    return "off" if value is False else "on"


class ProductDocument(Part):
    """A product as it stands in its file."""

    id: Id
    version: Version = Field(description='Quoted: "1.10". A changed file needs another version.')
    name: dict[Language, NameText]
    service_spec_relationship: tuple[RelationshipEntry, ...] = ()
    spec_characteristic: tuple[Characteristic, ...] = ()
    orderable: Annotated[
        Annotated[Orderable, Tag("on")] | Annotated[Literal[False], Tag("off")],
        Discriminator(_switched_off),
    ] = Field(description="`false`: nobody may order it now.")
    urgent: bool = False
    steps: tuple[Step, ...] = ()
    expected: Duration = timedelta(minutes=5)
    prices: tuple[PriceEntry, ...] = ()
    contract: ContractPart | None = None

    @model_validator(mode="after")
    def _is_named_in_every_language(self) -> Self:
        missing = sorted(set(Language) - self.name.keys())
        if missing:
            raise ValueError(f"name: missing in {', '.join(missing)}")
        return self

    def product(self) -> Product:
        """The product that this describes. Raises ValueError where its steps have no order."""
        sold = self.orderable or None
        return Product(
            id=self.id,
            version=self.version,
            name=self.name,
            kinds=frozenset(sold.kinds) if sold else frozenset(),
            states=frozenset(sold.states) if sold else frozenset(),
            actions=frozenset(sold.actions) if sold else frozenset(),
            permission=sold.permission if sold else Permission.SERVICE_ORDER,
            confirm=sold.confirm if sold else Confirmation.NOTHING,
            by_operator=sold.operator if sold else False,
            is_orderable=sold is not None,
            needs_contract=sold.needs_contract if sold else False,
            is_urgent=self.urgent,
            characteristics=tuple(each.spec() for each in self.spec_characteristic),
            relationships=tuple(
                Relationship(each.relationship_type, each.id)
                for each in self.service_spec_relationship
            ),
            steps=with_pivot(in_order([each.step() for each in self.steps])),
            expected=self.expected,
            prices=tuple(each.price() for each in self.prices),
            contract=None if self.contract is None else self.contract.terms(),
        )


def parse(document: Any) -> ProductDocument:
    """Read a file's content. Types are never guessed: ``1.10`` is no version.

    Raises pydantic's ValidationError, a ValueError, with everything that is wrong.
    """
    return ProductDocument.model_validate_json(to_json(document), strict=True)


def digest_of(document: Any) -> str:
    """Return the SHA-256 of a document in canonical form (RFC 8785).

    Comments, the order of keys and the way of writing a value are no part of it.
    """
    return hashlib.sha256(rfc8785.dumps(document)).hexdigest()


def json_schema() -> dict[str, Any]:
    """The form of a product's file as JSON Schema (draft 2020-12)."""
    schema = ProductDocument.model_json_schema(by_alias=True)
    return {"$schema": "https://json-schema.org/draft/2020-12/schema", **schema}
