"""The settings of number verification and of the SMS gateway; part of ``settings.Settings``."""

import base64
from datetime import timedelta
from typing import Annotated

from pydantic import Field, HttpUrl, SecretStr, field_validator
from pydantic_settings import BaseSettings

from domain.numbers.sms_texts import Language, code_text, parts
from domain.numbers.verifications import VerificationRules
from domain.rates import Rate

Span = Annotated[timedelta, Field(gt=timedelta())]
_RATES = (
    "number_limit_person",
    "number_limit_client",
    "number_limit_client_quota",
    "number_limit_number",
    "number_limit_prefix",
    "number_limit_address",
    "number_limit_country",
)


class VerificationSettings(BaseSettings):
    """Limits are written ``5/P1D``: five at once, then one back every fifth of a day."""

    sms_url: HttpUrl = Field(
        HttpUrl("https://api.messente.com/"), description="The SMS gateway (Messente's API)."
    )
    sms_user: str = Field(description="User name (API key) at the SMS gateway.")
    sms_password: SecretStr = Field(
        description="Its password; also signs the gateway's delivery reports."
    )
    sms_sender: str = Field("Volitus", max_length=11, description="Whom SMS come from.")
    sms_reports_url: HttpUrl | None = Field(
        None, description="This API's address as the gateway reaches it; without it: no reports."
    )
    sms_timeout: timedelta = Field(
        timedelta(seconds=10), description="How long the gateway may take to answer."
    )
    portal_host: str = Field(
        "",
        description="Host name of the portal, so that browsers fill in codes; empty: they don't.",
    )
    sim_swap_url: HttpUrl | None = Field(
        None, description="CAMARA SIM Swap, up to the version; without it no SIM is looked at."
    )
    sim_swap_token: SecretStr | None = Field(None, description="Bearer token for it.")
    sim_swap_hours: int = Field(
        72, ge=1, le=2400, description="A SIM changed in the last so many hours proves nothing."
    )
    verification_key: SecretStr = Field(
        description="Base64 of 32 bytes: keys the digests of codes. A new one voids open codes."
    )
    verification_life: Span = Field(
        timedelta(minutes=10), le=timedelta(minutes=10), description="How long a code can be used."
    )
    verification_tries: int = Field(5, ge=1, le=10, description="Wrong codes until it fails.")
    verification_sends: int = Field(3, ge=1, le=5, description="SMS for one verification.")
    verification_wait: timedelta = Field(
        timedelta(seconds=60), description="Wait before a second SMS; doubled before each further."
    )
    number_countries: tuple[str, ...] = Field(
        ("EE", "FI", "LV", "LT"), min_length=1, description="Countries that codes are sent to."
    )
    number_test_numbers: bool = Field(
        False, description="Let SK's test numbers of Mobiil-ID pass. Not in production."
    )
    number_limit_person: str = Field("10/P1D", description="SMS asked for by one person.")
    number_limit_client: str = Field("60/PT1M", description="SMS asked for by one program.")
    number_limit_client_quota: str = Field(
        "10000/P1D", description="The same, over a longer time (`QUOTA_EXCEEDED`)."
    )
    number_limit_number: str = Field("5/P1D", description="SMS to one number.")
    number_limit_prefix: str = Field(
        "50/PT1H", description="SMS to numbers alike but for the last 4 digits."
    )
    number_limit_address: str = Field("20/PT1H", description="SMS asked for from one IP address.")
    number_limit_country: str = Field("3000/PT1H", description="SMS to one country.")
    number_watch_window: Span = Field(
        timedelta(hours=1), description="Over what time codes that do not come back are counted."
    )
    number_watch_least: int = Field(20, ge=1, description="From how many on it means something.")
    number_watch_share: float = Field(
        0.1, ge=0, le=1, description="A prefix is closed where less than this share comes back."
    )
    number_watch_closed: Span = Field(
        timedelta(hours=1), description="For how long a prefix is closed."
    )

    @field_validator("sms_reports_url", "sim_swap_url", "sim_swap_token", mode="before")
    @classmethod
    def _empty_is_none(cls, value: object) -> object:
        return None if value == "" else value

    @field_validator("verification_key")
    @classmethod
    def _key_is_a_key(cls, value: SecretStr) -> SecretStr:
        try:
            good = len(base64.b64decode(value.get_secret_value(), validate=True)) == 32
        except ValueError:
            good = False
        if not good:
            raise ValueError("must be base64 of 32 bytes")
        return value

    @field_validator(*_RATES)
    @classmethod
    def _rates_are_rates(cls, value: str) -> str:
        Rate.of(value)
        return value

    @field_validator("portal_host")
    @classmethod
    def _host_fits_into_an_sms(cls, value: str) -> str:
        if any(parts(code_text(language, "0" * 6, value)) > 1 for language in Language):
            raise ValueError("must be so short that the SMS stays one SMS in every language")
        return value

    def code_key(self) -> bytes:
        """The key of the codes' digests."""
        return base64.b64decode(self.verification_key.get_secret_value())

    def verification_rules(self) -> VerificationRules:
        """How long a verification lives and what it bears."""
        return VerificationRules(
            life=self.verification_life,
            tries=self.verification_tries,
            sends=self.verification_sends,
            wait=self.verification_wait,
        )
