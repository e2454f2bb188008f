"""Rules of offers: the zone their days are in, when they lapse, and how many there may be."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID
from zoneinfo import ZoneInfo

from domain.rates import Rate, Use

GIVER_LIMIT = "delegation_offers"
"""Name of the limit on offers of one giver."""
CHECK_LIMIT = "delegation_checks"
"""Name of the limit on questions of one giver whether they may give something."""


_PER_GIVER = Rate(50, timedelta(days=1))
_CHECKS = Rate(500, timedelta(days=1))


@dataclass(frozen=True, slots=True)
class OfferRules:
    """Rules that every offer is held to."""

    zone: ZoneInfo
    lapses_after: timedelta = timedelta(days=14)
    per_giver: Rate = _PER_GIVER
    open_per_receiver: int = 20
    """Most offers that one person has not answered."""
    checks: Rate = _CHECKS
    """Questions of one giver whether they may give something."""
    imported_years: int = 1
    """Years that an imported delegation without an end lasts, from its import."""

    def uses(self, giver_id: UUID) -> list[Use]:
        """Limits that one offer uses."""
        return [Use(GIVER_LIMIT, str(giver_id), self.per_giver)]

    def check_uses(self, giver_id: UUID) -> list[Use]:
        """Limits that one question uses."""
        return [Use(CHECK_LIMIT, str(giver_id), self.checks)]

    def lapses_at(self, offered_at: datetime, ends_at: datetime) -> datetime:
        """Return from when on an offer cannot be accepted: in time, or when its days are over."""
        return min(offered_at + self.lapses_after, ends_at)
