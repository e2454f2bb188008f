"""Read delegations and versions of their terms, and lock them before a change.

Locks: companies, persons, services, accounts, grants, delegations, each kind by id. Whoever gives
or accepts locks the grants that the delegation rests on, in the transaction that writes it; whoever
ends or changes what a delegation gives ends its grants first. So of two that meet, the second one
sees what the first did, and no delegation outlives what it rests on.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Self
from uuid import UUID

from sqlalchemy import text

from domain.access.permissions import Permission
from domain.delegations.basis import Basis
from domain.delegations.states import DelegationState, VersionState
from domain.delegations.terms import Terms
from storage.audit.event_queries import OWNER_CHANGE
from storage.database import Connection, Session


@dataclass(frozen=True, slots=True)
class StoredDelegation:
    """A delegation as it is stored."""

    id: UUID
    account_id: UUID
    receiver_id: UUID | None
    giver_id: UUID | None
    parent_id: UUID | None
    state: DelegationState
    version: int
    starts_at: datetime
    ends_at: datetime
    accepted_at: datetime | None

    @property
    def accepted_by(self) -> UUID:
        """The receiver, who is forgotten only where it is not accepted."""
        if self.receiver_id is None:
            raise ValueError("the delegation was never accepted")
        return self.receiver_id

    @classmethod
    def of(cls, columns: Sequence[Any]) -> Self:
        """From a row of ``_COLUMNS``."""
        id_, account_id, receiver_id, giver_id, parent_id, state, *others = columns
        people = (receiver_id, giver_id)
        return cls(id_, account_id, *people, parent_id, DelegationState(state), *others)


@dataclass(frozen=True, slots=True)
class StoredVersion:
    """A version of a delegation's terms as it is stored."""

    id: UUID
    delegation_id: UUID
    number: int
    terms: Terms
    basis: Basis
    state: VersionState
    lapsed: bool
    """Whether its time to be confirmed or accepted is over."""
    was_shown: bool
    """Whether its receiver knows it: it was offered, or counted at once. False: proposed only."""

    @classmethod
    def of(cls, columns: Sequence[Any]) -> Self:
        """From a row of ``VERSION_COLUMNS``."""
        id_, delegation_id, number, role, permissions, services, *others = columns
        first, last, may_pass_on, purpose, basis, state, *seen = others
        terms = Terms(
            role,
            frozenset(map(Permission, permissions)),
            frozenset(services),
            first,
            last,
            may_pass_on,
            purpose,
        )
        stored = (id_, delegation_id, number, terms, Basis.from_json(basis))
        return cls(*stored, VersionState(state), *seen)


_COLUMNS = """d.id, d.account_id, d.receiver_id, d.giver_id, d.parent_id, d.state, d.version,
       d.starts_at, d.ends_at, d.accepted_at"""
VERSION_COLUMNS = """v.id, v.delegation_id, v.number, v.role, v.permissions, v.service_ids,
       v.from_day, v.through_day, v.may_pass_on, v.purpose, v.basis, v.state,
       v.lapses_at <= clock_timestamp(), (v.offered_at IS NOT NULL OR v.accepted_at IS NOT NULL)"""
OF_THIS_OWNER = f"""NOT EXISTS (
    SELECT FROM event e
    WHERE e.subject_id = d.account_id AND {OWNER_CHANGE}
      AND e.id > (SELECT min(given.id) FROM event given WHERE given.subject_id = d.id))"""
"""SQL: whether the delegation ``d`` was given since its account got its owner.

By the order of events, as the history: both are written with the account locked.
"""
_LOCK = text(f"""
SELECT {_COLUMNS} FROM delegation d WHERE d.id = ANY(:ids) ORDER BY d.id FOR NO KEY UPDATE
""")
_READ_ALL = text(f"SELECT {_COLUMNS} FROM delegation d WHERE d.id = ANY(:ids)")
_READ = text(f"SELECT {_COLUMNS} FROM delegation d WHERE d.id = :id")
_VERSION = text(f"SELECT {VERSION_COLUMNS} FROM delegation_version v WHERE v.id = :id")
_IN_FORCE = text(f"""
SELECT {VERSION_COLUMNS} FROM delegation_version v
WHERE v.delegation_id = ANY(:ids) AND v.state = 'accepted'
""")
_ON_OFFER = text(f"""
SELECT {VERSION_COLUMNS} FROM delegation_version v
WHERE v.delegation_id = ANY(:ids) AND v.state = 'offered'
""")
_OPEN = text(f"""
SELECT {VERSION_COLUMNS} FROM delegation_version v
WHERE v.delegation_id = ANY(:ids) AND v.state IN ('proposed', 'offered')
""")
_NUMBERED = text(f"""
SELECT {VERSION_COLUMNS} FROM delegation_version v
WHERE v.delegation_id = :id AND v.number = :number
""")
_IMPORTED = text(f"""
SELECT DISTINCT ON (v.delegation_id) {VERSION_COLUMNS} FROM delegation_version v
WHERE v.delegation_id = ANY(:ids) AND v.imported ORDER BY v.delegation_id, v.number DESC
""")
_LAST_NUMBER = text("SELECT max(number) FROM delegation_version WHERE delegation_id = :id")
_CHILDREN = text("""
SELECT id FROM delegation WHERE parent_id = ANY(:ids) AND ended_at IS NULL ORDER BY id
""")


def lock(session: Session, ids: Iterable[UUID]) -> dict[UUID, StoredDelegation]:
    """Lock delegations until the transaction ends, by id, and read them."""
    rows = session.execute(_LOCK, {"ids": list(ids)})
    return {row.id: StoredDelegation.of(row) for row in rows}


def read(connection: Connection, delegation_id: UUID) -> StoredDelegation | None:
    """Read a delegation; None: there is none with this id."""
    row = connection.execute(_READ, {"id": delegation_id}).one_or_none()
    return None if row is None else StoredDelegation.of(row)


def read_all(connection: Connection, ids: Iterable[UUID]) -> dict[UUID, StoredDelegation]:
    """Read delegations, by id."""
    rows = connection.execute(_READ_ALL, {"ids": list(ids)})
    return {row.id: StoredDelegation.of(row) for row in rows}


def version(connection: Connection, version_id: UUID) -> StoredVersion | None:
    """Read a version; None: there is none with this id."""
    row = connection.execute(_VERSION, {"id": version_id}).one_or_none()
    return None if row is None else StoredVersion.of(row)


def numbered(connection: Connection, delegation_id: UUID, number: int) -> StoredVersion | None:
    """Read the version of a delegation with this number; None: there is none."""
    row = connection.execute(_NUMBERED, {"id": delegation_id, "number": number}).one_or_none()
    return None if row is None else StoredVersion.of(row)


def offered_to(
    connection: Connection, receiver_id: UUID, version_id: UUID
) -> tuple[StoredDelegation, StoredVersion] | None:
    """Read a version, in any state, and its delegation; None: none was offered to this person."""
    offered = version(connection, version_id)
    if offered is None:
        return None
    found = read(connection, offered.delegation_id)
    shown = found is not None and found.receiver_id == receiver_id and offered.was_shown
    return (found, offered) if found and shown else None


def in_force(connection: Connection, ids: Iterable[UUID]) -> dict[UUID, StoredVersion]:
    """Read the accepted version of each of these delegations that has one, by delegation."""
    rows = connection.execute(_IN_FORCE, {"ids": list(ids)})
    return {row.delegation_id: StoredVersion.of(row) for row in rows}


def on_offer(connection: Connection, ids: Iterable[UUID]) -> dict[UUID, StoredVersion]:
    """Read the offered version of each of these delegations that has one, by delegation."""
    rows = connection.execute(_ON_OFFER, {"ids": list(ids)})
    return {row.delegation_id: StoredVersion.of(row) for row in rows}


def proposed_or_on_offer(connection: Connection, ids: Iterable[UUID]) -> dict[UUID, StoredVersion]:
    """Read the version of each of these delegations that may come to count, by delegation."""
    rows = connection.execute(_OPEN, {"ids": list(ids)})
    return {row.delegation_id: StoredVersion.of(row) for row in rows}


def imported(connection: Connection, ids: Iterable[UUID]) -> dict[UUID, StoredVersion]:
    """Read the version that the operator's systems gave last of each that was imported."""
    rows = connection.execute(_IMPORTED, {"ids": list(ids)})
    return {row.delegation_id: StoredVersion.of(row) for row in rows}


def children(connection: Connection, ids: Iterable[UUID]) -> list[UUID]:
    """Return the open delegations that were passed on from these."""
    return list(connection.execute(_CHILDREN, {"ids": list(ids)}).scalars())


def last_number(connection: Connection, delegation_id: UUID) -> int:
    """Return the number of the newest version of a delegation, accepted or not."""
    number: int = connection.execute(_LAST_NUMBER, {"id": delegation_id}).scalar_one()
    return number
