"""How much one person may propose."""

from datetime import timedelta
from uuid import UUID

from domain.rates import Rate, Use

_PER_PROPOSER = Rate(50, timedelta(days=1))
PROPOSER_LIMIT = "approval_proposals"
"""Name of the limit on proposals of one person: each asks all the others to confirm."""


def uses(proposer_id: UUID) -> list[Use]:
    """Limits that one proposal uses."""
    return [Use(PROPOSER_LIMIT, str(proposer_id), _PER_PROPOSER)]
