"""The one step of the process that sends a notice by SMS."""

from uuid import UUID

from domain.processes import ProcessType
from domain.provisioning.steps import Decision, Step


def notice_sms_step(notice_id: UUID) -> Step:
    """Step that hands the SMS of a notice to the gateway.

    An operator decides where the gateway refuses it, and where its outcome stays unknown: send it
    again, or leave it: the notice is in the inbox anyway.
    """
    return Step(
        ProcessType.NOTICE_SMS,
        notice_id,
        "send",
        allowed_decisions=(Decision.RETRY, Decision.SKIP),
    )
