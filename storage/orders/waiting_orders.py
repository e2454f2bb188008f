"""Read and lock orders that wait for a confirmation."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy import text

from domain.catalogue.products import Confirmation
from storage.database import Connection, Session
from storage.orders import beginning


@dataclass(frozen=True, slots=True)
class WaitingOrder:
    """An order that waits for a confirmation."""

    id: UUID
    account_id: UUID
    company_id: UUID | None
    """Owner of the account; None: a person is."""
    orderer_id: UUID | None
    """The person who placed it."""
    need: Confirmation
    confirm_by: datetime
    """When it is cancelled if nobody has confirmed it."""


WAITING = f"""o.confirm <> 'nothing' AND o.confirmed_at IS NULL AND o.began_at IS NULL
    AND o.{beginning.OPEN}"""
"""SQL: the order ``o`` waits for a confirmation."""
_READ = f"""
SELECT o.id, o.account_id, a.company_id, o.person_id AS orderer_id, o.confirm, o.confirm_by
FROM service_order o JOIN account a ON a.id = o.account_id WHERE o.id = :id AND {WAITING}
"""
_WAITING = {False: text(_READ), True: text(f"{_READ} FOR NO KEY UPDATE OF o")}


def read(
    connection: Connection | Session, order_id: UUID, *, lock: bool = False
) -> WaitingOrder | None:
    """Return an order that waits for a confirmation. None: there is none, or it does not wait."""
    row = connection.execute(_WAITING[lock], {"id": order_id}).one_or_none()
    if row is None:
        return None
    need = Confirmation(row.confirm)
    about = (row.id, row.account_id, row.company_id, row.orderer_id)
    return WaitingOrder(*about, need, row.confirm_by)
