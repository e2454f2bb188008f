"""Use case of the SMS gateway: report the delivery of an SMS."""

from contextlib import suppress
from uuid import UUID

from temporalio.service import RPCError

from domain.numbers.verifications import DeliveryStatus
from domain.processes import ProcessType, notice_sms_id
from services.engine import Engine
from services.numbers import workflow_client
from services.ops.wake import wake
from storage.database import Session
from storage.numbers import delivery_reports
from storage.numbers.delivery_reports import RecordedReport


async def record_delivery_report(
    engine: Engine,
    sms_id: UUID,
    status: DeliveryStatus,
    *,
    error: str | None,
    provider_id: str,
) -> None:
    """Record a delivery report. Repeated reports, and those of an unknown SMS, change nothing."""

    def write(session: Session) -> RecordedReport | None:
        return delivery_reports.record(
            session, sms_id, status, error=error, provider_id=provider_id
        )

    report = await engine.write(write)
    if report is None:
        return
    step = report.step
    confirmed = await engine.write(lambda session: delivery_reports.confirm_sent(session, step))
    if confirmed and step.process is ProcessType.NOTICE_SMS:
        with suppress(RPCError):  # it looks again by itself, only later
            await wake(engine.temporal, notice_sms_id(step.process_id))
    if report.ended:
        await workflow_client.close(engine, step.process_id)
