"""Route for delivery reports of the SMS gateway."""

from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Depends, Path, Request

from activities.adapters.messente import SIGNATURE, DeliveryReport, ReportRejected, read_report
from api.auth.authorization import Allow
from api.http import problems
from api.http.dependencies import EngineDep
from api.http.problems import Problem
from api.http.routes import GuardedRoute
from api.parts import parts_of
from services.numbers.delivery_reports import record_delivery_report

router = APIRouter(prefix="/v1/sms", tags=["number-verification"], route_class=GuardedRoute)


class SignedReport(Allow):
    """Lets in requests that are signed with the gateway's password, and no others."""

    async def __call__(self, request: Request) -> DeliveryReport:  # type: ignore[override] # no caller
        password = parts_of(request).numbers.gateway_password
        try:
            return read_report(await request.body(), request.headers.get(SIGNATURE), password)
        except ReportRejected:
            raise Problem("signature_refused") from None

    def description(self) -> str:
        """Describe for people who may call."""
        return f"**Who may call:** the SMS gateway, which signs the body in `{SIGNATURE}`."

    def security(self) -> list[dict[str, list[str]]]:
        """Return the requirements as OpenAPI's security requirements."""
        return [{"gateway": []}]


BY_GATEWAY = SignedReport()


@router.post(
    "/{sms_id}/reports",
    operation_id="reportDelivery",
    status_code=204,
    responses=problems.documented("signature_refused"),
)
async def report_delivery(
    sms_id: Annotated[UUID, Path(description="Reference of the SMS, from the report's address.")],
    report: Annotated[DeliveryReport, Depends(BY_GATEWAY)],
    engine: EngineDep,
) -> None:
    """Record a delivery report of Messente's. A report on an unknown SMS is ignored."""
    if report.delivery is None:
        return
    error = str(report.err) if report.err else None
    await record_delivery_report(
        engine, sms_id, report.delivery, error=error, provider_id=report.message_id
    )
