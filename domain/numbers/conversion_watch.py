"""Rule that closes a prefix whose codes do not come back.

Against toll fraud: who earns by SMS requests codes and never types one in.
"""

from dataclasses import dataclass
from datetime import timedelta

from domain.reasons import Reason


@dataclass(frozen=True, slots=True)
class Conversion:
    """Share of the codes sent to a prefix that came back. Only ended verifications count.

    Counted by ``storage.numbers.blocks``, from the end of the prefix's last block on. What was
    cancelled before its SMS was delivered is left out: it could not come back.
    """

    sent: int
    verified: int
    persons: int
    """Distinct persons whose codes did not come back. Each number that a program asks for is one:
    programs do not say for whom they ask."""

    @property
    def reason(self) -> Reason:
        """Why a prefix with this conversion is closed."""
        facts = {"verified": self.verified, "sent": self.sent}
        return Reason("low_conversion", f"{self.verified} of {self.sent} codes came back", facts)


@dataclass(frozen=True, slots=True)
class ConversionWatch:
    """A prefix is closed for a time where too small a share of its codes came back."""

    window: timedelta = timedelta(hours=1)
    """Over what time codes are counted."""
    least: int = 20
    """Fewer verifications than this close nothing."""
    share: float = 0.1
    """Close where less than this share came back."""
    persons: int = 5
    """Fewer persons than this close nothing: one or two could close a prefix to everybody."""
    closed_for: timedelta = timedelta(hours=1)

    def closes(self, conversion: Conversion) -> bool:
        """Return whether the prefix is to be closed."""
        enough = conversion.sent >= self.least and conversion.persons >= self.persons
        return enough and conversion.verified < self.share * conversion.sent
