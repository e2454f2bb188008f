"""Read who placed orders of an account."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from uuid import UUID

from sqlalchemy import text

from storage.database import Connection
from storage.orders.order_sight import OF_PRESENT_OWNER

_PLACED = text(f"""
SELECT o.id, o.person_id, p.name, {OF_PRESENT_OWNER} AS is_of_present_owner
FROM service_order o LEFT JOIN person p ON p.id = o.person_id
WHERE o.account_id = :account AND o.id = ANY(:ids)
""")


@dataclass(frozen=True, slots=True)
class PlacedOrder:
    """An order, and who placed it."""

    id: UUID
    person_id: UUID | None
    """None: the operator."""
    name: str
    """Of the person; empty: nobody named them, or there is none."""
    is_of_present_owner: bool
    """Whether it was placed for the account's owner of now."""


def placed(
    connection: Connection, account_id: UUID, ids: Collection[UUID]
) -> Mapping[UUID, PlacedOrder]:
    """Return those of these orders that are of the account, by id."""
    if not ids:
        return {}
    rows = connection.execute(_PLACED, {"account": account_id, "ids": list(ids)})
    return {
        row.id: PlacedOrder(row.id, row.person_id, row.name or "", bool(row.is_of_present_owner))
        for row in rows
    }
