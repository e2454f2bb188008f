"""Models that several routes about billing share."""

from datetime import datetime
from decimal import Decimal
from typing import Annotated, Self

from pydantic import Field

from api.http.schemas import Reason, ResponseModel
from domain.billing import money, snapshots

Amount = Annotated[str, Field(pattern=r"^-?\d+\.\d{2,6}$", examples=["12.34"])]
"""A decimal: two to six digits after the point."""


class Money(ResponseModel):
    """An amount of money: a decimal, never a binary fraction."""

    amount: Amount = Field(
        description="The amount: a decimal with two to six digits after the point."
    )
    currency: str = Field(description="ISO 4217.", examples=["EUR"])

    @classmethod
    def of(cls, value: money.Money) -> Self:
        return cls(amount=value.text, currency=value.currency)

    @classmethod
    def of_any(cls, value: money.Money | None) -> Self | None:
        """The amount; None for None."""
        return None if value is None else cls.of(value)


class Stale(ResponseModel):
    """Billing does not answer: what is shown is what it said last."""

    since: datetime = Field(description="When billing was last asked with success.")
    reason: Reason = Field(description="Why billing does not answer.")

    @classmethod
    def of(cls, stale: snapshots.Stale | None) -> Self | None:
        """Null for None."""
        return None if stale is None else cls(since=stale.since, reason=Reason.of(stale.reason))


AsOf = Annotated[datetime, Field(description="When billing said so.")]
MaybeStale = Annotated[
    Stale | None,
    Field(
        description="Billing does not answer, so this is what it said at `as_of`. Null: it does."
    ),
]
IsComplete = Annotated[
    bool,
    Field(
        description="False: something is missing here, or is as it was before: billing's answer"
        " could not be read in full, or is longer than what is read of it."
    ),
]


def percent(rate: Decimal) -> str:
    """Write a rate in percent, without zeros at its end: `24`, `13.5`."""
    return f"{rate.normalize():f}"
