"""States of a delegation and of its versions, and which state follows which.

Some states are brought about by dates alone: a delegation begins, expires or lapses at its moment,
whether or not any worker runs. ``shown_at`` derives them; the stored state follows later.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum


class DelegationState(StrEnum):
    """State of a delegation."""

    AWAITING_CONFIRMATIONS = "awaiting_confirmations"
    """Proposed to those who give together with the giver; the receiver knows nothing of it."""
    AWAITING_ACCEPTANCE = "awaiting_acceptance"
    """Offered; gives nothing yet."""
    SCHEDULED = "scheduled"
    """Accepted; its first day has not come."""
    ACTIVE = "active"
    SUSPENDED = "suspended"
    """Gives no access while a suspension of the account or of a person is in force."""
    ENDED = "ended"
    DECLINED = "declined"
    """By the receiver."""
    WITHDRAWN = "withdrawn"
    """By the giver's side, before it was accepted."""
    LAPSED = "lapsed"
    """Not confirmed or not accepted in time."""

    @property
    def is_final(self) -> bool:
        """Return whether nothing follows."""
        return not FOLLOWING[self]


S = DelegationState
FOLLOWING: Mapping[DelegationState, frozenset[DelegationState]] = {
    S.AWAITING_CONFIRMATIONS: frozenset({S.AWAITING_ACCEPTANCE, S.WITHDRAWN, S.LAPSED, S.ENDED}),
    S.AWAITING_ACCEPTANCE: frozenset(
        {S.SCHEDULED, S.ACTIVE, S.DECLINED, S.WITHDRAWN, S.LAPSED, S.ENDED}
    ),
    S.SCHEDULED: frozenset({S.ACTIVE, S.SUSPENDED, S.ENDED}),
    S.ACTIVE: frozenset({S.SUSPENDED, S.ENDED}),
    S.SUSPENDED: frozenset({S.SCHEDULED, S.ACTIVE, S.ENDED}),
    S.ENDED: frozenset(),
    S.DECLINED: frozenset(),
    S.WITHDRAWN: frozenset(),
    S.LAPSED: frozenset(),
}
"""The states that may follow each."""

OPEN = frozenset(state for state in DelegationState if not state.is_final)
UNACCEPTED = frozenset({S.AWAITING_CONFIRMATIONS, S.AWAITING_ACCEPTANCE})
"""The open states of one that never gave anything."""


class DelegationEnd(StrEnum):
    """How a delegation ended."""

    EXPIRED = "expired"
    """Its last day is over."""
    REVOKED = "revoked"
    """Taken back by the giver's side."""
    WAIVED = "waived"
    """Given up by the receiver."""
    REVIEW_LAPSED = "review_lapsed"
    """Nobody confirmed it after its giver had left."""
    PARENT_ENDED = "parent_ended"
    """What it was passed on from ended, or no longer covers any of it."""
    OWNER_CHANGED = "owner_changed"
    ACCOUNT_CLOSED = "account_closed"
    SERVICES_GONE = "services_gone"
    """Each of its services ended or moved to another account."""
    SUSPENDED_TOO_LONG = "suspended_too_long"
    GIVER_LEFT = "giver_left"
    """The giver left, and the installation keeps nothing of that."""


class VersionState(StrEnum):
    """State of one version of a delegation's terms."""

    PROPOSED = "proposed"
    """To be confirmed by those who give together, before it is offered."""
    OFFERED = "offered"
    ACCEPTED = "accepted"
    """The version in force, or the last that was."""
    SUPERSEDED = "superseded"
    """Replaced by a later version."""
    DECLINED = "declined"
    WITHDRAWN = "withdrawn"
    LAPSED = "lapsed"


@dataclass(frozen=True, slots=True)
class StoredState:
    """What a delegation's state at a moment depends on."""

    state: DelegationState
    starts_at: datetime
    ends_at: datetime
    """The first moment at which it is over."""
    lapses_at: datetime | None = None
    """The first moment at which it can be neither confirmed nor accepted any more, until it is."""
    suspended: bool = False
    """Whether a suspension is in force at the moment in question."""


def shown_at(stored: StoredState, moment: datetime) -> DelegationState:
    """Return the state at a moment: the stored one, and what dates and suspensions made of it."""
    if stored.state.is_final:
        return stored.state
    if stored.state in UNACCEPTED:
        over = stored.lapses_at is not None and moment >= stored.lapses_at
        return S.LAPSED if over else stored.state
    if moment >= stored.ends_at:
        return S.ENDED
    if stored.suspended:
        return S.SUSPENDED
    return S.SCHEDULED if moment < stored.starts_at else S.ACTIVE
