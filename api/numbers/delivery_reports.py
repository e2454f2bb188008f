"""What the SMS gateway reports of its messages. Late, repeated, out of order: all harmless."""

from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Depends, Request
from starlette.concurrency import run_in_threadpool

from activities.adapters.messente import SIGNATURE, Report, ReportRefused, read_report
from api.auth.authorization import Allow
from api.http import problems
from api.http.dependencies import Store
from api.http.problems import Problem
from api.http.routes import GuardedRoute
from api.numbers.dependencies import Numbers
from api.parts import parts_of
from domain.numbers.verifications import Delivery
from storage.database import Database
from storage.numbers import sms

router = APIRouter(prefix="/v1/sms", tags=["numbers"], route_class=GuardedRoute)


class SignedReport(Allow):
    """Lets in whoever signs with the gateway's password, and nobody else."""

    async def __call__(self, request: Request) -> Report:  # type: ignore[override] # no caller
        password = parts_of(request).numbers.gateway_password
        try:
            return read_report(await request.body(), request.headers.get(SIGNATURE), password)
        except ReportRefused:
            raise Problem("signature_refused") from None

    def words(self) -> str:
        """Who may call, for people."""
        return f"**Who may call:** the SMS gateway, which signs the body in `{SIGNATURE}`."

    def security(self) -> list[dict[str, list[str]]]:
        """The same as OpenAPI's security requirements."""
        return [{"gateway": []}]


BY_GATEWAY = SignedReport()


@router.post(
    "/{sms_id}/reports",
    operation_id="reportSms",
    status_code=204,
    responses=problems.documented("signature_refused"),
)
async def report_sms(
    sms_id: UUID,
    report: Annotated[Report, Depends(BY_GATEWAY)],
    database: Store,
    numbers: Numbers,
) -> None:
    """Take in a delivery report of Messente's. One of an SMS that nobody knows is ignored."""
    delivery = report.delivery
    if delivery is None:
        return
    ended = await run_in_threadpool(_take_in, database, sms_id, report, delivery)
    if ended is not None:
        await numbers.close(ended)


def _take_in(database: Database, sms_id: UUID, report: Report, delivery: Delivery) -> UUID | None:
    error = str(report.err) if report.err else None
    with database.transaction() as session:
        ended = sms.report(session, sms_id, delivery, error=error, provider_id=report.message_id)
    with database.transaction() as session:
        sms.heard_of(session, sms_id)
    return ended
