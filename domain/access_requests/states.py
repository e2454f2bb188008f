"""States of an access request. Whether anybody could answer it, no state and no date says."""

from datetime import datetime
from enum import StrEnum


class AccessRequestState(StrEnum):
    """State of an access request. All but the first are final."""

    OPEN = "open"
    APPROVED = "approved"
    """Somebody gave what was asked for, or a part of it."""
    DECLINED = "declined"
    WITHDRAWN = "withdrawn"
    """By the applicant."""
    LAPSED = "lapsed"
    """Nobody answered in time, or there was nobody who could."""


def shown_at(
    state: AccessRequestState, lapses_at: datetime, moment: datetime
) -> AccessRequestState:
    """Return the state at a moment: the stored one, unless its time to be answered is over."""
    over = state is AccessRequestState.OPEN and moment >= lapses_at
    return AccessRequestState.LAPSED if over else state
