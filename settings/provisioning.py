"""Settings of SIM checks, of steps and of targets."""

from datetime import timedelta

from pydantic import Field, SecretStr, ValidationInfo, field_validator

from domain.provisioning.step_rules import StepRules
from settings.fields import CALL_LIMIT, BaseUrl, Duration, Span, Token
from settings.sections import Section


class SimSwapSettings(Section):
    """The operator's check of SIM changes."""

    url: BaseUrl | None = Field(
        None, description="CAMARA SIM Swap, up to the version; if unset, no SIM is checked."
    )
    token: Token | None = Field(None, description="Bearer token for it.")
    hours: int = Field(
        72, ge=1, le=2400, description="Age in hours below which a changed SIM proves nothing."
    )
    timeout: Span = Field(
        timedelta(seconds=10),
        le=CALL_LIMIT,
        description="How long the check may take to answer.",
    )

    @field_validator("token")
    @classmethod
    def _is_for_something(cls, value: SecretStr | None, info: ValidationInfo) -> SecretStr | None:
        if value is not None and info.data.get("url", value) is None:
            raise ValueError("set, but VOLITUS_SIM_SWAP_URL is not")
        return value


class StepSettings(Section):
    """Limits at which a step that fails becomes a stuck item."""

    stuck_after: Span = Field(
        timedelta(minutes=5), description="A step that fails for longer is listed as stuck."
    )
    slow_retry: Span = Field(
        timedelta(minutes=5), description="How often a stuck step is retried automatically."
    )


class TargetSettings(Section):
    """Limits that pause targets, and the rate at which steps continue afterwards."""

    slots: int = Field(10, ge=1, description="Steps at once for each target, per worker.")
    pause_after: int = Field(
        10, ge=1, description="Failures in a row after which a target is paused automatically…"
    )
    pause_resources: int = Field(
        3,
        ge=1,
        description="…if they come from so many services or other resources: one that fails alone"
        " pauses nothing.",
    )
    pause_for: Span = Field(
        timedelta(seconds=30), description="How long until a single step probes a paused target."
    )
    resume_rate: float = Field(
        20,
        gt=0,
        allow_inf_nan=False,
        description="Steps per second that continue when a target is resumed.",
    )
    resume_jitter: Duration = Field(
        timedelta(seconds=2),
        ge=timedelta(),
        description="Longest random delay of each of those steps.",
    )


class BulkRetrySettings(Section):
    """Bulk retries of stuck items."""

    rate: float = Field(
        10, gt=0, le=200, description="Items per second of a bulk retry that names no rate."
    )


class ReconcileSettings(Section):
    """The comparison of open processes with Temporal."""

    every: Span = Field(
        timedelta(minutes=1),
        description="How often each open process is compared with its workflow in Temporal.",
    )
    rate: float = Field(50, gt=0, le=1000, description="Most comparisons per second, per worker.")


def step_rules(step: StepSettings, target: TargetSettings) -> StepRules:
    """The domain's rules of steps and targets with these settings."""
    return StepRules(
        stuck_after=step.stuck_after,
        slow_retry=step.slow_retry,
        pause_after=target.pause_after,
        pause_resources=target.pause_resources,
        pause_for=target.pause_for,
        resume_rate=target.resume_rate,
        resume_jitter=target.resume_jitter,
    )
