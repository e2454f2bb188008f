"""Settings of departures: what somebody gave who represents a company no longer."""

from datetime import timedelta

from pydantic import Field

from domain.delegations.departures import DepartureRules, OnDeparture
from settings.sections import Section


class DepartureSettings(Section):
    """Departures of people who gave access in a company's name: what becomes of it."""

    action: OnDeparture = Field(
        OnDeparture.REVIEW,
        description="`review`: representatives confirm it, or it ends; `keep`: it stays;"
        " `end`: it ends at once. Counts for departures from then on.",
    )
    review_time: timedelta = Field(
        timedelta(days=30),
        ge=timedelta(days=1),
        le=timedelta(days=365),
        description="How long representatives have to confirm it.",
    )

    def rules(self) -> DepartureRules:
        """The domain's rules of departures."""
        return DepartureRules(self.action, self.review_time)
