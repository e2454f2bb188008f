"""Orders that take a number, as the owner of the number sees them: who asks, and for which one."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import Row, text

from domain.approvals import number_acts
from domain.approvals.acts import Act
from domain.approvals.number_acts import NumberGiven
from domain.orders.states import OrderState
from storage.database import Connection, Session
from storage.orders import waiting_orders


@dataclass(frozen=True, slots=True)
class NumberRequest:
    """A request to let a number go. Nothing of the service that takes it."""

    order_id: UUID
    account_id: UUID
    """That of the number."""
    company_id: UUID | None
    """Owner of that account; None: a person is."""
    owner_id: UUID
    """The company or person who owns it."""
    service_id: UUID
    """The service that has the number, or had it."""
    number: str
    """E.164; empty: erased."""
    receiver_id: UUID
    """The company or person on whose account it is to be."""
    state: OrderState
    asked_at: datetime
    confirm_by: datetime
    """When the order is cancelled unless it is confirmed."""
    confirmed_at: datetime | None
    """When it was confirmed in the name of the owner of the number."""
    began_at: datetime | None
    ended_at: datetime | None
    is_waiting: bool
    """It waits for that confirmation."""

    @property
    def act(self) -> Act:
        """The act that the owner of the number confirms."""
        given = NumberGiven(self.order_id, self.service_id, self.number, self.receiver_id)
        return number_acts.give(self.company_id, self.account_id, given)


_OWNER = "COALESCE(a.company_id, a.person_id)"
_NUMBER = "COALESCE(i.parameters ->> 'number', '')"
_ASKS = f"({waiting_orders.ASKS_GIVER} AND g.own_number = {_NUMBER})"
# A later owner of the account sees what is asked of them, and not what earlier ones confirmed.
_READ = f"""
SELECT o.id AS order_id, g.account_id, a.company_id, {_OWNER} AS owner_id, g.id AS service_id,
    {_NUMBER} AS number, o.owner_id AS receiver_id, o.state,
    COALESCE(o.confirmed_at, o.ordered_at) AS asked_at, o.confirm_by,
    o.giver_confirmed_at AS confirmed_at, o.began_at, o.ended_at, {_ASKS} AS is_waiting
FROM service_order_item i JOIN service_order o ON o.id = i.order_id
JOIN service g ON g.id = i.other_service_id JOIN account a ON a.id = g.account_id
WHERE o.giver_confirms AND ({_ASKS} OR o.giver_owner_id = {_OWNER})
"""
_ONE = text(f"{_READ} AND o.id = :id")
_LOCK = text("SELECT FROM service_order WHERE id = :id FOR NO KEY UPDATE")
_PAGE = text(f"""
SELECT * FROM ({_READ}
    AND i.other_service_id IN (SELECT id FROM service WHERE account_id = :account)) found
WHERE (found.asked_at, found.order_id) < (
    COALESCE(CAST(:before AS timestamptz), 'infinity'), CAST(:before_id AS uuid))
ORDER BY found.asked_at DESC, found.order_id DESC LIMIT :limit
""")
_LAST = UUID(int=2**128 - 1)


def read(connection: Connection | Session, order_id: UUID) -> NumberRequest | None:
    """Return what an order asks of the owner of a number. None: nothing, or not of today's."""
    row = connection.execute(_ONE, {"id": order_id}).one_or_none()
    return None if row is None else _request(row)


def lock(session: Session, order_id: UUID) -> NumberRequest | None:
    """Lock an order, and return what it asks then. As ``read``."""
    session.execute(_LOCK, {"id": order_id})  # by itself: its items are read as they are after it
    return read(session, order_id)


def page_of(
    connection: Connection,
    account_id: UUID,
    *,
    before: tuple[datetime, UUID] | None,
    limit: int,
) -> Sequence[NumberRequest]:
    """Return the requests for numbers of an account, the newest first.

    ``before``: time and order of the last one of the page before.
    """
    at, id_ = before or (None, _LAST)
    asked = {"account": account_id, "before": at, "before_id": id_, "limit": limit}
    return [_request(row) for row in connection.execute(_PAGE, asked)]


def _request(row: Row[Any]) -> NumberRequest:
    return NumberRequest(**row._asdict() | {"state": OrderState(row.state)})
