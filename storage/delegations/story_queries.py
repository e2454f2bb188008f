"""Read what there is of a delegation: every version of its terms, its grants, and its parents."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy import text

from domain.reasons import Reason
from storage.database import Connection
from storage.delegations.rows import VERSION_COLUMNS, StoredVersion
from storage.id_prefix import IdPrefix, ids_with_prefix


@dataclass(frozen=True, slots=True)
class DatedVersion:
    """A version of a delegation's terms, and since when there is one."""

    version: StoredVersion
    imported: bool
    """True: the operator's systems gave it."""
    created_at: datetime
    accepted_at: datetime | None


@dataclass(frozen=True, slots=True)
class DelegatedGrant:
    """A grant that carries out a delegation, or did."""

    id: UUID
    service_id: UUID | None
    """None: the whole account."""
    since: datetime | None
    """None: it ended before it began."""
    until: datetime | None
    ended_reason: Reason | None


_VERSIONS = text(f"""
SELECT v.imported, v.created_at, v.accepted_at, {VERSION_COLUMNS} FROM delegation_version v
WHERE v.delegation_id = :id ORDER BY v.number
""")
_GRANTS = text("""
SELECT id, service_id, lower(validity), upper(validity), ended_reason FROM access_grant
WHERE delegation_id = :id ORDER BY created_at, id
""")
_PARENTS = text("""
WITH RECURSIVE above AS (
    SELECT parent_id, 1 AS level FROM delegation WHERE id = :id
    UNION ALL
    SELECT d.parent_id, a.level + 1 FROM delegation d JOIN above a ON d.id = a.parent_id
)
SELECT parent_id FROM above WHERE parent_id IS NOT NULL ORDER BY level
""")


def ids(connection: Connection, prefix: IdPrefix) -> list[UUID]:
    """Return up to five delegations whose id begins so."""
    return ids_with_prefix(connection, "delegation", prefix)


def versions(connection: Connection, delegation_id: UUID) -> Sequence[DatedVersion]:
    """Return every version of a delegation's terms, the first one first."""
    rows = connection.execute(_VERSIONS, {"id": delegation_id})
    return [
        DatedVersion(StoredVersion.of(columns), imported, created_at, accepted_at)
        for imported, created_at, accepted_at, *columns in rows
    ]


def grants(connection: Connection, delegation_id: UUID) -> Sequence[DelegatedGrant]:
    """Return every grant of a delegation, also those that have ended, the oldest first."""
    rows = connection.execute(_GRANTS, {"id": delegation_id})
    return [
        DelegatedGrant(id_, service_id, since, until, Reason.from_json(why) if why else None)
        for id_, service_id, since, until, why in rows
    ]


def parents(connection: Connection, delegation_id: UUID) -> Sequence[UUID]:
    """Return the delegations that this one was passed on from, the nearest first."""
    return list(connection.execute(_PARENTS, {"id": delegation_id}).scalars())
