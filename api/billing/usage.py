"""GET /v1/accounts/{id}/usage and /v1/services/{id}/usage: what was used in a month."""

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
    days_of,
    of_month,
    summed,
)
from api.billing.viewer import RESPONSES, Reader
from api.http import pagination
from api.http.dependencies import Billing, Store, Uses
from api.http.grant_schemas import ServiceLabel
from api.http.problems import Problem
from api.http.routes import GuardedRoute
from domain.access.permissions import Permission
from domain.billing import usage
from runtime.threads import on_thread
from services.billing import months
from services.billing.account_usage import (
    allowances_of_services,
    days_of_services,
    read_account_usage,
    rows_of_services,
)

router = APIRouter(prefix="/v1", tags=["billing"], route_class=GuardedRoute)


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
    call is told, and nothing of calls that came in. Of a number that the caller merely proved, from
    the day of the proof on, until somebody else proves it. A caller who has it on none gets 404.
    """
    permission, zone = Permission.USAGE_VIEW, billing.zone
    seen = await services_seen(database, admitted, account_id, permission, zone)
    note_use(uses, admitted, account_id)
    wanted = month_of(month, zone, seen.known_since)
    told = await read_account_usage(billing, account_id, wanted, seen)
    seen = await services_seen(database, admitted, account_id, permission, zone)

    def answer() -> AccountUsage:
        rows = rows_of_services(told, seen, zone)
        of_service = usage.by_service(rows)
        shown, following = page_of(page, f"usage-{wanted}", seen, of_service)
        days = days_of_services(told, seen, zone)
        about = of_month(told.answer, wanted, zone, seen.known_since)
        allowed = allowances_of_services(told, seen, zone, is_open=about["is_open"])
        return AccountUsage(
            **about,
            **summed(rows),
            is_complete=told.is_whole,
            days=None if days is None else days_of(days),
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

    Anyone else gets 404. What came in is told to the number's own user only. To who sees it only by
    having proved the number, nothing is told of before that day, nor once somebody else has.
    """
    permission, zone = Permission.USAGE_VIEW, billing.zone
    seen = await service_seen(database, admitted, service_id, permission, zone)
    note_use(uses, admitted, seen.account_id)
    wanted = month_of(month, zone, seen.known_since)
    known = await billing.read(months.usage_by_day(seen.account_id, wanted, service_id))
    asked_of = seen.account_id
    seen = await service_seen(database, admitted, service_id, permission, zone)
    if seen.account_id != asked_of:  # it has moved meanwhile
        raise Problem("not_found")
    rows = usage.shown(usage.since(known.value.rows, seen.first_day), seen.own_from)
    about = of_month(known, wanted, zone, seen.known_since)
    is_whole = seen.first_day is None or seen.first_day <= wanted.first_day
    allowances = known.value.allowances if is_whole or about["is_open"] else ()
    return ServiceUsage(
        **about,
        **summed(rows),
        is_complete=known.value.is_whole,
        service_id=service_id,
        service=ServiceLabel.of(seen.label),
        days=days_of(rows if seen.owned_from is None else usage.since(rows, seen.owned_from)),
        allowances=[UsageAllowance.of(each) for each in allowances],
    )
