"""Cost reports: a month of an account beside the month before."""

import asyncio
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from domain.billing import costs
from domain.billing.costs import ComparedRow, MonthCosts
from domain.billing.months import Month
from domain.billing.snapshots import Known
from runtime.threads import on_thread
from services.billing.billed_services import BilledServices
from services.billing.months import costs_of
from services.billing.reader import BillingReader, BillingUnavailable


@dataclass(frozen=True, slots=True)
class CostReport:
    """The costs of an account in a month."""

    month: Month
    now: Known[MonthCosts]
    before: Known[MonthCosts] | None
    """None: it is not known, an earlier owner's, or in another currency."""
    rows: list[ComparedRow]
    """The account itself first, then services by number and name, each by kind."""


async def cost_report(
    billing: BillingReader, account_id: UUID, month: Month, seen: BilledServices
) -> CostReport:
    """Read a month and the one before. Raises BillingUnavailable where the month is not known."""
    now, before = await asyncio.gather(
        billing.read(costs_of(account_id, month)),
        _before(billing, account_id, month.moved(-1), seen.owned_since),
    )
    if before is not None and not costs.are_comparable(now.value.rows, before.value.rows):
        before = None
    old = () if before is None else before.value.rows

    def compared() -> list[ComparedRow]:
        rows = costs.compared(now.value.rows, old)
        return sorted(rows, key=lambda row: place_of(row, seen))

    return CostReport(month, now, before, await on_thread(compared))


def place_of(row: ComparedRow, seen: BilledServices) -> tuple[object, ...]:
    """Return where a row stands in the order: below its service, by kind."""
    return seen.place(row.service_id), costs.KINDS.index(row.kind)


async def _before(
    billing: BillingReader, account_id: UUID, month: Month, owned_since: datetime | None
) -> Known[MonthCosts] | None:
    if owned_since is not None and month < Month.at(owned_since, billing.zone):
        return None
    try:
        return await billing.read(costs_of(account_id, month))
    except BillingUnavailable:
        return None
