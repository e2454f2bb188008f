"""Read the services that an order is for, as they stay until its transaction ends."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

from sqlalchemy import text

from domain.accounts import ServiceKind, ServiceStatus
from storage.catalogue.hosts import OF_CONTRACT
from storage.database import Session
from storage.orders.order_sight import OrderSight


@dataclass(frozen=True, slots=True)
class OrderedService:
    """A service that something is ordered for."""

    id: UUID
    account_id: UUID
    kind: ServiceKind
    status: ServiceStatus
    wanted: Mapping[str, Any]
    told: Mapping[str, Any]
    number: str | None = None
    """E.164, where it has one."""
    has_contract: bool = False
    """A contract about it is in force, or on its way."""
    promised: Mapping[str, Any] = field(default_factory=dict)
    """The characteristics that a pending service is going to have by its contract."""


_READ = text(f"""
SELECT s.id, s.account_id, s.kind, s.status, s.wanted, s.told, s.number, {OF_CONTRACT}
FROM service s WHERE s.id = ANY(:ids) ORDER BY s.id FOR SHARE OF s
""")
_ACCOUNT = text("SELECT EXISTS (SELECT FROM account WHERE id = :id)")


def lock(session: Session, ids: Collection[UUID]) -> dict[UUID, OrderedService]:
    """Read these services, those that there are; none ends or moves until the transaction ends."""
    return {
        row.id: OrderedService(
            row.id,
            row.account_id,
            ServiceKind(row.kind),
            ServiceStatus(row.status),
            row.wanted,
            row.told,
            row.number,
            row.has_contract,
            row.promised or {},
        )
        for row in session.execute(_READ, {"ids": sorted(ids)})
    }


def is_account(session: Session, account_id: UUID) -> bool:
    """Return whether there is such an account."""
    return bool(session.execute(_ACCOUNT, {"id": account_id}).scalar_one())


def seen_orders(session: Session, ids: Collection[UUID], sight: OrderSight) -> set[UUID]:
    """Return those of these orders that are seen."""
    statement = text(f"SELECT o.id FROM service_order o WHERE o.id = ANY(:ids) AND {sight.where}")
    return set(session.execute(statement, sight.parameters | {"ids": list(ids)}).scalars())
