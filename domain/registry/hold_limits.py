"""Limits beyond which ends that follow from register answers are held for a person's decision."""

from dataclasses import dataclass
from datetime import timedelta


@dataclass(frozen=True, slots=True)
class HoldLimits:
    """Grants that register answers may end by themselves within ``window``.

    Fewer than ``least``, or up to ``share`` of all; runs and logins together. What a person
    decided, or the operator's own systems ended, is not counted.
    """

    share: float = 0.02
    least: int = 20
    window: timedelta = timedelta(days=1)

    def exceeded(self, ending: int, held: int, recently: int = 0) -> bool:
        """Return True if ending ``ending`` of ``held`` grants needs a person's decision.

        ``recently``: how many such grants ended within the window before.
        """
        total = recently + ending
        return ending > 0 and total >= self.least and total > self.share * (held + recently)
