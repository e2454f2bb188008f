"""Read the orders of one account by pages, the newest first."""

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from sqlalchemy import Connection, text

from storage.orders import beginning
from storage.orders.order_sight import OF_PRESENT_OWNER

_PAGE = f"""
SELECT o.id FROM service_order o
WHERE o.account_id = :account AND (:of_any_owner OR {OF_PRESENT_OWNER})
  AND (CAST(:orderer AS uuid) IS NULL OR o.person_id = :orderer)
  AND (CAST(:service AS uuid) IS NULL OR EXISTS (
      SELECT FROM service_order_item i WHERE i.order_id = o.id AND i.service_id = :service))
  AND (o.ordered_at, o.id) < (
      COALESCE(CAST(:before AS timestamptz), 'infinity'), CAST(:before_id AS uuid)) {{which}}
ORDER BY o.ordered_at DESC, o.id DESC LIMIT :limit
"""
_IDS = {
    True: text(_PAGE.format(which=f"AND o.{beginning.OPEN}")),
    False: text(_PAGE.format(which="")),
}
_LAST = UUID(int=2**128 - 1)


def page_of(
    connection: Connection,
    account_id: UUID,
    *,
    orderer_id: UUID | None,
    of_any_owner: bool,
    service_id: UUID | None = None,
    only_open: bool,
    before: tuple[datetime, UUID] | None,
    limit: int,
) -> Sequence[UUID]:
    """Return ids of orders on this account.

    ``of_any_owner``: also those of the account's earlier owners. ``orderer_id``: only what this
    person placed; None: all. ``service_id``: only those with an item for it; None: all.
    ``before``: time and id of the last order of the page before.
    """
    at, id_ = before or (None, _LAST)
    asked = {"account": account_id, "orderer": orderer_id, "before": at, "before_id": id_}
    more = {"of_any_owner": of_any_owner, "service": service_id, "limit": limit}
    return connection.execute(_IDS[only_open], asked | more).scalars().all()
