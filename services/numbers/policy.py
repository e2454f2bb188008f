"""How codes may be sent, put together from the settings once, where the process starts."""

from dataclasses import dataclass
from typing import Self
from uuid import UUID

from pydantic import SecretStr

from domain.numbers.phone_numbers import NumberRules, PhoneNumber
from domain.numbers.verifications import VerificationRules, code_digest
from domain.rates import Rate
from settings.processes import ApiSettings
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
    def of(cls, settings: ApiSettings) -> Self:
        """As the settings say."""
        return cls(
            rules=settings.verification.rules(),
            numbers=settings.number.rules(),
            watch=ConversionWatch(
                settings.number.watch.window,
                settings.number.watch.least,
                settings.number.watch.share,
                settings.number.watch.closed,
            ),
            limits=settings.number.limit.rates(),
            key=settings.verification.code_key(),
            gateway_password=settings.sms.password,
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
