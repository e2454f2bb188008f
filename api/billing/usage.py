"""GET /v1/accounts/{id}/usage and /v1/services/{id}/usage: what was used in a month."""

import asyncio
from dataclasses import replace
from typing import NamedTuple
from uuid import UUID

from fastapi import APIRouter

from api.access.account_access import note_use
from api.billing.month_parameter import AskedMonth, month_of
from api.billing.seen import service_seen, services_seen
from api.billing.service_pages import page_of
from api.billing.usage_schemas import (
    AccountUsage,
    ServiceUsage,
    ServiceUse,
    UsageAllowance,
    UsageDay,
    days_of,
    of_month,
    summed,
)
from api.billing.viewer import RESPONSES, Reader
from api.http import pagination
from api.http.dependencies import Billing, Store, Uses
from api.http.grant_schemas import ServiceLabel
from api.http.routes import GuardedRoute
from domain.access.permissions import Permission
from domain.billing import usage
from domain.billing.money import can_be_summed
from domain.billing.months import Month
from domain.billing.snapshots import Stale
from runtime.threads import on_thread
from services.billing import months
from services.billing.billed_services import BilledServices
from services.billing.reader import BillingReader, BillingUnavailable

router = APIRouter(prefix="/v1", tags=["billing"], route_class=GuardedRoute)

MOST_SINGLE = 10
"""Single services whose days are asked for, one by one."""


@router.get(
    "/accounts/{account_id}/usage",
    operation_id="getAccountUsage",
    responses=pagination.RESPONSES | RESPONSES,
)
async def get_account_usage(
    account_id: UUID,
    admitted: Reader,
    *,
    database: Store,
    billing: Billing,
    page: pagination.Asked,
    uses: Uses,
    month: AskedMonth = None,
) -> AccountUsage:
    """Return what was used in a month of each service on which the caller has `usage:view`.

    `totals` and `days` are of all of them, `items` are the services by pages. Sums only: no single
    call is told, and nothing of calls that came in. A caller who has it on none gets 404.
    """
    seen = await services_seen(database, admitted, account_id, Permission.USAGE_VIEW)
    note_use(uses, admitted, account_id)
    wanted = month_of(month, billing.zone, seen.owned_since)
    known, days = await asyncio.gather(
        billing.read(months.usage_of_services(account_id, wanted)),
        _days(billing, account_id, wanted, seen),
    )

    def answer() -> AccountUsage:
        rows = [
            row
            for row in usage.shown(known.value.rows, None)
            if row.service_id is not None and seen.sees(row.service_id)
        ]
        of_service = usage.by_service(rows)
        shown, following = page_of(page, f"usage-{wanted}", seen, of_service)
        allowed = usage.allowed(known.value.allowances)
        told = replace(known, stale=known.stale or days.stale)
        return AccountUsage(
            **of_month(told, wanted, billing.zone, seen.owned_since),
            **summed(rows),
            is_complete=known.value.is_whole and days.is_whole,
            days=days.days,
            items=[
                ServiceUse.of(id_, seen.label(id_), of_service[id_], allowed.get(id_, []))
                for id_ in shown
            ],
            next=following,
        )

    return await on_thread(answer)


@router.get("/services/{service_id}/usage", operation_id="getServiceUsage", responses=RESPONSES)
async def get_service_usage(
    service_id: UUID,
    admitted: Reader,
    *,
    database: Store,
    billing: Billing,
    uses: Uses,
    month: AskedMonth = None,
) -> ServiceUsage:
    """Return what was used of a service in a month, by days. Requires `usage:view` on it.

    Anyone else gets 404. What came in is told to the number's own user only.
    """
    seen = await service_seen(database, admitted, service_id, Permission.USAGE_VIEW, billing.zone)
    note_use(uses, admitted, seen.account_id)
    wanted = month_of(month, billing.zone, seen.owned_since)
    known = await billing.read(months.usage_by_day(seen.account_id, wanted, service_id))
    rows = usage.shown(known.value.rows, seen.own_from)
    return ServiceUsage(
        **of_month(known, wanted, billing.zone, seen.owned_since),
        **summed(rows),
        is_complete=known.value.is_whole,
        service_id=service_id,
        service=ServiceLabel.of(seen.label),
        days=days_of(rows),
        allowances=[UsageAllowance.of(each) for each in known.value.allowances],
    )


class _Days(NamedTuple):
    """The days of what the caller sees together; None: they are not known, or too many."""

    days: list[UsageDay] | None
    stale: Stale | None = None
    is_whole: bool = True


async def _days(
    billing: BillingReader, account_id: UUID, month: Month, seen: BilledServices
) -> _Days:
    ids: list[UUID | None] = [None] if seen.sees_account else [*seen.services]
    if len(ids) > MOST_SINGLE:
        return _Days(None)
    try:
        known = await asyncio.gather(
            *(billing.read(months.usage_by_day(account_id, month, id_)) for id_ in ids)
        )
    except BillingUnavailable:
        return _Days(None)
    rows = [row for each in known for row in usage.shown(each.value.rows, None)]
    return _Days(
        days_of(rows) if can_be_summed(row.amount.net for row in rows) else None,
        next((each.stale for each in known if each.stale is not None), None),
        all(each.value.is_whole for each in known),
    )
