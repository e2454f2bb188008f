"""Read what the confirmation of a contract's end says of it."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy import text

from domain.accounts import ServiceKind
from storage.database import Connection

_SET_AT = text("""
SELECT max(at) FROM event
WHERE subject_id = :id AND kind IN ('contract:changed', 'contract:told')
    AND after ->> 'state' = 'ending' AND after -> 'counts_as_before' IS NULL
    AND after -> 'ends_at' IS NOT NULL
""")
_SERVICES = text("""
SELECT s.kind, s.name, s.number FROM contract_service x JOIN service s ON s.id = x.service_id
WHERE x.contract_id = :id ORDER BY s.number NULLS LAST, s.name, s.id
""")


@dataclass(frozen=True, slots=True)
class EndedService:
    """A service that a contract was about."""

    kind: ServiceKind
    name: str
    number: str | None


def set_at(connection: Connection, contract_id: UUID) -> datetime | None:
    """Return when the end of a contract was set last; None: the history does not say."""
    at: datetime | None = connection.execute(_SET_AT, {"id": contract_id}).scalar_one()
    return at


def services(connection: Connection, contract_id: UUID) -> list[EndedService]:
    """Return the services that a contract was about, those with a number first."""
    found = connection.execute(_SERVICES, {"id": contract_id})
    return [EndedService(ServiceKind(row.kind), row.name, row.number) for row in found]
