"""The settings of steps, of targets and of the network; part of ``settings.Settings``."""

from datetime import timedelta
from typing import Annotated

from pydantic import Field, HttpUrl, SecretStr, field_validator
from pydantic_settings import BaseSettings

from domain.provisioning.steps import StepRules

Span = Annotated[timedelta, Field(gt=timedelta())]


class StepSettings(BaseSettings):
    """When trouble becomes a stuck step, and how targets are spared."""

    network_url: HttpUrl | None = Field(
        None, description="TMF640 service activation, up to the version; without it: no re-sending."
    )
    network_token: SecretStr | None = Field(None, description="Bearer token for it.")
    network_timeout: Span = Field(
        timedelta(seconds=10),
        le=timedelta(seconds=12),
        description="How long the network may take to answer.",
    )
    step_stuck_after: Span = Field(
        timedelta(minutes=5), description="Trouble that lasts longer is listed as stuck."
    )
    step_slow_retry: Span = Field(
        timedelta(minutes=5), description="How often what is stuck in trouble is tried by itself."
    )
    target_slots: int = Field(10, ge=1, description="Steps at once for each target, per worker.")
    target_pause_after: int = Field(
        10, ge=1, description="After so many failures in a row a target is paused by itself."
    )
    target_pause_for: Span = Field(
        timedelta(seconds=30), description="After this a single step is let through to see."
    )
    target_resume_rate: float = Field(
        20, gt=0, description="Steps a second that go on when a target is resumed…"
    )
    target_resume_jitter: timedelta = Field(
        timedelta(seconds=2), ge=timedelta(), description="…each a random part of this later."
    )
    bulk_retry_rate: float = Field(
        10, gt=0, le=200, description="Rows a second in a retry in bulk that does not say how fast."
    )
    reconcile_every: Span = Field(
        timedelta(minutes=1),
        description="How often open processes are compared with Temporal's workflows.",
    )

    @field_validator("network_url", "network_token", mode="before")
    @classmethod
    def _empty_is_none(cls, value: object) -> object:
        return None if value == "" else value

    def step_rules(self) -> StepRules:
        """The same as the rules of steps know it."""
        return StepRules(
            stuck_after=self.step_stuck_after,
            slow_retry=self.step_slow_retry,
            pause_after=self.target_pause_after,
            pause_for=self.target_pause_for,
            resume_rate=self.target_resume_rate,
            resume_jitter=self.target_resume_jitter,
        )
