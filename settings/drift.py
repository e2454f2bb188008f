"""Settings of drift: what networks have, and services should not."""

from datetime import timedelta

from pydantic import Field

from domain.inventory.drift import RepairLimits
from settings.fields import Share, Span
from settings.register import NEVER, When
from settings.sections import Section


class DriftSettings(Section):
    """Checks of what networks have: pages of their lists, and when repairs are held."""

    page: int = Field(
        1000,
        ge=1,
        le=10_000,
        description="Services that are asked for at once of a network's list.",
    )
    hold_share: Share = Field(
        0.01,
        description="Where a check for drift would repair more than this share of the services by "
        "itself within `VOLITUS_DRIFT_HOLD_WINDOW`, all that it found is held for a person, unless "
        "these are fewer than `VOLITUS_DRIFT_HOLD_LEAST`.",
    )
    hold_least: int = Field(
        20, ge=1, description="Fewer services than this may always be repaired within the window."
    )
    hold_window: Span = Field(
        timedelta(days=1),
        gt=timedelta(0),
        le=timedelta(days=30),
        description="Period over which services are counted that were repaired without a person's "
        "decision.",
    )

    def limits(self) -> RepairLimits:
        """The domain's limits of repairs."""
        return RepairLimits(self.hold_share, self.hold_least, self.hold_window)


class DriftScheduleSettings(Section):
    """When networks are checked for drift, and how fast it is repaired."""

    check_at: When = Field(
        "30 3 * * *",
        description="When to compare what networks have with what services should have: crontab, "
        "`VOLITUS_ZONE`, or `never`.",
    )
    repairs_at_once: int = Field(
        50, ge=1, le=10_000, description="Services that are being repaired at once."
    )

    def time(self) -> str:
        """Crontab of the check; empty: it never happens."""
        return "" if self.check_at == NEVER else self.check_at
