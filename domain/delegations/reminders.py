"""When the receiver of an offer is reminded of it."""

from collections.abc import Sequence
from datetime import datetime, timedelta

BEFORE_LAPSE = (timedelta(days=3), timedelta(days=1))
"""How long before an offer lapses its receiver is reminded."""
NOT_BEFORE = timedelta(days=1)
"""How old an offer is before the first reminder."""


def reminders(offered_at: datetime, lapses_at: datetime) -> Sequence[datetime]:
    """Return the moments of the reminders, in order; none before the offer is a day old."""
    moments = (lapses_at - before for before in BEFORE_LAPSE)
    return [moment for moment in moments if moment >= offered_at + NOT_BEFORE]
