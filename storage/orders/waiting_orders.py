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
    """An order that waits for the confirmation of the account that it is on."""

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
"""SQL: the order ``o`` waits for the confirmation of the account that it is on."""
ASKS_GIVER = f"""o.giver_confirms AND o.giver_confirmed_at IS NULL AND o.began_at IS NULL
    AND o.{beginning.OPEN} AND (o.confirm = 'nothing' OR o.confirmed_at IS NOT NULL)"""
"""SQL: the order ``o`` waits for the owner of the number that it takes, and for nobody else's word.

They are asked last, so that nobody is who has not somebody else's login behind the order.
"""
UNCONFIRMED = f"({WAITING} OR {ASKS_GIVER})"
"""SQL: the order ``o`` waits for a confirmation."""
_READ = f"""
SELECT o.id, o.account_id, a.company_id, o.person_id AS orderer_id, o.confirm, o.confirm_by
FROM service_order o JOIN account a ON a.id = o.account_id WHERE o.id = :id AND {WAITING}
"""
_WAITING = {False: text(_READ), True: text(f"{_READ} FOR NO KEY UPDATE OF o")}
_UNCONFIRMED = text(f"""
SELECT FROM service_order o WHERE o.id = :id AND {UNCONFIRMED} FOR NO KEY UPDATE
""")
_ASKS_GIVER = text(f"SELECT FROM service_order o WHERE o.id = :id AND {ASKS_GIVER}")


def read(
    connection: Connection | Session, order_id: UUID, *, lock: bool = False
) -> WaitingOrder | None:
    """Return an order that waits for that confirmation. None: there is none, or it does not."""
    row = connection.execute(_WAITING[lock], {"id": order_id}).one_or_none()
    if row is None:
        return None
    need = Confirmation(row.confirm)
    about = (row.id, row.account_id, row.company_id, row.orderer_id)
    return WaitingOrder(*about, need, row.confirm_by)


def lock_unconfirmed(session: Session, order_id: UUID) -> bool:
    """Lock an order if it waits for any confirmation; return whether it does."""
    return session.execute(_UNCONFIRMED, {"id": order_id}).one_or_none() is not None


def asks_giver(session: Session, order_id: UUID) -> bool:
    """Return whether an order waits for the owner of the number that it takes."""
    return session.execute(_ASKS_GIVER, {"id": order_id}).one_or_none() is not None
