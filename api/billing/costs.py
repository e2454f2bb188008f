"""GET /v1/accounts/{id}/costs and costs.csv: what a month cost, beside the month before."""

from uuid import UUID
from zoneinfo import ZoneInfo

from fastapi import APIRouter, Request
from fastapi.responses import Response

from api.access.account_access import note_use
from api.auth.authorization import Authorized
from api.billing.cost_file import cost_lines
from api.billing.cost_schemas import (
    AccountCosts,
    CostTotals,
    MonthBefore,
    ServiceCost,
    kinds_of,
)
from api.billing.month_parameter import AskedMonth, month_of
from api.billing.seen import services_seen
from api.billing.usage_schemas import of_month
from api.billing.viewer import RESPONSES, Reader
from api.http import pagination
from api.http.dependencies import Billing, Store, Uses
from api.http.languages import negotiated
from api.http.problems import Problem, Responses
from api.http.routes import GuardedRoute
from domain.access.permissions import Permission
from domain.billing import costs
from domain.billing.invoices import LineKind
from runtime.csv_lines import MEDIA_TYPE
from runtime.threads import on_thread
from services.billing.billed_services import BilledServices
from services.billing.cost_reports import CostReport, cost_report, place_of
from storage.database import Database

router = APIRouter(prefix="/v1/accounts/{account_id}", tags=["billing"], route_class=GuardedRoute)

Place = tuple[UUID | None, LineKind]
_FILE: Responses = {
    200: {
        "description": "UTF-8 with a byte order mark, `;` between the cells.",
        "content": {"text/csv": {"schema": {"type": "string"}}},
    }
}


@router.get("/costs", operation_id="getAccountCosts", responses=pagination.RESPONSES | RESPONSES)
async def get_account_costs(
    account_id: UUID,
    admitted: Reader,
    *,
    database: Store,
    billing: Billing,
    page: pagination.Asked,
    uses: Uses,
    month: AskedMonth = None,
) -> AccountCosts:
    """Return what a month cost by service and kind, beside the month before.

    A month that lasts is compared with the whole month before. Requires `invoice:view` on the
    account. Anyone else gets 404.
    """
    seen = await _seen(database, admitted, account_id, billing.zone)
    note_use(uses, admitted, account_id)
    wanted = month_of(month, billing.zone, seen.owned_since)
    after = page.place(f"costs-{wanted}", Place)
    report = await cost_report(billing, account_id, wanted, seen)
    seen = await _seen(database, admitted, account_id, billing.zone)

    def answer() -> AccountCosts:
        rows = [row for row in report.rows if after is None or _is_after(row, after, seen)]
        shown, following = page.cut(
            f"costs-{wanted}", rows[: page.limit + 1], lambda row: (row.service_id, row.kind)
        )
        before = report.before
        return AccountCosts(
            **of_month(report.now, wanted, billing.zone, seen.owned_since),
            before=None if before is None else MonthBefore.of(wanted.moved(-1), before),
            totals=_totals(report),
            kinds=kinds_of(report.rows),
            items=[ServiceCost.of(row, seen.label(row.service_id)) for row in shown],
            next=following,
        )

    return await on_thread(answer)


@router.get(
    "/costs.csv",
    operation_id="getAccountCostsFile",
    responses=RESPONSES | _FILE,
    response_class=Response,
)
async def get_account_costs_file(
    account_id: UUID,
    request: Request,
    admitted: Reader,
    *,
    database: Store,
    billing: Billing,
    uses: Uses,
    month: AskedMonth = None,
) -> Response:
    """Return all costs of a month as a file for spreadsheets, a line by service and kind.

    In the language of `Accept-Language`: titles, kinds, and a decimal comma where it has one.
    Of the month before, 0 means that there was nothing, an empty cell that it is not known.
    Requires `invoice:view` on the account. Anyone else gets 404.
    """
    seen = await _seen(database, admitted, account_id, billing.zone)
    note_use(uses, admitted, account_id)
    wanted = month_of(month, billing.zone, seen.owned_since)
    report = await cost_report(billing, account_id, wanted, seen)
    seen = await _seen(database, admitted, account_id, billing.zone)
    language = negotiated(request.headers.get("accept-language"))
    headers = {
        "Content-Disposition": f'attachment; filename="costs-{wanted}.csv"',
        "Content-Language": language.value,
        "Vary": "Accept-Language",
    }
    content = await on_thread(lambda: "".join(cost_lines(report, seen, language, billing.zone)))
    return Response(content.encode(), media_type=MEDIA_TYPE, headers=headers)


async def _seen(
    database: Database, admitted: Authorized, account_id: UUID, zone: ZoneInfo
) -> BilledServices:
    seen = await services_seen(database, admitted, account_id, Permission.INVOICE_VIEW, zone)
    if not seen.sees_account:
        raise Problem("not_found")
    return seen


def _is_after(row: costs.ComparedRow, place: Place, seen: BilledServices) -> bool:
    service_id, kind = place
    return place_of(row, seen) > (seen.place(service_id), costs.KINDS.index(kind))


def _totals(report: CostReport) -> CostTotals:
    before = None if report.before is None else costs.total_of(report.before.value.rows)
    return CostTotals.of(costs.total_of(report.now.value.rows), before)
