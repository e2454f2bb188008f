"""States of a reading of a signing rule."""

from collections.abc import Mapping
from datetime import datetime
from enum import StrEnum


class ReadingState(StrEnum):
    """State of a reading. May grow."""

    PROPOSED = "proposed"
    """One officer recorded it; another one has to confirm it. It gives nothing."""
    CONFIRMED = "confirmed"
    """It applies."""
    REJECTED = "rejected"
    """By another officer than the one who recorded it."""
    WITHDRAWN = "withdrawn"
    """By the officer who recorded it."""
    ENDED = "ended"
    """By an officer, or by another reading that took its place."""
    VOID = "void"
    """The register says something else now. The same words again do not bring it back."""
    EXPIRED = "expired"
    """Its last day is over. Derived when it is read, never stored."""


S = ReadingState
OPEN = frozenset({S.PROPOSED, S.CONFIRMED})
FOLLOWING: Mapping[ReadingState, frozenset[ReadingState]] = {
    S.PROPOSED: frozenset({S.CONFIRMED, S.REJECTED, S.WITHDRAWN, S.VOID}),
    S.CONFIRMED: frozenset({S.ENDED, S.VOID}),
    S.REJECTED: frozenset(),
    S.WITHDRAWN: frozenset(),
    S.ENDED: frozenset(),
    S.VOID: frozenset(),
    S.EXPIRED: frozenset(),
}
"""The stored states that may follow each."""


def shown_at(
    state: ReadingState, ends_at: datetime, moment: datetime, *, stated: bool
) -> ReadingState:
    """Return the state at a moment. ``stated``: the register still says what was read.

    A reading applies while this is CONFIRMED.
    """
    if state not in OPEN:
        return state
    if not stated:
        return S.VOID
    return S.EXPIRED if moment >= ends_at else state
