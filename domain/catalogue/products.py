"""Products: what can be ordered for a service, by whom, what it costs, and how it is carried out.

A product is read from the catalogue, and valid: ``documents`` and ``validation`` check it. An order
keeps the id and version of its product, so a published version never changes.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import timedelta
from enum import StrEnum
from typing import TYPE_CHECKING

from domain.access.permissions import Permission
from domain.accounts import ServiceKind, ServiceStatus
from domain.catalogue.actions import ItemAction
from domain.catalogue.characteristic_specs import CharacteristicSpec, Value
from domain.catalogue.step_actions import StepAction, UndoAction
from domain.numbers.sms_texts import Language
from domain.provisioning.steps import Stage
from domain.provisioning.targets import TargetKind

if TYPE_CHECKING:
    from domain.catalogue.contract_terms import ContractTerms


class Confirmation(StrEnum):
    """Who must confirm an order of the product before anything of it is done."""

    NOTHING = "nothing"
    """Nobody."""
    OWN = "own"
    """The person who orders, freshly signed in."""
    GROUP = "group"
    """A group of the company's signing rule; the owner of a private account."""


class Refusal(StrEnum):
    """What follows if the target refuses a step for good."""

    HOLD = "hold"
    """An operator decides; the order is held."""
    FAIL = "fail"
    """The item is undone and ends as failed."""


class Period(StrEnum):
    """How often a price is paid."""

    ONCE = "once"
    MONTHLY = "monthly"


@dataclass(frozen=True, slots=True)
class Price:
    """What the product costs."""

    cents: int
    """Hundredths of the currency."""
    currency: str
    """ISO 4217."""
    is_vat_included: bool
    period: Period
    only_with: Mapping[str, Value] = field(default_factory=dict, hash=False)
    """Values of the order's parameters with which it applies; empty: always."""


@dataclass(frozen=True, slots=True)
class ProductStep:
    """One effect on one target. ``id`` is unique within the product."""

    id: str
    target: TargetKind
    do: StepAction
    undo: UndoAction | None
    """None: nothing undoes it."""
    after: tuple[str, ...]
    """Ids of the steps that must be done first."""
    is_pivot: bool
    """Once it is done the item cannot be cancelled, and nothing of it is undone."""
    refusal: Refusal
    sets: tuple[str, ...]
    """Names of the characteristics that it sends; empty: all of the item."""
    patience: timedelta | None
    """Unfinished that long it is listed as stuck; None: as the settings say."""
    service: str | None = None
    """The characteristic that holds the id of the service that it is for; None: the item's."""


class RelationshipType(StrEnum):
    """Relationship to another product (TMF633 v4, serviceSpecRelationship)."""

    DEPENDENCY = "dependency"
    """The service must have the other one."""
    EXCLUSIVITY = "exclusivity"
    """The service must not have the other one."""
    SUBSTITUTION = "substitution"
    """It takes the place of the other one. Told to people, and checked nowhere."""
    MIGRATION = "migration"
    """Who has the other one may be moved to it. Told to people, and checked nowhere."""


@dataclass(frozen=True, slots=True)
class Relationship:
    """How the product stands to another one."""

    type: RelationshipType
    product_id: str


@dataclass(frozen=True, slots=True)
class Product:
    """One version of a product."""

    id: str
    version: str
    name: Mapping[Language, str]
    kinds: frozenset[ServiceKind]
    """Kinds of the services that it can be ordered for."""
    states: frozenset[ServiceStatus]
    actions: frozenset[ItemAction]
    permission: Permission
    """What a person needs on the service to order it."""
    confirm: Confirmation
    by_operator: bool
    """The operator's own programs may order it for nobody in particular."""
    is_orderable: bool
    """False: nobody may order it now. Orders that have begun are carried out."""
    is_urgent: bool
    """Its steps overtake what is stuck, or not sent, for the same service."""
    characteristics: tuple[CharacteristicSpec, ...]
    relationships: tuple[Relationship, ...]
    steps: tuple[ProductStep, ...]
    """In an order in which they can be carried out. One of them is the pivot."""
    expected: timedelta
    """How long an order takes, usually."""
    prices: tuple[Price, ...]
    """All of them; those of one order: ``prices_of``."""
    needs_contract: bool = False
    """Only a service that has a contract, or is about to, can have it."""
    contract: "ContractTerms | None" = None
    """The contract that starts and ends it; None: it is ordered without one."""

    @property
    def other_service(self) -> str | None:
        """The characteristic that names a second service; None: orders are for one service."""
        return next((each.service for each in self.steps if each.service is not None), None)

    def steps_of(self, action: ItemAction) -> tuple[ProductStep, ...]:
        """Return the steps of an order with this action: a contract has others for its end."""
        if self.contract is not None and action is ItemAction.DELETE:
            return self.contract.ending
        return self.steps

    def stage_of(self, step: ProductStep) -> Stage:
        """Where the step stands to the point of no return: the pivot, which is the last at most."""
        steps = self.steps if step in self.steps or self.contract is None else self.contract.ending
        pivot = next(number for number, each in enumerate(steps) if each.is_pivot)
        place = steps.index(step)
        if place < pivot:
            return Stage.REVERSIBLE
        return Stage.PIVOT if place == pivot else Stage.FINAL

    def prices_of(self, action: ItemAction, parameters: Mapping[str, Value | None]) -> list[Price]:
        """What this order costs. What is removed, or left as it is, costs nothing."""
        if action not in {ItemAction.ADD, ItemAction.MODIFY}:
            return []
        return [
            price
            for price in self.prices
            if all(parameters.get(name) == value for name, value in price.only_with.items())
        ]

    def is_had(self, characteristics: Mapping[str, object]) -> bool:
        """Return whether a service with these characteristics has the product.

        It has each that is required: with the value that the product fixes, or with any value where
        orders state it, also one that is not sold any more. A product that requires none leaves
        nothing that a service could have.
        """
        needed = [each for each in self.characteristics if each.is_required]
        return bool(needed) and all(
            characteristics.get(each.name) is not None
            if each.is_configurable
            else characteristics.get(each.name) == each.default
            for each in needed
        )
