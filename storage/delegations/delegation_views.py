"""Delegation as people see it, made of a row: state at this moment, terms, names, open offer."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from domain.delegations import reasons
from domain.delegations.states import (
    UNACCEPTED,
    DelegationEnd,
    DelegationState,
    StoredState,
    VersionState,
    shown_at,
)
from domain.delegations.viewers import DelegationViewer
from domain.identifiers import PersonKey
from domain.reasons import Reason
from storage.access.grant_rows import suspended
from storage.delegations.rows import OF_THIS_OWNER, VERSION_COLUMNS, StoredVersion


@dataclass(frozen=True, slots=True)
class OpenOffer:
    """A version that waits for its acceptance, or to be confirmed before it is offered."""

    version: StoredVersion
    lapses_at: datetime


@dataclass(frozen=True, slots=True)
class DelegationView:
    """A delegation at the moment it was read."""

    id: UUID
    account_id: UUID
    account_name: str
    parent_id: UUID | None
    state: DelegationState
    starts_at: datetime
    ends_at: datetime
    created_at: datetime
    accepted_at: datetime | None
    ended_at: datetime | None
    ended_reason: Reason | None
    giver_id: UUID | None
    giver_name: str
    receiver_id: UUID | None
    receiver: PersonKey | None
    """None: forgotten, because it was not accepted."""
    receiver_name: str
    version: StoredVersion
    """The version in force; of one that was never accepted, the first."""
    offer: OpenOffer | None
    proposal: OpenOffer | None
    """What waits for confirmations, of which the receiver knows nothing."""
    of_this_owner: bool
    """Given since the account got its owner. No other concerns whoever manages it now."""

    @property
    def known_receivers(self) -> tuple[UUID, ...]:
        """The receiver, once they have accepted: before that nobody else is told who it is."""
        receiver = self.receiver_id
        return () if self.accepted_at is None or receiver is None else (receiver,)

    def is_seen_by(self, viewer: DelegationViewer) -> bool:
        """Return whether this viewer, whom it concerns, knows of it."""
        return (
            self.version.was_shown
            or viewer.person_id == self.giver_id
            or (viewer.sees_proposals(self.account_id) and self.of_this_owner)
        )


_V = VERSION_COLUMNS.count(",") + 1
_SUSPENDS = """(x.account_id = d.account_id OR x.person_id = d.receiver_id
    OR d.parent_id IS NOT NULL AND x.person_id = d.giver_id)"""
SELECT = f"""
SELECT d.id, d.account_id, k.name, d.parent_id, d.state, d.starts_at, d.ends_at, d.created_at,
       d.accepted_at, d.ended_at, d.ended_reason, d.giver_id, COALESCE(g.name, ''),
       d.receiver_id, r.country, r.code, COALESCE(r.name, ''),
       {suspended(_SUSPENDS, "statement_timestamp()")}, {OF_THIS_OWNER},
       statement_timestamp(), o.lapses_at, {VERSION_COLUMNS},
       {VERSION_COLUMNS.replace("v.", "o.")}
FROM delegation d
JOIN account k ON k.id = d.account_id
JOIN delegation_version v ON v.delegation_id = d.id AND v.number = d.version
LEFT JOIN delegation_version o ON o.delegation_id = d.id AND o.state IN ('proposed', 'offered')
LEFT JOIN person g ON g.id = d.giver_id
LEFT JOIN person r ON r.id = d.receiver_id
"""
"""SQL: a row of each delegation ``d`` with its version ``v``, and what is open ``o``."""


def view_of(row: Sequence[Any]) -> DelegationView:
    """Make the view of a row of ``SELECT``."""
    id_, account_id, account_name, parent_id, state, starts_at, ends_at, *more = row[:11]
    created_at, accepted_at, *end = more
    giver_id, giver_name, receiver_id, country, code, receiver_name = row[11:17]
    suspended, of_this_owner, now, lapses_at = row[17:21]
    current, offered = row[21 : 21 + _V], row[21 + _V :]
    stored = StoredState(DelegationState(state), starts_at, ends_at, lapses_at, suspended)
    version, shown = StoredVersion.of(current), shown_at(stored, now)
    is_open = lapses_at is not None and now < lapses_at
    waiting = OpenOffer(StoredVersion.of(offered), lapses_at) if is_open else None
    is_proposal = waiting is not None and waiting.version.state is VersionState.PROPOSED
    ended_at, ended_reason = end
    if shown.is_final and not stored.state.is_final:
        ended_at, ended_reason = _end_by_dates(stored, version)
    return DelegationView(
        id_,
        account_id,
        account_name,
        parent_id,
        shown,
        starts_at,
        ends_at,
        created_at,
        accepted_at,
        ended_at,
        Reason.from_json(ended_reason) if ended_reason else None,
        giver_id,
        giver_name,
        receiver_id,
        PersonKey(country, code) if country else None,
        receiver_name,
        version,
        None if is_proposal else waiting,
        waiting if is_proposal else None,
        of_this_owner,
    )


def _end_by_dates(
    stored: StoredState, version: StoredVersion
) -> tuple[datetime | None, dict[str, Any]]:
    """Return when and why a delegation is over by its dates, where no sweep has written it yet."""
    if stored.state in UNACCEPTED:
        about = (VersionState.LAPSED, version.delegation_id, version.number)
        return stored.lapses_at, reasons.not_accepted(*about).as_json()
    reason = reasons.ended(DelegationEnd.EXPIRED, version.delegation_id)
    return stored.ends_at, reason.as_json()
