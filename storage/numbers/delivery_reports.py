"""Delivery reports of the SMS gateway, and what follows from them for the verification."""

from dataclasses import dataclass
from datetime import timedelta
from uuid import UUID

from sqlalchemy import text
from sqlmodel import Session

from domain.audit import Actor, ActorKind
from domain.messages.steps import notice_sms_step
from domain.numbers.blocks import BlockKind
from domain.numbers.steps import send_step
from domain.numbers.verifications import BARRED, UNREACHABLE, DeliveryStatus, VerificationState
from domain.ops.resolutions import Resolution
from domain.provisioning.steps import Step
from storage.messages import sms
from storage.messages.sms import ReportedSms
from storage.numbers import blocks, verifications
from storage.ops import stuck_items
from storage.provisioning import steps

GATEWAY = Actor(ActorKind.SYSTEM, "sms-gateway")
_BARRED_FOR = timedelta(days=1)
_UNREACHABLE_FOR = timedelta(days=1)
_BARRED = "8"
"""Messente's error code for a number that its operator delivers no SMS to."""


# The verification first, as when an SMS is sent: the other order would deadlock with it.
_LOCK_VERIFICATION = text("""
SELECT number, prefix, sends FROM verification
WHERE id = (SELECT verification_id FROM sms WHERE id = :id) FOR UPDATE
""")


# The SMS before this one that the gateway told the end of, whoever requested it.
_UNREACHABLE_BEFORE = text("""
SELECT COALESCE((
    SELECT s.delivery = 'failed_permanent'
    FROM verification v JOIN sms s ON s.verification_id = v.id
    WHERE v.prefix = :prefix AND v.number = :number AND s.id <> :id
      AND s.delivery IN ('delivered', 'failed_permanent')
      AND s.created_at > clock_timestamp() - interval '30 days'
    ORDER BY s.created_at DESC LIMIT 1
), false)
""")


@dataclass(frozen=True, slots=True)
class RecordedReport:
    """A report that was recorded: on the SMS of which step, and whether that ended its process."""

    step: Step
    ended: bool


def record(
    session: Session,
    sms_id: UUID,
    delivery: DeliveryStatus,
    *,
    error: str | None = None,
    provider_id: str | None = None,
) -> RecordedReport | None:
    """Record a report on an SMS. None: there is no such SMS, or it is another message's report.

    A number that cannot be reached for good ends the verification, unless a later SMS of it is
    being sent. A number that is barred, or that two SMS in a row could not reach for good, gets no
    SMS for a day.
    """
    failed = delivery is DeliveryStatus.FAILED_PERMANENT
    locked = session.execute(_LOCK_VERIFICATION, {"id": sms_id}).one_or_none() if failed else None
    reported = sms.report(session, sms_id, delivery, error=error, provider_id=provider_id)
    if reported is None:
        return None
    step, ended = _step_of(reported), False
    if locked is not None and reported.delivery is delivery:
        number, prefix, sends = locked
        if error == _BARRED:
            blocks.block(session, BlockKind.NUMBER, number, _BARRED_FOR, BARRED, actor=GATEWAY)
        elif session.execute(
            _UNREACHABLE_BEFORE, {"id": sms_id, "number": number, "prefix": prefix}
        ).scalar_one():
            blocks.block(
                session, BlockKind.NUMBER, number, _UNREACHABLE_FOR, UNREACHABLE, actor=GATEWAY
            )
        ended = reported.send >= sends and _end(session, step.process_id)
    return RecordedReport(step, ended)


def _step_of(reported: ReportedSms) -> Step:
    if reported.verification_id is not None:
        return send_step(reported.verification_id, reported.send)
    if reported.notice_id is None:
        raise RuntimeError("an SMS about nothing")
    return notice_sms_step(reported.notice_id)


def _end(session: Session, verification_id: UUID) -> bool:
    state = VerificationState.UNDELIVERABLE
    ended = verifications.end(session, verification_id, state, UNREACHABLE, actor=GATEWAY)
    return ended is not None


def confirm_sent(session: Session, step: Step) -> bool:
    """Settle the step that sent an SMS if its outcome was unknown; returns whether it was.

    A report proves that it was sent.

    In a transaction of its own: whoever sends locks the step before the verification.
    """
    confirmed = steps.confirm(session, step.id)
    if confirmed:
        stuck_items.close(session, step.id, Resolution.HEALED, GATEWAY)
    return confirmed
