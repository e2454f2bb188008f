"""Settings of number verification: codes, limits, and the watch against toll fraud."""

from datetime import timedelta

from phonenumbers import SUPPORTED_REGIONS
from pydantic import Field, ValidationInfo, field_validator

from domain.numbers.conversion_watch import ConversionWatch
from domain.numbers.phone_numbers import NumberRules
from domain.numbers.send_limits import SendLimit, SendLimits
from domain.numbers.verifications import VerificationRules
from domain.rates import Rate
from settings.fields import Duration, Key, RateText, Span, key_bytes
from settings.sections import Section


class VerificationSettings(Section):
    """The life of a code, and the limits of one verification."""

    key: Key = Field(
        description="Base64 of 32 bytes: keys the digests of codes. A new one voids open codes."
    )
    life: Span = Field(
        timedelta(minutes=10), le=timedelta(minutes=10), description="How long a code can be used."
    )
    wrong_codes: int = Field(5, ge=1, le=10, description="Wrong codes until a verification fails.")
    sends: int = Field(3, ge=1, le=5, description="Most SMS for one verification.")
    wait: Duration = Field(
        timedelta(seconds=60),
        ge=timedelta(),
        description="Wait before a second SMS; doubled before each further one.",
    )

    @field_validator("wait")
    @classmethod
    def _every_sms_can_be_sent(cls, value: timedelta, info: ValidationInfo) -> timedelta:
        life, sends = info.data.get("life"), info.data.get("sends")
        # Waits before the last SMS, in units of the first. Divided, since a product may overflow.
        waits = 2 ** ((sends or 1) - 1) - 1
        if life is not None and waits and value >= life / waits:
            raise ValueError(
                "so long that the last of VOLITUS_VERIFICATION_SENDS could only be requested after "
                "VOLITUS_VERIFICATION_LIFE"
            )
        return value

    def code_key(self) -> bytes:
        """The key of the codes' digests."""
        return key_bytes(self.key)

    def rules(self) -> VerificationRules:
        """Rules of one verification."""
        return VerificationRules(self.life, self.wrong_codes, self.sends, self.wait)


class NumberLimitSettings(Section):
    """Rate limits on SMS, written ``5/P1D``: five at once, then one back every fifth of a day."""

    person: RateText = Field("10/P1D", description="SMS requested by one person.")
    client: RateText = Field(
        "60/PT1M",
        description="SMS requested through one program: a portal, or a program for itself."
        " Also the numbers that a program may ask about.",
    )
    client_quota: RateText = Field(
        "10000/P1D", description="The same over a longer time (`QUOTA_EXCEEDED`)."
    )
    number: RateText = Field(
        "5/P1D",
        description="SMS to one number. A person who has proved the number has as many apart.",
    )
    prefix: RateText = Field(
        "50/PT1H", description="SMS to numbers that differ in the last 4 digits only."
    )
    address: RateText = Field("20/PT1H", description="SMS requested from one IP address.")
    country: RateText = Field("3000/PT1H", description="SMS to one country.")
    country_quota: RateText = Field(
        "20000/P1D", description="SMS to one country, over a longer time: a ceiling of costs."
    )

    def rules(self, wrong_codes: int = 5) -> SendLimits:
        """Limits with these rates. ``wrong_codes``: VOLITUS_VERIFICATION_WRONG_CODES."""
        rates = {SendLimit(name): Rate.of(text) for name, text in self.model_dump().items()}
        return SendLimits(rates, wrong_codes)


class NumberWatchSettings(Section):
    """Limits at which codes that do not come back close a prefix."""

    window: Span = Field(
        timedelta(hours=1), description="Period in which codes that do not come back are counted."
    )
    least: int = Field(20, ge=1, description="Fewer codes than this close nothing.")
    share: float = Field(
        0.1, ge=0, le=1, description="A prefix is closed where less than this share comes back."
    )
    persons: int = Field(
        5, ge=1, description="Codes of fewer persons than this close nothing, however many."
    )
    closed: Span = Field(timedelta(hours=1), description="How long a prefix is closed.")

    def rules(self) -> ConversionWatch:
        """Rules of the conversion watch."""
        return ConversionWatch(
            window=self.window,
            least=self.least,
            share=self.share,
            persons=self.persons,
            closed_for=self.closed,
        )


class NumberLimitsOnly(Section):
    """The limits, for a command that shows who has used them up."""

    limit: NumberLimitSettings


class NumberSettings(NumberLimitsOnly):
    """Numbers to which codes may be sent, and how many."""

    countries: tuple[str, ...] = Field(
        ("EE", "FI", "LV", "LT"),
        min_length=1,
        description="Countries that codes are sent to: JSON list of ISO 3166-1 codes.",
    )
    test_numbers: bool = Field(
        False, description="Accept SK's test numbers of Mobiil-ID. Not in production."
    )
    watch: NumberWatchSettings

    @field_validator("countries")
    @classmethod
    def _are_countries(cls, value: tuple[str, ...]) -> tuple[str, ...]:
        if not set(value) <= SUPPORTED_REGIONS:
            raise ValueError('must be ISO 3166-1 codes in capitals with a numbering plan: ["EE"]')
        return value

    def rules(self) -> NumberRules:
        """Rules for numbers to which codes may be sent."""
        return NumberRules(frozenset(self.countries), self.test_numbers)
