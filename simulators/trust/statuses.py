"""Which certificates are good, revoked, or not known."""

from dataclasses import dataclass
from datetime import UTC, datetime
from enum import StrEnum

from cryptography import x509

from simulators.trust.identities import Identities


class Status(StrEnum):
    GOOD = "good"
    REVOKED = "revoked"
    UNKNOWN = "unknown"


@dataclass(frozen=True, slots=True)
class Standing:
    """Status of a certificate; a revoked one has a moment and a reason."""

    status: Status
    revoked_at: datetime | None = None
    reason: x509.ReasonFlags | None = None


class Statuses:
    """Statuses by serial number: what an authority issued is good until it is said otherwise."""

    def __init__(self, identities: Identities) -> None:
        self._identities = identities
        self._told: dict[int, Standing] = {}

    def of(self, serial_number: int) -> Standing:
        """Return the standing of a certificate."""
        if (told := self._told.get(serial_number)) is not None:
            return told
        issued = self._identities.service_of(serial_number) is not None
        return Standing(Status.GOOD if issued else Status.UNKNOWN)

    def set(self, serial_number: int, status: Status, revoked_at: datetime | None) -> None:
        """Answer like this from now on; ``revoked_at``: by default now."""
        standing = Standing(status)
        if status is Status.REVOKED:
            at = (revoked_at or datetime.now(UTC)).replace(microsecond=0)
            standing = Standing(status, at, x509.ReasonFlags.cessation_of_operation)
        self._told[serial_number] = standing

    def forget(self) -> None:
        """As at the start."""
        self._told.clear()
