"""Whether whoever placed an order may still do so, when it begins later."""

from collections.abc import Sequence
from typing import Any
from uuid import UUID

from sqlalchemy import text

from domain.access.decisions import decide
from domain.access.permissions import Permission
from domain.orders.giving import TO_GIVE
from storage.access import grant_queries, representatives
from storage.database import Session

_ORDERED_BY = text("""
SELECT o.account_id, o.person_id, i.service_id, i.permission, i.other_service_id,
    g.account_id AS giving_account_id, o.confirm = 'group' AS is_of_group, o.giver_confirms,
    o.giver_confirmed_at IS NULL
        OR COALESCE(o.giver_owner_id = COALESCE(a.company_id, a.person_id), FALSE) AS is_given
FROM service_order o JOIN service_order_item i ON i.order_id = o.id
LEFT JOIN service g ON g.id = i.other_service_id LEFT JOIN account a ON a.id = g.account_id
WHERE o.id = :id AND o.person_id IS NOT NULL
""")
_ACCOUNTS = text("""
SELECT account_id AS id FROM service_order WHERE id = :id AND account_id IS NOT NULL
UNION SELECT g.account_id FROM service_order_item i JOIN service g ON g.id = i.other_service_id
WHERE i.order_id = :id ORDER BY id
""")


def is_still_permitted(session: Session, order_id: UUID) -> bool:
    """Return whether whoever ordered it may still do so; a group has confirmed it for itself.

    Who represents the account's company may: what they order alone only bars something. That does
    not hold where a number moves between services: nobody orders that alone who may not. And the
    number is given by the orderer who may, or by its owner, the same who confirmed it.
    """
    rows = session.execute(_ORDERED_BY, {"id": order_id}).all()
    moving = [row for row in rows if row.other_service_id is not None]
    if not all(_may_give(session, row) for row in moving):
        return False
    if not rows or rows[0].is_of_group:
        return True
    person_id, account_id = rows[0].person_id, rows[0].account_id
    if representatives.accounts_of(session, person_id, [account_id]):
        return _may_order(session, moving)
    return _may_order(session, rows)


def accounts_of(session: Session, order_id: UUID) -> Sequence[UUID]:
    """Return the accounts on which whoever ordered it needs a permission, in order of their ids."""
    return session.execute(_ACCOUNTS, {"id": order_id}).scalars().all()


def _may_order(session: Session, rows: Sequence[Any]) -> bool:
    if not rows:
        return True
    held = grant_queries.held(session.connection(), rows[0].person_id, rows[0].account_id)
    return all(
        decide(Permission(row.permission), held, row.service_id).allowed
        for row in rows
        if row.permission is not None
    )


def _may_give(session: Session, row: Any) -> bool:
    if row.giver_confirms:
        is_given: bool = row.is_given
        return is_given
    held = grant_queries.held(session.connection(), row.person_id, row.giving_account_id)
    return decide(TO_GIVE, held).allowed
