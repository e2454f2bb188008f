"""Read what services should be, what was told of them, and what their networks have."""

from collections.abc import Collection
from typing import Any
from uuid import UUID

from sqlalchemy import text

from domain.accounts import ServiceKind
from domain.inventory import told
from domain.inventory.inventories import Inventory, Reading
from storage.database import Connection

_OF = text("""
SELECT s.id, s.kind, s.wanted, s.wanted_version, s.told, s.told_at, r.has, r.read_at
FROM service s LEFT JOIN service_reading r ON r.service_id = s.id WHERE s.id = ANY(:ids)
""")
_BOTH = text("SELECT wanted, told FROM service WHERE id = :id")


def of_services(connection: Connection, service_ids: Collection[UUID]) -> dict[UUID, Inventory]:
    """Return the inventories of these services, by id."""
    if not service_ids:
        return {}
    return {row.id: _read(row) for row in connection.execute(_OF, {"ids": list(service_ids)})}


def told_otherwise(connection: Connection, service_id: UUID) -> list[str]:
    """Return the names of what orders set of this service and its record tells differently."""
    row = connection.execute(_BOTH, {"id": service_id}).one_or_none()
    return [] if row is None else told.told_otherwise(row.wanted, row.told)


def _read(row: Any) -> Inventory:
    reading = None if row.has is None else Reading(row.has, row.read_at)
    return Inventory(
        ServiceKind(row.kind), row.wanted, row.wanted_version, row.told, row.told_at, reading
    )
