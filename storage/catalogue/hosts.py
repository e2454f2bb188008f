"""Read services as hosts of products."""

from collections.abc import Iterable
from uuid import UUID

from sqlalchemy import text

from domain.accounts import ServiceKind, ServiceStatus
from domain.catalogue.orderability import HostService, products_of
from domain.catalogue.products import Product
from domain.inventory.characteristics import should_be
from storage.database import Connection

_ONE = text("""
SELECT kind, status, wanted, told FROM service WHERE id = :id AND account_id = :account_id
""")


def host(
    connection: Connection, account_id: UUID, service_id: UUID, catalogue: Iterable[Product]
) -> HostService | None:
    """Return a service of the account with the products that it has; None: there is none."""
    asked = {"id": service_id, "account_id": account_id}
    row = connection.execute(_ONE, asked).one_or_none()
    if row is None:
        return None
    values = should_be(row.wanted, row.told)
    kind = ServiceKind(row.kind)
    held = products_of(catalogue, kind, values)
    return HostService(kind, ServiceStatus(row.status), values, held)
