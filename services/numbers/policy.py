"""Rules of number verification, put together from the settings once, where a process starts."""

from dataclasses import dataclass
from typing import Self
from uuid import UUID

from pydantic import SecretStr

from domain.numbers.conversion_watch import ConversionWatch
from domain.numbers.phone_numbers import NumberRules, PhoneNumber, parse_mobile
from domain.numbers.send_limits import SendLimits
from domain.numbers.verifications import VerificationRules, code_digest
from settings.processes import ApiSettings


@dataclass(frozen=True, slots=True)
class NumberPolicy:
    """Rules of number verification. Each is defined in ``domain.numbers``."""

    rules: VerificationRules
    numbers: NumberRules
    watch: ConversionWatch
    limits: SendLimits
    key: bytes
    """Keys the digests of codes."""
    gateway_password: SecretStr
    """Signs the gateway's delivery reports."""

    @classmethod
    def of(cls, settings: ApiSettings) -> Self:
        """From the settings."""
        return cls(
            rules=settings.verification.rules(),
            numbers=settings.number.rules(),
            watch=settings.number.watch.rules(),
            limits=settings.number.limit.rules(settings.verification.wrong_codes),
            key=settings.verification.code_key(),
            gateway_password=settings.sms.password,
        )

    def parse(self, text: str) -> PhoneNumber:
        """Parse a number to which a code is to be sent. Raises NumberRefused."""
        return parse_mobile(text, self.numbers)

    def digest(self, verification_id: UUID, code: str) -> str:
        """Digest of a typed code."""
        return code_digest(self.key, verification_id, code)
