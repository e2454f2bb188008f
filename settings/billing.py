"""Settings of the operator's billing."""

from datetime import timedelta

from pydantic import Field, SecretStr, ValidationInfo, field_validator

from domain.billing.snapshots import FreshRules
from settings.fields import CALL_LIMIT, BaseUrl, Duration, Span, Token
from settings.sections import Section


class BillingAddressSettings(Section):
    """Where the operator's billing is."""

    url: BaseUrl | None = Field(
        None,
        description="The operator's billing, up to the version; if unset, nothing is booked, and"
        " nothing is known of invoices, usage and limits.",
    )
    token: Token | None = Field(None, description="Bearer token for it.")

    @field_validator("token")
    @classmethod
    def _is_for_something(cls, value: SecretStr | None, info: ValidationInfo) -> SecretStr | None:
        if value is not None and info.data.get("url", value) is None:
            raise ValueError("set, but VOLITUS_BILLING_URL is not")
        return value


class BillingSettings(BillingAddressSettings):
    """The operator's billing, as bookings and long reads need it."""

    timeout: Span = Field(
        timedelta(seconds=10),
        le=CALL_LIMIT,
        description="How long billing may take to answer.",
    )


class BillingReadSettings(BillingAddressSettings):
    """The operator's billing, as people read it."""

    read_timeout: Span = Field(
        timedelta(seconds=3),
        le=CALL_LIMIT,
        description="How long a reader waits for billing; then the last known answer is shown.",
    )
    fresh_for: Duration = Field(
        timedelta(minutes=1),
        ge=timedelta(),
        le=timedelta(days=1),
        description="How long an answer of billing is shown before billing is asked again.",
    )
    pause: Span = Field(
        timedelta(seconds=5),
        le=timedelta(minutes=10),
        description="How long what billing has just failed to answer is not asked again.",
    )

    def rules(self) -> FreshRules:
        """The domain's rules of snapshots."""
        return FreshRules(self.fresh_for, self.read_timeout, self.pause)
