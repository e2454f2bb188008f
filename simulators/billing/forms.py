"""Bodies of bookings. Anything else is refused, and no value is repeated."""

from typing import Annotated, Any, Literal
from uuid import UUID

from pydantic import BaseModel, ConfigDict, Field, TypeAdapter, ValidationError

from simulators.billing.refusals import Refused


class _Form(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)

    account: UUID
    service: UUID
    product: str


class Price(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)

    cents: int = Field(ge=0, le=100_000_000)
    currency: str = Field(pattern="^[A-Z]{3}$")
    vat_included: bool


class Line(Price):
    """A line of a last invoice; less than zero: it is given back."""

    cents: int = Field(ge=-100_000_000, le=100_000_000)


Prices = Annotated[list[Price], Field(min_length=1)]


class Credit(_Form):
    """A question: may the account owe these prices, too?"""

    action: Literal["check_credit"]
    prices: Prices


class Charge(_Form):
    action: Literal["charge"]
    prices: Prices


class Limit(_Form):
    """A null takes a value away."""

    action: Literal["set_limit"]
    characteristics: Annotated[dict[str, Any], Field(min_length=1)]


class Subscription(_Form):
    action: Literal["subscribe"]
    prices: Prices
    characteristics: dict[str, Any] = {}


class SubscriptionEnd(_Form):
    action: Literal["end_subscription"]


class FinalInvoice(_Form):
    """What is left to pay for a service that ended."""

    action: Literal["final_invoice"]
    prices: list[Line] = []


class Undoing(_Form):
    """Undoes the booking made under the key ``of``."""

    action: Literal["refund", "restore_limit", "restore_subscription"]
    of: str = Field(min_length=1, max_length=200)


Form = Credit | Charge | Limit | Subscription | SubscriptionEnd | FinalInvoice | Undoing
_FORM: TypeAdapter[Form] = TypeAdapter(Annotated[Form, Field(discriminator="action")])


def read(body: bytes) -> Form:
    """Return the booking that a body wants. Raises Refused."""
    try:
        return _FORM.validate_json(body)
    except ValidationError as error:
        first = error.errors(include_url=False, include_input=False, include_context=False)[0]
        where = ".".join(map(str, first["loc"])) or "body"
        raise Refused(400, "invalid_body", f"{where}: {first['type']}") from None
