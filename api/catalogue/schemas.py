"""Models of products that may be ordered, in the language of the caller."""

from datetime import timedelta
from typing import Self

from pydantic import Field

from api.http.schemas import ResponseModel
from domain.catalogue import characteristic_specs, products
from domain.catalogue.actions import ItemAction
from domain.catalogue.characteristic_specs import CharacteristicSpec, Value, ValueType
from domain.catalogue.offers import Offer, OfferRefusal, WhyNot
from domain.catalogue.products import Confirmation, Period
from domain.numbers.sms_texts import Language
from runtime.texts import text


class RefusedOrder(ResponseModel):
    """Why something may not be ordered."""

    code: str = Field(description="`not_permitted`, or as in the error of a rejected order.")
    text: str
    product: str | None = Field(
        description="Id of the other product, which it needs or which excludes it."
    )

    @classmethod
    def of(cls, why_not: WhyNot | None, language: Language) -> Self | None:
        """The reason in words; None for None."""
        if why_not is None:
            return None
        if isinstance(why_not, OfferRefusal):
            return cls(code=why_not, text=text(f"refusal.offer.{why_not}", language), product=None)
        code = why_not.refusal
        said = text(f"refusal.order.{code}", language)
        return cls(code=code, text=said, product=why_not.product)


class OfferedAction(ResponseModel):
    """An action of a product."""

    action: ItemAction = Field(description="The action.")
    orderable: bool = Field(description="Whether the caller may order it now.")
    why_not: RefusedOrder | None = Field(description="Null: it may be ordered.")


class AllowedValue(ResponseModel):
    """A value that a parameter may have."""

    value: Value = Field(description="The value.")
    unit: str | None

    @classmethod
    def of(cls, allowed: characteristic_specs.AllowedValue) -> Self:
        """The value."""
        return cls(value=allowed.value, unit=allowed.unit)


class AllowedRange(ResponseModel):
    """Integers that a parameter may have, both ends included."""

    least: int | None = Field(description="Null: no end.")
    most: int | None = Field(description="Null: no end.")
    unit: str | None = Field(description="Unit of the numbers. Null: they have none.")

    @classmethod
    def of(cls, allowed: characteristic_specs.AllowedRange) -> Self:
        """The range."""
        return cls(least=allowed.least, most=allowed.most, unit=allowed.unit)


class Parameter(ResponseModel):
    """What an order of the product states. What the product fixes is not among them."""

    name: str = Field(description="Name of the parameter.")
    title: str = Field(description="What people call it.")
    type: ValueType = Field(description="Type of its value.")
    required: bool = Field(description="Where the service has it already, a `modify` may omit it.")
    default: Value | None = Field(description="Value of an order that does not state it.")
    values: list[AllowedValue] = Field(
        description="With `ranges`: what is allowed. Both empty: whatever `pattern` allows."
    )
    ranges: list[AllowedRange] = Field(
        description="Ranges that its value may be in. Empty: see `values`."
    )
    pattern: str | None = Field(description="Regular expression that the whole value matches.")

    @classmethod
    def of(cls, spec: CharacteristicSpec, language: Language) -> Self:
        """The parameter that this characteristic is."""
        return cls(
            name=spec.name,
            title=text(f"characteristic.{spec.name}", language),
            type=spec.value_type,
            required=spec.is_required,
            default=spec.default,
            values=[AllowedValue.of(each) for each in spec.values],
            ranges=[AllowedRange.of(each) for each in spec.ranges],
            pattern=spec.regex,
        )


class Price(ResponseModel):
    """A price of the product."""

    cents: int = Field(description="Hundredths of the currency.")
    currency: str = Field(description="ISO 4217.")
    vat_included: bool = Field(description="Whether VAT is included.")
    period: Period
    only_with: dict[str, Value] = Field(
        description="Values of parameters with which it applies; empty: always."
    )

    @classmethod
    def of(cls, price: products.Price) -> Self:
        """The price."""
        return cls(
            cents=price.cents,
            currency=price.currency,
            vat_included=price.is_vat_included,
            period=price.period,
            only_with=dict(price.only_with),
        )


class OfferedProduct(ResponseModel):
    """A product, and whether the caller may order it for the service now."""

    id: str
    version: str = Field(description="An order that names none gets the current one.")
    name: str
    orderable: bool = Field(description="At least one of the actions may be ordered.")
    why_not: RefusedOrder | None = Field(description="Null: it may be ordered.")
    actions: list[OfferedAction] = Field(
        description="What can be done with it, and whether the caller may."
    )
    parameters: list[Parameter] = Field(description="What an order of it states.")
    gives_number: str | None = Field(
        description="Name of the parameter that names the service whose number moves. Null: none."
    )
    prices: list[Price] = Field(description="Of `add` and `modify`; `delete` costs nothing.")
    expected: timedelta = Field(description="How long an order usually takes: ISO 8601 duration.")
    confirmation: Confirmation | None = Field(
        description="Who must confirm the caller's order before it is carried out. `group` also for"
        " who represents the company only together with others. Null: not permitted."
    )

    @classmethod
    def of(cls, offer: Offer, language: Language) -> Self:
        """The product as this caller may order it."""
        product = offer.product
        return cls(
            id=product.id,
            version=product.version,
            name=product.name[language],
            orderable=offer.why_not is None,
            why_not=RefusedOrder.of(offer.why_not, language),
            actions=[
                OfferedAction(
                    action=action,
                    orderable=why_not is None,
                    why_not=RefusedOrder.of(why_not, language),
                )
                for action, why_not in offer.actions.items()
            ],
            parameters=[
                Parameter.of(each, language)
                for each in product.characteristics
                if each.is_configurable
            ],
            gives_number=product.other_service,
            prices=[Price.of(each) for each in product.prices],
            expected=product.expected,
            confirmation=offer.confirm,
        )


class Catalogue(ResponseModel):
    """Every product of the catalogue, by id."""

    items: list[OfferedProduct]
