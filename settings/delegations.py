"""Settings of delegations."""

from pydantic import Field

from domain.delegations.periods import LONGEST_YEARS
from settings.sections import Section


class DelegationSettings(Section):
    """Delegations, as the API and the commands that write them need them."""

    imported_years: int = Field(
        1,
        ge=1,
        le=LONGEST_YEARS,
        description="Years from its import that an imported delegation without an end lasts.",
    )
