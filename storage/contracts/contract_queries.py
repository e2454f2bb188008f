"""Find contracts: the newest first, for operations."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import text

from domain.contracts.states import ContractState
from storage.contracts import rows
from storage.contracts.rows import StoredContract
from storage.database import Connection
from storage.id_prefix import IdPrefix, ids_with_prefix

Place = tuple[datetime, UUID]
"""Of a contract in the list: when it was created, and its id."""


@dataclass(frozen=True, slots=True)
class ContractFilter:
    """Which contracts; None: any."""

    account_id: UUID | None = None
    state: ContractState | None = None
    product: str | None = None
    before: Place | None = None
    """Those that were created before the one in this place."""


_LIST = f"""
SELECT {rows.COLUMNS} FROM contract c WHERE {{where}}
ORDER BY c.created_at DESC, c.id DESC LIMIT :limit
"""
_CONDITIONS = {
    "account_id": "c.account_id = :account_id",
    "product": "c.product = :product",
    "state": "c.state = :state",
    "created_at": "(c.created_at, c.id) < (:created_at, :id)",
}
_OF_SERVICE = text(f"""
SELECT {rows.COLUMNS} FROM contract c JOIN contract_service x ON x.contract_id = c.id
WHERE x.service_id = :id AND c.{rows.OPEN}
ORDER BY c.{rows.PROMISING}, c.created_at DESC, c.id LIMIT 1
""")
_PLACE = text("SELECT created_at, id FROM contract WHERE id = :id")


def newest(connection: Connection, wanted: ContractFilter, *, limit: int) -> list[StoredContract]:
    """Return contracts, the newest first."""
    before_at, before_id = wanted.before or (None, None)
    asked: dict[str, Any] = {
        "account_id": wanted.account_id,
        "product": wanted.product,
        "state": wanted.state and wanted.state.value,
        "created_at": before_at,
    }
    which = [_CONDITIONS[name] for name, value in asked.items() if value is not None]
    statement = text(_LIST.format(where=" AND ".join(which or ["TRUE"])))
    values = asked | {"id": before_id, "limit": limit}
    found = connection.execute(statement, {n: v for n, v in values.items() if v is not None})
    return [rows.stored(row) for row in found]


def of_service(connection: Connection, service_id: UUID) -> StoredContract | None:
    """Return the contract that a service is of: one in force, else one on its way. None: none."""
    row = connection.execute(_OF_SERVICE, {"id": service_id}).one_or_none()
    return None if row is None else rows.stored(row)


def place(connection: Connection, contract_id: UUID) -> Place | None:
    """Return the place of a contract in the list; None: there is no such contract."""
    found = connection.execute(_PLACE, {"id": contract_id}).one_or_none()
    return None if found is None else (found.created_at, found.id)


def ids(connection: Connection, prefix: IdPrefix) -> list[UUID]:
    """Return up to five contracts whose id begins so."""
    return ids_with_prefix(connection, "contract", prefix)
