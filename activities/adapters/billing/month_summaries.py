"""Reads of what billing sums up of a month: usage with allowances, and costs."""

from collections.abc import Iterator, Sequence
from dataclasses import replace
from datetime import date, datetime
from decimal import Decimal
from typing import Annotated
from uuid import UUID

import msgspec

from activities.adapters.billing.incomplete import note_unknown_usage
from activities.adapters.billing.reads import BillingReads, Unreadable
from activities.adapters.billing.wire import Wire, WireMoney, moment_of, needed, percent_of
from domain.billing.costs import CostRow, MonthCosts
from domain.billing.invoices import LineKind
from domain.billing.money import Money, can_be_summed
from domain.billing.months import Month
from domain.billing.usage import Allowance, Amount, MonthUsage, UsageRow, UsageUnit
from domain.call_details.records import Direction, UsageKind

_DIRECTIONS = {each.value: each for each in Direction}
_KINDS = {each.value: each for each in LineKind}
_Count = Annotated[int, msgspec.Meta(ge=0, le=2**53)]


class _WireUsage(Wire):
    usage_type: str
    service: str | None = None
    day: date | None = None
    roaming: bool = False
    direction: str | None = None
    used_seconds: _Count = 0
    bytes: _Count = 0
    count: _Count = 0
    tax_excluded_amount: WireMoney | None = None


class _WireAllowance(Wire):
    service: str
    usage_type: str
    unit: str
    used: _Count
    allowance: _Count | None = None


class _WireMonth(Wire):
    as_of: str
    rows: Sequence[_WireUsage]
    is_final: bool = False
    allowances: Sequence[msgspec.Raw] = ()


class _WireCost(Wire):
    kind: str | None = None
    service: str | None = None
    tax_excluded_amount: WireMoney | None = None
    tax_included_amount: WireMoney | None = None
    tax_rate: Decimal | None = None


class _WireCosts(Wire):
    as_of: str
    rows: Sequence[_WireCost]
    is_final: bool = False


def usage_of_services(reads: BillingReads, account_id: UUID, month: Month) -> MonthUsage:
    """Read the usage of each service of an account in a month. Raises NotDone."""
    return _usage(reads, month, {"billingAccount.id": str(account_id), "by": "month"})


def usage_by_day(
    reads: BillingReads, account_id: UUID, month: Month, service_id: UUID | None
) -> MonthUsage:
    """Read the usage of a service on each day of a month; None: of all of them together.

    Raises NotDone.
    """
    query = {"billingAccount.id": str(account_id), "by": "day"}
    if service_id is None:
        return _usage(reads, month, query | {"sum": "services"})
    usage = _usage(reads, month, query | {"service": str(service_id)})
    of_it = [row for row in usage.rows if row.service_id == service_id]
    allowed = [each for each in usage.allowances if each.service_id == service_id]
    return replace(usage, rows=of_it, allowances=allowed)


def costs(reads: BillingReads, account_id: UUID, month: Month) -> MonthCosts:
    """Read the costs of an account in a month. Raises NotDone."""

    def make(read: _WireCosts) -> MonthCosts:
        rows = [_cost(each) for each in read.rows]
        _require_sums([*(row.net for row in rows), *(row.gross for row in rows)])
        as_of = moment_of(read.as_of)
        return MonthCosts(rows, read.is_final and _is_over(reads, month, as_of), as_of)

    query = {"billingAccount.id": str(account_id), "month": str(month)}
    return reads.one("/costSummary", _WireCosts, make, query)


def _usage(reads: BillingReads, month: Month, query: dict[str, str]) -> MonthUsage:
    def make(read: _WireMonth) -> MonthUsage:
        known = [each for each in read.rows if each.usage_type in {*UsageKind}]
        allowed = [*_allowances(read.allowances)]
        missing = len(read.rows) - len(known) + len(read.allowances) - len(allowed)
        if missing:
            note_unknown_usage("usageSummary", missing)
        rows = [_row(each, month) for each in known]
        _require_sums([row.amount.net for row in rows])
        as_of = moment_of(read.as_of)
        is_final = read.is_final and _is_over(reads, month, as_of)
        return MonthUsage(rows, allowed, is_final, as_of, is_whole=not missing)

    return reads.one("/usageSummary", _WireMonth, make, query | {"month": str(month)})


def _is_over(reads: BillingReads, month: Month, as_of: datetime) -> bool:
    """Return whether the month was over then: one that lasts is never final, whatever is said."""
    return not month.is_open(as_of, reads.zone)


def _row(read: _WireUsage, month: Month) -> UsageRow:
    if read.day is not None and (read.day.year, read.day.month) != (month.year, month.number):
        raise Unreadable
    net = needed(read.tax_excluded_amount)
    return UsageRow(
        None if read.service is None else UUID(read.service),
        read.day,
        UsageKind(read.usage_type),
        read.roaming,
        _DIRECTIONS.get(read.direction or ""),
        Amount(read.used_seconds, read.bytes, read.count, net),
    )


def _allowances(told: Sequence[msgspec.Raw]) -> Iterator[Allowance]:
    """Read what packages allow. One that cannot be is left out: it stops none of the others."""
    for each in told:
        try:
            yield _allowance(msgspec.json.decode(each, type=_WireAllowance))
        except ValueError:
            continue


def _allowance(read: _WireAllowance) -> Allowance:
    kind, unit = UsageKind(read.usage_type), UsageUnit(read.unit)
    return Allowance(UUID(read.service), kind, unit, read.allowance, read.used)


def _cost(read: _WireCost) -> CostRow:
    return CostRow(
        None if read.service is None else UUID(read.service),
        _KINDS.get(read.kind or "", LineKind.OTHER),
        needed(read.tax_excluded_amount),
        needed(read.tax_included_amount),
        percent_of(read.tax_rate),
    )


def _require_sums(amounts: Sequence[Money]) -> None:
    """Raise ValueError where these could not be summed up: an account has one currency."""
    if not can_be_summed(amounts):
        raise Unreadable
