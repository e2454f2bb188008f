"""Settings of suspensions by what the register says."""

from datetime import timedelta

from pydantic import Field

from domain.access.suspensions import LONGEST_SUSPENSION
from settings.fields import Span
from settings.sections import Section


class SuspensionSettings(Section):
    """Time that delegations stay suspended before they end."""

    ends_after: Span = Field(
        timedelta(days=14),
        ge=timedelta(days=1),
        le=LONGEST_SUSPENSION,
        description="How long delegations of a company that is deleted or bankrupt are suspended "
        "before they end. They end only once the register says the same after that time.",
    )
