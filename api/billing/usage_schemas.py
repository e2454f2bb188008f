"""Models of the usage of a month."""

from collections.abc import Sequence
from datetime import UTC, date, datetime
from typing import Any, Self
from uuid import UUID
from zoneinfo import ZoneInfo

from pydantic import Field

from api.billing.schemas import IsComplete, MaybeStale, Money, Stale
from api.http.grant_schemas import ServiceLabel
from api.http.schemas import ResponseModel
from domain import accounts
from domain.billing import usage
from domain.billing.costs import MonthCosts
from domain.billing.months import OLDEST, Month, oldest_asked_for
from domain.billing.snapshots import Known
from domain.billing.usage import Allowance, Amount, MonthUsage, UsageRow, UsageUnit
from domain.call_details.records import Direction, UsageKind

MONTH = "`2026-11`: a month of the operator's zone."
IS_OPEN = "Whether the month lasts still."
IS_FINAL = (
    "False: it is provisional. The month lasts, or records may still come, such as of use abroad."
)
NET = "Without VAT, rounded once: of everything, not of the rows as they are shown."


class _Used(ResponseModel):
    kind: UsageKind
    seconds: int
    bytes: int
    count: int = Field(description="Calls, messages, sessions or uses.")
    net: Money = Field(description="Without VAT, with up to six decimals: only sums are rounded.")


def _used(amount: Amount) -> dict[str, object]:
    return {
        "seconds": amount.seconds,
        "bytes": amount.bytes,
        "count": amount.quantity,
        "net": Money.of(amount.net),
    }


class UsageTotal(_Used):
    """The use in one way."""

    roaming: bool = Field(description="Whether it was used abroad.")
    direction: Direction | None = Field(
        description="`incoming` is told to the number's own user only, of days from which on it is"
        " theirs. Null: billing tells none, or it is what incoming use abroad cost, without how"
        " much it was."
    )

    @classmethod
    def of(cls, total: usage.WayTotal) -> Self:
        used = _used(total.amount)
        return cls(kind=total.kind, roaming=total.roaming, direction=total.direction, **used)


class UsageDay(_Used):
    """The use of one kind on a day."""

    day: date = Field(description="Of the operator's zone.")

    @classmethod
    def of(cls, total: usage.DayTotal) -> Self:
        return cls(day=total.day, kind=total.kind, **_used(total.amount))


class UsageAllowance(ResponseModel):
    """The allowance of a package in the month, and the used part of it."""

    kind: UsageKind
    unit: UsageUnit = Field(description="Unit of `used` and `allowed`.")
    allowed: int | None = Field(description="Null: as much as one likes.")
    used: int = Field(
        description="What billing has counted against it, in `unit`: it may count started minutes."
    )

    @classmethod
    def of(cls, allowance: Allowance) -> Self:
        return cls(
            kind=allowance.kind,
            unit=allowance.unit,
            allowed=allowance.allowed,
            used=allowance.used,
        )


class ServiceUse(ResponseModel):
    """The use of a service in the month."""

    service_id: UUID
    service: ServiceLabel | None = Field(description="Null: it has left the account.")
    net: Money = Field(description=NET)
    totals: list[UsageTotal] = Field(description="By kind, home or abroad, and direction.")
    allowances: list[UsageAllowance]

    @classmethod
    def of(
        cls,
        service_id: UUID,
        label: accounts.ServiceLabel | None,
        rows: Sequence[UsageRow],
        allowances: Sequence[Allowance],
    ) -> Self:
        """Show the rows and allowances of one service."""
        return cls(
            service_id=service_id,
            service=ServiceLabel.of(label),
            net=Money.of(usage.net_of(rows)),
            totals=_totals_of(rows),
            allowances=[UsageAllowance.of(each) for each in allowances],
        )


class OfMonth(ResponseModel):
    """Base of answers about a month."""

    as_of: datetime = Field(description="Up to when records had come to billing.")
    stale: MaybeStale
    month: str = Field(description=MONTH)
    is_open: bool = Field(description=IS_OPEN)
    is_final: bool = Field(description=IS_FINAL)
    oldest_month: str = Field(
        description=f"The first month that may be asked for: none of more than {OLDEST} months ago,"
        " and none from before the account got its owner, the service came to it, or the number"
        " was the caller's, who merely proved it."
    )


class _MonthUsage(OfMonth):
    is_complete: IsComplete
    net: Money = Field(description=NET)
    totals: list[UsageTotal] = Field(description="By kind, home or abroad, and direction.")


class AccountUsage(_MonthUsage):
    """The usage of a month of the services of an account that the caller sees."""

    days: list[UsageDay] | None = Field(
        description="Of all these services together, by day and kind. Null: billing does not say it"
        " at the moment, or there are more single services than are asked for."
    )
    items: list[ServiceUse] = Field(
        description="By number and name; those that have left the account last."
    )
    next: str | None = Field(description="`after` for the next page; null: this is the last.")


class ServiceUsage(_MonthUsage):
    """The usage of a month of one service."""

    service_id: UUID
    service: ServiceLabel = Field(description="The service, with its number.")
    days: list[UsageDay] = Field(description="By day and kind.")
    allowances: list[UsageAllowance]


def of_month(
    known: Known[MonthUsage] | Known[MonthCosts],
    month: Month,
    zone: ZoneInfo,
    owned_since: datetime | None,
) -> dict[str, Any]:
    """Return the members that every answer about a month has."""
    now = datetime.now(UTC)
    return {
        "month": str(month),
        "oldest_month": str(oldest_asked_for(now, zone, owned_since)),
        "is_open": month.is_open(now, zone),
        "is_final": known.value.is_final,
        "as_of": known.value.as_of,
        "stale": Stale.of(known.stale),
    }


def summed(rows: Sequence[UsageRow]) -> dict[str, Any]:
    """Return the members of an answer that sum up the rows that are shown."""
    return {"net": Money.of(usage.net_of(rows)), "totals": _totals_of(rows)}


def days_of(rows: Sequence[UsageRow]) -> list[UsageDay]:
    """Sum up by day and kind."""
    return [UsageDay.of(each) for each in usage.by_day(rows)]


def _totals_of(rows: Sequence[UsageRow]) -> list[UsageTotal]:
    return [UsageTotal.of(each) for each in usage.totals(rows)]
