"""Models of number verification."""

from datetime import datetime, timedelta
from typing import Any, Self
from uuid import UUID

from pydantic import Field

from api.http.grant_schemas import ServiceLabel
from api.http.limits import too_many_requests
from api.http.problems import Problem
from api.http.schemas import Reason, ResponseModel
from domain.numbers.send_limits import SendStop
from domain.numbers.sms_texts import Language
from domain.numbers.verifications import (
    DeliveryStatus,
    VerificationMethod,
    VerificationRules,
    VerificationState,
)
from domain.rates import LimitReached
from storage.numbers.verification_queries import VerificationView


class Verification(ResponseModel):
    """A number verification, as it stands."""

    id: UUID
    number: str = Field(description="E.164.")
    state: VerificationState
    method: VerificationMethod = Field(
        description="`sms`, or `mobiil_id` where the login itself proved the number."
    )
    delivery: DeliveryStatus | None = Field(
        description="Delivery of the newest SMS; null where the method needs none."
    )
    language: Language = Field(description="Language of the SMS.")
    created_at: datetime
    expires_at: datetime = Field(description="When the code stops being valid.")
    attempts_left: int = Field(description="How many more codes may be typed.")
    resend_at: datetime | None = Field(
        description="From when on another SMS may be requested; null: none is left."
    )
    code_accepted: bool = Field(
        description="The right code came; while the state is `sent`, the SIM is being checked."
    )
    ended_at: datetime | None
    reason: Reason | None = Field(description="Why it ended.")
    access_in_force: bool = Field(description="Whether the number gives access now.")
    service: ServiceLabel | None = Field(
        description="The service of the number, where it gives access now."
    )

    @classmethod
    def of(cls, view: VerificationView, rules: VerificationRules) -> Self:
        is_open = view.state is VerificationState.SENT
        more = is_open and view.sends < rules.sends
        return cls(
            id=view.id,
            number=view.number,
            state=view.state,
            method=view.method,
            delivery=_shown(view),
            language=view.language,
            created_at=view.created_at,
            expires_at=view.expires_at,
            attempts_left=max(rules.wrong_codes - view.wrong_codes, 0) if is_open else 0,
            resend_at=view.resend_at if more else None,
            code_accepted=view.code_accepted_at is not None,
            ended_at=view.ended_at,
            reason=Reason.of(view.reason) if view.reason else None,
            access_in_force=view.access_in_force,
            service=ServiceLabel.of(view.service),
        )

    def as_json(self) -> dict[str, Any]:
        """The body of an answer."""
        return self.model_dump(mode="json")


def _shown(view: VerificationView) -> DeliveryStatus | None:
    if view.method is not VerificationMethod.SMS:
        return None
    if view.delivery in {None, DeliveryStatus.SENDING}:
        return DeliveryStatus.PENDING
    return view.delivery


_LIMITED = timedelta(hours=1)
"""Time that is given with every limit and block: of an own number or of somebody else's."""


class VerificationPage(ResponseModel):
    """A page of verifications."""

    items: list[Verification]
    next: str | None = Field(description="`after` for the next page; null: this is the last.")


def too_many(reached: LimitReached, shown: Verification | None = None) -> Problem:
    """The problem of a limit that is reached. Nor does its time tell which limit that is.

    Waits between the SMS of the person's own verification are exact: they are shown anyway.
    """
    own = reached.kind in {SendStop.WAIT, SendStop.SENDS}
    wait = reached.retry_after if own else _LIMITED
    return too_many_requests(wait, verification=shown.as_json() if shown else None)
