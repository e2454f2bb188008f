"""Models of what fails at a target: codes and steps."""

from datetime import datetime
from typing import Self
from uuid import UUID

from pydantic import Field

from api.http.schemas import ResponseModel
from domain.ops.stuck_reasons import StuckReason
from domain.provisioning import target_failures


class FailingCode(ResponseModel):
    """What resources were last told by a target."""

    code: StuckReason = Field(description="What the target last answered.")
    detail: str = Field(description="The target's own code; may be empty.")
    resources: int = Field(description="How many resources were told so.")
    failures: int = Field(description="Of all these resources, in a row.")


class FailingStep(ResponseModel):
    """A step that fails at a target and was not answered since."""

    id: UUID = Field(description="Also the stuck item's, once it is listed as stuck.")
    is_stuck: bool = Field(description="It is listed as stuck by now.")
    code: StuckReason = Field(description="Why it fails.")
    detail: str = Field(description="What the target answered; may be empty.")
    failures: int = Field(description="In a row.")
    first_at: datetime
    last_at: datetime


class TargetFailures(ResponseModel):
    """What fails at a target now."""

    resources: int = Field(
        description="How many resources failed there and were not answered since. A step without a"
        " resource counts as one."
    )
    codes: list[FailingCode] = Field(
        description="What they were told last; the ten codes of most resources first."
    )
    steps: list[FailingStep] = Field(
        description="The ten steps that failed most often. A step that fails alone, while the"
        " target answers others, is itself the cause."
    )

    @classmethod
    def of(cls, found: target_failures.TargetFailures) -> Self:
        return cls.model_validate(found, from_attributes=True)
