"""Settings of refreshes that people request."""

from pydantic import Field

from domain.rates import Rate
from domain.registry.refresh_limits import RefreshLimit, RefreshLimits
from settings.fields import RateText
from settings.sections import Section


class RefreshLimitSettings(Section):
    """Rate limits on refreshes, written ``20/PT1H``: 20 at once, then one back every 3 minutes."""

    person: RateText = Field("20/PT1H", description="Refreshes of one person.")
    client: RateText = Field(
        "120/PT1M", description="Refreshes requested through one program, such as a portal."
    )
    client_quota: RateText = Field("15000/P1D", description="The same over a longer time.")

    def rules(self) -> RefreshLimits:
        """Limits with these rates."""
        rates = {
            RefreshLimit(f"refresh_{name}"): Rate.of(text)
            for name, text in self.model_dump().items()
        }
        return RefreshLimits(rates)


class RefreshSettings(Section):
    """Refreshes: queries to the register about a person who logs in."""

    limit: RefreshLimitSettings


class RefreshWorkSettings(Section):
    """Refreshes, as workers carry them out."""

    slots: int = Field(
        2,
        ge=1,
        le=1000,
        description="Refreshes that query the register at once, per worker: one more than"
        " `VOLITUS_REGISTER_AT_ONCE`, so that one may query while another records its answer.",
    )
