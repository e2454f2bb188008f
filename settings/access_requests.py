"""Settings of access requests."""

from datetime import timedelta

from pydantic import Field

from domain.access_requests.request_rules import RequestRules
from domain.rates import Rate
from settings.fields import RateText, Span
from settings.sections import Section


class AccessRequestSettings(Section):
    """Access requests: how many one person may make, and how long each can be answered."""

    open: int = Field(5, ge=1, le=1000, description="Open access requests of one person.")
    rate: RateText = Field("10/P1D", description="Access requests of one person.")
    lapse_after: Span = Field(
        timedelta(days=14), description="How long an access request can be answered."
    )

    def rules(self) -> RequestRules:
        """The domain's rules with these numbers."""
        return RequestRules(self.open, Rate.of(self.rate), self.lapse_after)
