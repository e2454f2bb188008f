"""Limits beyond which a sync is held for a person's decision."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class HoldLimits:
    """Grants that a run may end by itself: fewer than ``least``, or up to ``share`` of all."""

    share: float = 0.02
    least: int = 20

    def exceeded(self, ending: int, held: int) -> bool:
        """Return True if ending ``ending`` of ``held`` grants needs a person's decision."""
        return ending >= self.least and ending > self.share * held
