"""Settings of delegations."""

from pydantic import Field

from domain.delegations.periods import LONGEST_YEARS
from settings.fields import RateText
from settings.sections import Section


class DelegationSettings(Section):
    """Delegations, as the API and the commands that write them need them."""

    check_rate: RateText = Field(
        "500/P1D", description="Questions of one person whether they may give something."
    )
    imported_years: int = Field(
        1,
        ge=1,
        le=LONGEST_YEARS,
        description="Years from its import that an imported delegation without an end lasts.",
    )
