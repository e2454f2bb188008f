"""Read services as hosts of products."""

from collections.abc import Iterable
from uuid import UUID

from sqlalchemy import text

from domain.accounts import ServiceKind, ServiceStatus
from domain.catalogue.orderability import HostService, products_of
from domain.catalogue.products import Product
from domain.inventory.characteristics import should_be
from storage.database import Connection

_OPEN_CONTRACT = """FROM contract_service x JOIN contract c ON c.id = x.contract_id
    WHERE x.service_id = s.id AND c.state NOT IN ('ended', 'declined', 'lapsed', 'cancelled')"""
OF_CONTRACT = f"""EXISTS (SELECT {_OPEN_CONTRACT}) AS has_contract,
    CASE WHEN s.status = 'pending' THEN (SELECT c.terms -> 'parameters' {_OPEN_CONTRACT}
        ORDER BY c.created_at DESC LIMIT 1) END AS promised"""
"""Columns: whether the service ``s`` has a contract in force, or on its way, and the
characteristics that a pending one is going to have by it."""
_ONE = text(f"""
SELECT kind, status, wanted, told, {OF_CONTRACT}
FROM service s WHERE id = :id AND account_id = :account_id
""")


def host(
    connection: Connection, account_id: UUID, service_id: UUID, catalogue: Iterable[Product]
) -> HostService | None:
    """Return a service of the account with the products that it has; None: there is none."""
    asked = {"id": service_id, "account_id": account_id}
    row = connection.execute(_ONE, asked).one_or_none()
    if row is None:
        return None
    values = {**(row.promised or {}), **should_be(row.wanted, row.told)}
    kind = ServiceKind(row.kind)
    held = products_of(catalogue, kind, values)
    return HostService(kind, ServiceStatus(row.status), values, held, row.has_contract)
