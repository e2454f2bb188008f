"""Models of the costs of a month, compared with the month before."""

from collections.abc import Sequence
from typing import Self
from uuid import UUID

from pydantic import Field

from api.billing.schemas import MaybeStale, Money, Stale, percent
from api.billing.usage_schemas import IS_FINAL, MONTH, OfMonth
from api.http.grant_schemas import ServiceLabel
from api.http.schemas import ResponseModel
from domain import accounts
from domain.billing import costs
from domain.billing.costs import ComparedCost, ComparedRow, CostTotal, MonthCosts
from domain.billing.invoices import LineKind
from domain.billing.months import Month
from domain.billing.snapshots import Known


class Cost(ResponseModel):
    """An amount without and with VAT."""

    net: Money
    gross: Money

    @classmethod
    def of(cls, cost: costs.Cost) -> Self:
        return cls(net=Money.of(cost.net), gross=Money.of(cost.gross))


class _Compared(ResponseModel):
    net: Money
    gross: Money
    before: Cost | None = Field(
        description="The same of the month before. Null: there was nothing of it, or the month"
        " before is not known (`before` of the whole is null, too)."
    )


def _compared(cost: ComparedCost) -> dict[str, Money | Cost | None]:
    """Return the members, rounded: each for itself, so they need not add up by a cent."""
    now, before = cost.now.rounded(), cost.before
    return {
        "net": Money.of(now.net),
        "gross": Money.of(now.gross),
        "before": None if before is None else Cost.of(before.rounded()),
    }


class ServiceCost(_Compared):
    """The cost of a service, or of the account itself, of one kind."""

    service_id: UUID | None = Field(description="Null: the account itself, and no service.")
    service: ServiceLabel | None = Field(
        description="Null: it has left the account, or it is the account itself."
    )
    kind: LineKind

    @classmethod
    def of(cls, row: ComparedRow, label: accounts.ServiceLabel | None) -> Self:
        return cls(
            service_id=row.service_id,
            service=ServiceLabel.of(label),
            kind=row.kind,
            **_compared(row.cost),
        )


class KindCost(_Compared):
    """The cost of all services, of one kind."""

    kind: LineKind

    @classmethod
    def of(cls, kind: LineKind, cost: ComparedCost) -> Self:
        return cls(kind=kind, **_compared(cost))


class CostVat(ResponseModel):
    """The net sum at one VAT rate, and its VAT."""

    rate: str | None = Field(description="In percent. Null: billing does not say.", examples=["24"])
    net: Money = Field(description="What was taxed.")
    vat: Money = Field(description="The tax.")

    @classmethod
    def of(cls, vat: costs.VatOfRate) -> Self:
        rate = None if vat.rate is None else percent(vat.rate)
        return cls(rate=rate, net=Money.of(vat.net), vat=Money.of(vat.vat))


class CostTotals(_Compared):
    """The sum of all costs. VAT is of the sum at each rate, rounded once, as on an invoice."""

    vat: list[CostVat] = Field(description="By rate, the highest first.")

    @classmethod
    def of(cls, now: CostTotal, before: CostTotal | None) -> Self:
        old = None if before is None else Cost.of(before.cost)
        return cls(
            net=Money.of(now.cost.net),
            gross=Money.of(now.cost.gross),
            before=old,
            vat=[CostVat.of(each) for each in now.vat],
        )


class MonthBefore(ResponseModel):
    """The month that another is compared with."""

    month: str = Field(description=MONTH)
    is_final: bool = Field(description=IS_FINAL)
    stale: MaybeStale

    @classmethod
    def of(cls, month: Month, known: Known[MonthCosts]) -> Self:
        return cls(month=str(month), is_final=known.value.is_final, stale=Stale.of(known.stale))


class AccountCosts(OfMonth):
    """The costs of a month of an account."""

    before: MonthBefore | None = Field(
        description="Null: the month before is not known, or not comparable: billing does not"
        " answer, it was an earlier owner's, or in another currency."
    )
    totals: CostTotals = Field(description="What everything cost.")
    kinds: list[KindCost] = Field(description="What each kind cost.")
    items: list[ServiceCost] = Field(
        description="The account itself first, then services by number and name, each by kind."
        " What cost something in one of the two months is in the list."
    )
    next: str | None = Field(description="`after` for the next page; null: this is the last.")


def kinds_of(rows: Sequence[ComparedRow]) -> list[KindCost]:
    """Sum up by kind."""
    return [KindCost.of(kind, cost) for kind, cost in costs.by_kind(rows)]
