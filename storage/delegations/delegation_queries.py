"""Read delegations as people see them: state at this moment, terms, names, and an open offer."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any
from uuid import UUID

from sqlalchemy import text

from domain.delegations import reasons
from domain.delegations.states import (
    DelegationEnd,
    DelegationState,
    StoredState,
    VersionState,
    shown_at,
)
from domain.identifiers import PersonKey
from domain.reasons import Reason
from storage.access.grant_rows import suspended
from storage.database import Connection
from storage.delegations.rows import OF_THIS_OWNER, VERSION_COLUMNS, StoredVersion


class Side(StrEnum):
    """How a delegation concerns a person."""

    GIVEN = "given"
    RECEIVED = "received"
    """Accepted, whatever became of it since."""
    OFFERED = "offered"
    """To be accepted or declined: a delegation, or new terms of one."""


@dataclass(frozen=True, slots=True)
class OpenOffer:
    """A version that waits for its acceptance."""

    version: StoredVersion
    lapses_at: datetime


@dataclass(frozen=True, slots=True)
class DelegationView:
    """A delegation at the moment it was read."""

    id: UUID
    account_id: UUID
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
    of_this_owner: bool
    """Given since the account got its owner. No other concerns whoever manages it now."""


_V = VERSION_COLUMNS.count(",") + 1
_SUSPENDS = """(x.account_id = d.account_id OR x.person_id = d.receiver_id
    OR d.parent_id IS NOT NULL AND x.person_id = d.giver_id)"""
_SELECT = f"""
SELECT d.id, d.account_id, d.parent_id, d.state, d.starts_at, d.ends_at, d.created_at,
       d.accepted_at, d.ended_at, d.ended_reason, d.giver_id, COALESCE(g.name, ''),
       d.receiver_id, r.country, r.code, COALESCE(r.name, ''),
       {suspended(_SUSPENDS, "statement_timestamp()")}, {OF_THIS_OWNER},
       statement_timestamp(), o.lapses_at, {VERSION_COLUMNS},
       {VERSION_COLUMNS.replace("v.", "o.")}
FROM delegation d
JOIN delegation_version v ON v.delegation_id = d.id AND v.number = d.version
LEFT JOIN delegation_version o ON o.delegation_id = d.id AND o.state = 'offered'
LEFT JOIN person g ON g.id = d.giver_id
LEFT JOIN person r ON r.id = d.receiver_id
"""
_PAGE = "AND (CAST(:after AS uuid) IS NULL OR d.id > :after) ORDER BY d.id LIMIT :limit"
_ONE = text(f"{_SELECT} WHERE d.id = :id")
_ALL = text(f"""
{_SELECT} WHERE (CAST(:account AS uuid) IS NULL OR d.account_id = :account)
  AND (CAST(:person AS uuid) IS NULL OR :person IN (d.receiver_id, d.giver_id)) {_PAGE}
""")
_OF_ACCOUNT = text(f"""
{_SELECT} WHERE d.account_id = :account AND (NOT :of_this_owner OR {OF_THIS_OWNER}) {_PAGE}
""")
_OPEN_OF_ACCOUNT = text(f"""
{_SELECT} WHERE d.account_id = :account AND d.ended_at IS NULL
  AND d.ends_at > statement_timestamp()
  AND (d.accepted_at IS NOT NULL OR o.lapses_at > statement_timestamp()) {_PAGE}
""")
_OF_PERSON = {
    Side.GIVEN: text(f"{_SELECT} WHERE d.giver_id = :person {_PAGE}"),
    Side.RECEIVED: text(f"""
        {_SELECT} WHERE d.receiver_id = :person AND d.accepted_at IS NOT NULL {_PAGE}"""),
    Side.OFFERED: text(f"""
        {_SELECT} WHERE d.receiver_id = :person AND d.ended_at IS NULL
          AND o.lapses_at > statement_timestamp() {_PAGE}"""),
}
_ENDED_EVENT = text("""
SELECT max(id) FROM event WHERE subject_id = :id AND kind = 'delegation:ended'
""")


def one(connection: Connection, delegation_id: UUID) -> DelegationView | None:
    """Read a delegation; None: there is none with this id."""
    row = connection.execute(_ONE, {"id": delegation_id}).one_or_none()
    return None if row is None else _view(row)


def every(
    connection: Connection,
    *,
    account_id: UUID | None,
    person_id: UUID | None,
    after: UUID | None,
    limit: int,
) -> list[DelegationView]:
    """Read up to ``limit`` delegations on an account and of a person, by id, after ``after``.

    None: on any account, of any giver and receiver.
    """
    asked = {"account": account_id, "person": person_id, "after": after, "limit": limit}
    return [_view(row) for row in connection.execute(_ALL, asked)]


def of_account(
    connection: Connection,
    account_id: UUID,
    *,
    ended_too: bool,
    of_this_owner: bool,
    after: UUID | None,
    limit: int,
) -> list[DelegationView]:
    """Read up to ``limit`` delegations on an account, by id, after ``after``.

    ``of_this_owner``: of those that ended, only the ones given since the account got its owner.
    """
    asked: dict[str, Any] = {"account": account_id, "after": after, "limit": limit}
    if not ended_too:
        return [_view(row) for row in connection.execute(_OPEN_OF_ACCOUNT, asked)]
    found = connection.execute(_OF_ACCOUNT, asked | {"of_this_owner": of_this_owner})
    return [_view(row) for row in found]


def of_person(
    connection: Connection, person_id: UUID, side: Side, *, after: UUID | None, limit: int
) -> list[DelegationView]:
    """Read up to ``limit`` delegations that concern a person so, by id, after ``after``."""
    asked = {"person": person_id, "after": after, "limit": limit}
    return [_view(row) for row in connection.execute(_OF_PERSON[side], asked)]


def ended_event(connection: Connection, delegation_id: UUID) -> int | None:
    """Return the id of the event of a delegation's end; None: it has not ended."""
    found: int | None = connection.execute(_ENDED_EVENT, {"id": delegation_id}).scalar_one()
    return found


def _view(row: Sequence[Any]) -> DelegationView:
    id_, account_id, parent_id, state, starts_at, ends_at, created_at, *more = row[:10]
    accepted_at, *end = more
    giver_id, giver_name, receiver_id, country, code, receiver_name = row[10:16]
    suspended, of_this_owner, now, lapses_at = row[16:20]
    current, offered = row[20 : 20 + _V], row[20 + _V :]
    stored = StoredState(DelegationState(state), starts_at, ends_at, lapses_at, suspended)
    version, shown = StoredVersion.of(current), shown_at(stored, now)
    ended_at, ended_reason = end
    if shown.is_final and not stored.state.is_final:
        ended_at, ended_reason = _end_by_dates(stored, version)
    return DelegationView(
        id_,
        account_id,
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
        OpenOffer(StoredVersion.of(offered), lapses_at) if lapses_at and now < lapses_at else None,
        of_this_owner,
    )


def _end_by_dates(
    stored: StoredState, version: StoredVersion
) -> tuple[datetime | None, dict[str, Any]]:
    """Return when and why a delegation is over by its dates, where no sweep has written it yet."""
    if stored.state is DelegationState.AWAITING_ACCEPTANCE:
        about = (VersionState.LAPSED, version.delegation_id, version.number)
        return stored.lapses_at, reasons.not_accepted(*about).as_json()
    reason = reasons.ended(DelegationEnd.EXPIRED, version.delegation_id)
    return stored.ends_at, reason.as_json()
