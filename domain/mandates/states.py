"""States of a paper mandate: what the operator's staff record from paper, and what becomes of it.

Once it is confirmed its state follows from its grants, so it cannot differ from the access that it
gives: ``storage.mandates.mandate_queries`` reads it.
"""

from datetime import timedelta
from enum import StrEnum

ANSWERED_WITHIN = timedelta(days=14)
"""How long a mandate waits for a second member of staff before it lapses."""


class MandateState(StrEnum):
    """State of a mandate at a moment."""

    PROPOSED = "proposed"
    """One member of staff recorded it. Gives nothing before another confirms it."""
    SCHEDULED = "scheduled"
    """Confirmed; its first day has not come."""
    ACTIVE = "active"
    SUSPENDED = "suspended"
    """Gives no access while a suspension of its account or its person is in force."""
    ENDED = "ended"
    REJECTED = "rejected"
    """By another member of staff than the one who recorded it."""
    WITHDRAWN = "withdrawn"
    """By the one who recorded it, before it was confirmed."""
    LAPSED = "lapsed"
    """Not answered in time, or before its account closed or changed owner."""


class MandateAnswer(StrEnum):
    """Answer to a proposed mandate: what it became."""

    CONFIRMED = "confirmed"
    REJECTED = "rejected"
    WITHDRAWN = "withdrawn"
    LAPSED = "lapsed"
