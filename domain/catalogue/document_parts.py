"""Parts of a product's file: characteristics, steps and prices, in TMF633's words."""

import re
from datetime import timedelta
from typing import Annotated, Any, Literal, TypeVar

from pydantic import (
    AfterValidator,
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Discriminator,
    Field,
    Tag,
)
from pydantic.alias_generators import to_camel

from domain.accounts import ServiceKind
from domain.catalogue.characteristic_specs import (
    LONGEST_TEXT,
    AllowedRange,
    AllowedValue,
    CharacteristicSpec,
    Value,
    ValueType,
)
from domain.catalogue.contract_terms import Agreement, ContractTerms, Party
from domain.catalogue.products import Period, Price, ProductStep, Refusal
from domain.catalogue.step_actions import StepAction, UndoAction
from domain.catalogue.step_order import in_order
from domain.provisioning.targets import TargetKind

T = TypeVar("T")


class Part(BaseModel):
    """A mapping in a product's file. A key that it does not have is refused."""

    model_config = ConfigDict(frozen=True, extra="forbid", alias_generator=to_camel)


def _lower(value: object) -> object:
    return value.lower() if isinstance(value, str) else value


def _distinct(values: tuple[T, ...]) -> tuple[T, ...]:
    if len(set(values)) < len(values):
        raise ValueError("must not name one thing twice")
    return values


def _expression(value: str) -> str:
    try:
        re.compile(value)
    except re.error as error:
        raise ValueError(f"is no regular expression: {error}") from None
    # (a+)+ takes time without end where a value does not match.
    if _REPEATED_GROUP.search(value):
        raise ValueError("must not repeat a group")
    return value


_REPEATED_GROUP = re.compile(r"\)[*+{]")
Id = Annotated[str, Field(pattern="^[a-z][a-z0-9-]{0,39}$")]
Name = Annotated[str, Field(pattern="^[A-Za-z][A-Za-z0-9]{0,39}$")]
Duration = Annotated[timedelta, Field(gt=timedelta(0), le=timedelta(days=90))]
Distinct = AfterValidator(_distinct)
Regex = Annotated[str, Field(min_length=1, max_length=100), AfterValidator(_expression)]
Unit = Annotated[str, Field(max_length=40)]
Scalar = Annotated[str, Field(max_length=LONGEST_TEXT)] | int | bool


class ValueEntry(Part):
    """One value."""

    value: Scalar
    is_default: bool = False
    unit_of_measure: Unit | None = None


class RangeEntry(Part):
    """A range of integers."""

    value_from: int | None = None
    value_to: int | None = None
    range_interval: Literal["open", "closed", "closedBottom", "closedTop"] = "closed"
    unit_of_measure: Unit | None = None

    def range(self) -> AllowedRange:
        """The same range with both ends in it."""
        least, most = self.value_from, self.value_to
        if least is not None and self.range_interval in {"open", "closedTop"}:
            least += 1
        if most is not None and self.range_interval in {"open", "closedBottom"}:
            most -= 1
        return AllowedRange(least, most, self.unit_of_measure)


def _value_or_range(entry: Any) -> str:
    has_value = isinstance(entry, ValueEntry) or (isinstance(entry, dict) and "value" in entry)
    return "value" if has_value else "range"


Entry = Annotated[
    Annotated[ValueEntry, Tag("value")] | Annotated[RangeEntry, Tag("range")],
    Discriminator(_value_or_range),
]


class Characteristic(Part):
    """A characteristic of the product."""

    name: Name
    value_type: Annotated[ValueType, BeforeValidator(_lower)]
    configurable: bool = True
    min_cardinality: Literal[0, 1] = 0
    max_cardinality: Literal[1] = 1
    regex: Regex | None = None
    characteristic_value_specification: tuple[Entry, ...] = ()

    def spec(self) -> CharacteristicSpec:
        """The characteristic that this describes."""
        entries = self.characteristic_value_specification
        return CharacteristicSpec(
            self.name,
            self.value_type,
            is_configurable=self.configurable,
            is_required=self.min_cardinality == 1,
            values=tuple(
                AllowedValue(each.value, each.is_default, each.unit_of_measure)
                for each in entries
                if isinstance(each, ValueEntry)
            ),
            ranges=tuple(each.range() for each in entries if isinstance(each, RangeEntry)),
            regex=self.regex,
        )


class Step(Part):
    """One effect on one target. There are no conditions: a step is carried out in every order."""

    id: Id
    target: TargetKind
    do: StepAction
    undo: UndoAction | None = None
    after: Annotated[tuple[Id, ...], Distinct] = ()
    pivot: bool = False
    refusal: Refusal = Refusal.HOLD
    sets: Annotated[tuple[Name, ...], Distinct] = ()
    patience: Duration | None = None
    service: Name | None = None

    def step(self) -> ProductStep:
        """The step that this describes."""
        return ProductStep(
            self.id,
            self.target,
            self.do,
            self.undo,
            after=self.after,
            is_pivot=self.pivot,
            refusal=self.refusal,
            sets=self.sets,
            patience=self.patience,
            service=self.service,
        )


class ContractPart(Part):
    """The contract that a product needs, and the steps that end it."""

    agreement: Agreement
    party: Party = Party.OWNER
    months: Annotated[
        tuple[Annotated[int, Field(ge=0, le=24)], ...], Distinct, Field(min_length=1)
    ] = Field((0,), description="Committed terms to choose from; at most 24, by law.")
    minimum_age: Annotated[int, Field(ge=1, le=100)] | None = None
    number_kept: Annotated[timedelta, Field(ge=timedelta(0), le=timedelta(days=366))] = timedelta()
    lasts_years: Annotated[int, Field(ge=1, le=10)] | None = None
    host: ServiceKind | None = None
    ends_with_document: bool = False
    ending: Annotated[tuple[Step, ...], Field(min_length=1)]

    def terms(self) -> ContractTerms:
        """The terms that this describes. Raises ValueError where its steps have no order."""
        return ContractTerms(
            self.agreement,
            self.party,
            months=self.months,
            minimum_age=self.minimum_age,
            number_kept=self.number_kept,
            lasts_years=self.lasts_years,
            host=self.host,
            ending=in_order([each.step() for each in self.ending]),
            ends_with_document=self.ends_with_document,
        )


class PriceEntry(Part):
    """A price."""

    cents: Annotated[int, Field(ge=0, le=10_000_000)]
    currency: Annotated[str, Field(pattern="^[A-Z]{3}$")]
    vat: Literal["included", "excluded"]
    period: Period
    only_with: dict[Name, Scalar] = {}

    def price(self) -> Price:
        """The price that this describes."""
        only_with: dict[str, Value] = dict(self.only_with)
        return Price(self.cents, self.currency, self.vat == "included", self.period, only_with)
