"""Bars: proved numbers give a person no access to an account, until it is lifted.

Whoever manages access took such access away, and the person could otherwise prove the number again.
"""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from domain.reasons import Reason

TAKEN_AWAY = Reason("bar_begun", "Whoever manages access took away what a proved number gave")
LIFTED = Reason("bar_lifted", "Whoever manages access lifted the bar")


@dataclass(frozen=True, slots=True)
class Bar:
    """A bar in force, as those who manage access see it."""

    id: UUID
    account_id: UUID
    person_id: UUID
    person_name: str
    since: datetime
    begun_by: UUID
    """The person who took the access away."""
    begun_by_name: str


def reason_of(since: datetime) -> Reason:
    """Return the reason of a refusal while a bar is in force."""
    text = "Numbers that the person proves give no access to this account: it was taken away"
    return Reason("access_barred", text, {"since": since.isoformat()})
