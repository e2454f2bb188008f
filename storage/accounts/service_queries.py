"""Read services: one, or those of an account by pages."""

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from sqlalchemy import Connection, text

from domain.accounts import ServiceKind, ServiceLabel, ServiceStatus


@dataclass(frozen=True, slots=True)
class ServiceRead:
    """A service of an account."""

    id: UUID
    account_id: UUID
    kind: ServiceKind
    number: str | None
    name: str
    status: ServiceStatus

    def label(self, *, with_number: bool = True) -> ServiceLabel:
        """Return what people know it by."""
        return ServiceLabel(self.id, self.kind, self.number if with_number else None, self.name)


_COLUMNS = "id, account_id, kind, number, name, status"
_ONE = text(f"SELECT {_COLUMNS} FROM service WHERE id = :id")
_USED = text("SELECT EXISTS (SELECT FROM service WHERE id = :id AND user_id = :person)")
_LABELS = text(f"""
SELECT {_COLUMNS} FROM service WHERE id = ANY(:ids) AND account_id = ANY(:accounts)
""")
_OF_ACCOUNT = text(f"""
SELECT {_COLUMNS} FROM service
WHERE account_id = :account AND (CAST(:after AS uuid) IS NULL OR id > :after)
  AND (CAST(:only AS uuid[]) IS NULL OR id = ANY(:only))
ORDER BY id LIMIT :limit
""")


def service(connection: Connection, service_id: UUID) -> ServiceRead | None:
    """Return the service with this id, None where there is none."""
    row = connection.execute(_ONE, {"id": service_id}).one_or_none()
    return None if row is None else _read(row)


def is_used_by(connection: Connection, service_id: UUID, person_id: UUID) -> bool:
    """Return whether this person has the service's SIM, as the operator told."""
    asked = {"id": service_id, "person": person_id}
    return bool(connection.execute(_USED, asked).scalar_one())


def services_of(
    connection: Connection,
    account_id: UUID,
    *,
    only: Collection[UUID] | None,
    after: UUID | None,
    limit: int,
) -> list[ServiceRead]:
    """Return up to ``limit`` services of this account, by id, after ``after``.

    ``only``: no others than these; None: every service.
    """
    asked = {
        "account": account_id,
        "only": None if only is None else list(only),
        "after": after,
        "limit": limit,
    }
    return [_read(row) for row in connection.execute(_OF_ACCOUNT, asked)]


def labels(
    connection: Connection, account_ids: Iterable[UUID], ids: Iterable[UUID]
) -> dict[UUID, ServiceRead]:
    """Return those of these services that belong to one of the accounts now, by id."""
    asked = {"ids": list(ids), "accounts": list(account_ids)}
    if not asked["ids"]:
        return {}
    return {row.id: _read(row) for row in connection.execute(_LABELS, asked)}


def _read(row: Sequence[Any]) -> ServiceRead:
    id_, account_id, kind, number, name, status = row
    return ServiceRead(id_, account_id, ServiceKind(kind), number, name, ServiceStatus(status))
