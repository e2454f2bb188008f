"""Settings of the SMS gateway and of the SMS sent through it."""

from datetime import timedelta

from pydantic import Field, HttpUrl, SecretStr, field_validator

from domain.numbers.sms_texts import LONGEST_HOST
from settings.fields import CALL_LIMIT, BaseUrl, Name, Secret, Span, is_host_name
from settings.sections import Section


class SmsReportSettings(Section):
    """The secret that signs the gateway's delivery reports."""

    password: Secret = Field(
        description="Password at the SMS gateway; also signs the gateway's delivery reports."
    )


class SmsSettings(SmsReportSettings):
    """The SMS gateway."""

    url: BaseUrl = Field(
        HttpUrl("https://api.messente.com/"), description="The SMS gateway (Messente's API)."
    )
    user: Name = Field(description="User name (API key) at the SMS gateway.")
    sender: str = Field(
        "Volitus",
        pattern=r"^[A-Za-z0-9.&_+-]([A-Za-z0-9 .&_+-]{0,9}[A-Za-z0-9.&_+-])?$",
        description="Sender of the SMS: up to 11 letters and digits.",
    )
    reports_url: BaseUrl | None = Field(
        None,
        description="The API's address as the gateway reaches it; if unset, there are no reports.",
    )
    timeout: Span = Field(
        timedelta(seconds=10),
        le=CALL_LIMIT,
        description="How long the gateway may take to answer.",
    )

    def credentials(self) -> tuple[str, SecretStr]:
        """User and password."""
        return self.user, self.password


class PortalSettings(Section):
    """The portal in which codes are typed."""

    host: str = Field(
        "",
        description="Host name of the portal, so that browsers fill in codes; if unset, they do "
        "not.",
    )

    @field_validator("host")
    @classmethod
    def _is_a_host(cls, value: str) -> str:
        if value and not is_host_name(value):
            raise ValueError("must be a host name: no scheme, port or path")
        return value

    @field_validator("host")
    @classmethod
    def _fits_into_an_sms(cls, value: str) -> str:
        if len(value) > LONGEST_HOST:
            raise ValueError("must be so short that the SMS stays one SMS in every language")
        return value
