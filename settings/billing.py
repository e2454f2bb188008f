"""Settings of the operator's billing."""

from datetime import timedelta

from pydantic import Field, SecretStr, ValidationInfo, field_validator

from settings.fields import CALL_LIMIT, BaseUrl, Span, Token
from settings.sections import Section


class BillingSettings(Section):
    """The operator's billing."""

    url: BaseUrl | None = Field(
        None, description="Bookings, up to the version; if unset, nothing is booked."
    )
    token: Token | None = Field(None, description="Bearer token for it.")
    timeout: Span = Field(
        timedelta(seconds=10),
        le=CALL_LIMIT,
        description="How long billing may take to answer.",
    )

    @field_validator("token")
    @classmethod
    def _is_for_something(cls, value: SecretStr | None, info: ValidationInfo) -> SecretStr | None:
        if value is not None and info.data.get("url", value) is None:
            raise ValueError("set, but VOLITUS_BILLING_URL is not")
        return value
