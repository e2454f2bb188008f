"""Limits of access requests. They count alike whether or not there is anybody to ask."""

from dataclasses import dataclass
from datetime import timedelta
from uuid import UUID

from domain.rates import Rate, Use

APPLICANT_LIMIT = "access_requests"
"""Name of the limit on requests of one applicant."""
LONGEST_MESSAGE = 300
"""Most characters of an applicant's message."""
MOST_TOLD = 50
"""Most people who are told of one request. All who could give it find it in their lists."""
MOST_TOLD_A_DAY = 20
"""Of how many requests about one account one person is told in a day, by however many applicants.

The others they find in their list, and the applicants learn nothing of it."""
_PER_APPLICANT = Rate(10, timedelta(days=1))


@dataclass(frozen=True, slots=True)
class RequestRules:
    """Limits: how many requests one person may make, and how long each can be answered."""

    open_per_applicant: int = 5
    per_applicant: Rate = _PER_APPLICANT
    lapses_after: timedelta = timedelta(days=14)

    def uses(self, applicant_id: UUID) -> list[Use]:
        """Limits that one request uses."""
        return [Use(APPLICANT_LIMIT, str(applicant_id), self.per_applicant)]
