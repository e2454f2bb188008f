"""How codes may be sent, put together from the settings once, where the process starts."""

from dataclasses import dataclass
from typing import Self
from uuid import UUID

from pydantic import SecretStr

from domain.numbers.phone_numbers import NumberRules, PhoneNumber
from domain.numbers.verifications import VerificationRules, code_digest
from domain.rates import Rate
from settings.numbers import VerificationSettings
from storage.numbers.blocks import ConversionWatch
from storage.numbers.verifications import Requester
from storage.requests.rate_limits import Use


@dataclass(frozen=True, slots=True)
class NumberPolicy:
    """The rules of number verification."""

    rules: VerificationRules
    numbers: NumberRules
    watch: ConversionWatch
    limits: dict[str, Rate]
    """By kind, in the order in which they are taken."""
    key: bytes
    gateway_password: SecretStr

    @classmethod
    def of(cls, settings: VerificationSettings) -> Self:
        """As the settings say."""
        return cls(
            rules=settings.verification_rules(),
            numbers=NumberRules(frozenset(settings.number_countries), settings.number_test_numbers),
            watch=ConversionWatch(
                settings.number_watch_window,
                settings.number_watch_least,
                settings.number_watch_share,
                settings.number_watch_closed,
            ),
            limits={
                "person": Rate.of(settings.number_limit_person),
                "client": Rate.of(settings.number_limit_client),
                "client_quota": Rate.of(settings.number_limit_client_quota),
                "number": Rate.of(settings.number_limit_number),
                "prefix": Rate.of(settings.number_limit_prefix),
                "address": Rate.of(settings.number_limit_address),
                "country": Rate.of(settings.number_limit_country),
            },
            key=settings.code_key(),
            gateway_password=settings.sms_password,
        )

    def uses(self, requester: Requester, number: PhoneNumber, address: str | None) -> list[Use]:
        """What one SMS uses up, of whom."""
        subjects = {
            "person": requester.person_id and str(requester.person_id),
            "client": requester.client,
            "client_quota": requester.client,
            "number": number.e164,
            "prefix": number.prefix,
            "address": address,
            "country": number.country,
        }
        return [
            Use(kind, subject, self.limits[kind]) for kind, subject in subjects.items() if subject
        ]

    def check_uses(self, requester: Requester) -> list[Use]:
        """What one look at a code uses up of a program's: as many as its SMS may need."""
        return [
            Use(f"{kind}_checks", str(requester), Rate(rate.count * self.rules.tries, rate.span))
            for kind, rate in self.limits.items()
            if kind in {"client", "client_quota"}
        ]

    def digest(self, verification_id: UUID, code: str) -> str:
        """A typed code as it is compared."""
        return code_digest(self.key, verification_id, code)
