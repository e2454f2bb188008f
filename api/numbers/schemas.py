"""How a number verification looks to whoever asked for it."""

from datetime import datetime
from math import ceil
from typing import Any, Self
from uuid import UUID

from pydantic import Field

from api.http.problems import Problem
from api.http.schemas import Reason, ResponseModel
from domain.numbers.sms_texts import Language
from domain.numbers.verifications import Delivery, State, VerificationRules
from storage.requests.rate_limits import LimitReached


class VerificationShape(ResponseModel):
    """A number verification, as it stands."""

    id: UUID
    number: str = Field(description="E.164.")
    state: State
    method: str = Field(description="`sms`, or `mobiil_id` where the login itself proved it.")
    delivery: Delivery | None = Field(description="What the gateway knows of the newest SMS.")
    language: Language
    created_at: datetime
    expires_at: datetime
    attempts_left: int
    resend_at: datetime | None = Field(
        description="From when on another SMS may be asked for; null: none is left."
    )
    proven: bool = Field(description="The right code came; what is left is a look at the SIM.")
    ended_at: datetime | None
    reason: Reason | None = Field(description="Why it ended.")
    granted: bool = Field(description="Whether the number gives access that is in force now.")

    @classmethod
    def of(cls, row: Any, rules: VerificationRules) -> Self:
        """From a row of storage.verification_readings."""
        delivery = row.delivery or ("pending" if row.method == "sms" else None)
        is_open = row.state == State.SENT
        return cls(
            **{name: getattr(row, name) for name in _AS_STORED},
            delivery=Delivery.PENDING if delivery == Delivery.SENDING else delivery,
            attempts_left=max(rules.tries - row.tries, 0) if is_open else 0,
            resend_at=row.resend_at if is_open and row.sends < rules.sends else None,
            proven=row.proven_at is not None,
            reason=Reason.of_json(row.reason),
        )


_AS_STORED = (
    *("id", "number", "state", "method", "language", "created_at", "expires_at"),
    *("ended_at", "granted"),
)


class VerificationPage(ResponseModel):
    """A page of verifications."""

    items: list[VerificationShape]
    next: str | None = Field(description="`after` for the next page; null: this is the last.")


def too_many(reached: LimitReached, shown: VerificationShape | None = None) -> Problem:
    """A limit that is reached, as 429. Which limit it was is nobody else's business."""
    seconds = max(ceil(reached.retry_after.total_seconds()), 1)
    return Problem(
        "too_many_requests",
        headers={"Retry-After": str(seconds)},
        verification=shown.model_dump(mode="json") if shown else None,
    )
