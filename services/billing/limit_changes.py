"""The history of credit limits, as somebody sees it: by whom, and by which order."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import NamedTuple
from uuid import UUID

from domain.access.permissions import Permission
from domain.billing.credit_limit import ChangedBy, LimitChange
from domain.processes import ProcessType
from services.billing.billed_services import BilledServices
from storage.database import Connection
from storage.orders import orderers
from storage.orders.orderers import PlacedOrder


class ShownChange(NamedTuple):
    """A change of a limit, as somebody sees it."""

    change: LimitChange
    name: str | None
    """Of whoever changed it; None: it is not known, or not for this reader."""
    order_id: UUID | None
    """The order that changed it; None: none did, or this reader does not see it."""


@dataclass(frozen=True, slots=True)
class ChangeReader:
    """The reader of the history."""

    seen: BilledServices
    person_id: UUID | None
    """None: staff, or a person whom nobody knows."""

    @property
    def is_staff(self) -> bool:
        return self.seen.sight.held is None

    def sees(self, change: LimitChange) -> bool:
        """Return whether they see a change: none from before the account got its owner."""
        since = self.seen.owned_since
        return self.seen.sees(change.service_id) and (since is None or change.at >= since)

    def sees_order(self, order: PlacedOrder | None) -> bool:
        """Return whether they see an order, as the lists of orders do."""
        if order is None or self.is_staff:
            return order is not None
        is_theirs = self.person_id is not None and order.person_id == self.person_id
        sees_all = self.seen.sight.sees(Permission.SERVICE_VIEW)
        return order.is_of_present_owner and (is_theirs or sees_all)

    def name_of(self, change: LimitChange, order: PlacedOrder | None) -> str | None:
        """Return the name of whoever changed a limit, if it is for them.

        Customers are named to those who see who has access to the account, and to themselves; staff
        of the operator to staff.
        """
        if order is not None and order.person_id is not None:
            is_theirs = order.person_id == self.person_id
            return (order.name or None) if is_theirs or self._sees_customers else None
        is_customer = change.by is ChangedBy.CUSTOMER
        is_for_them = self._sees_customers if is_customer else self.is_staff
        return (change.name or None) if is_for_them else None

    @property
    def _sees_customers(self) -> bool:
        return self.seen.sight.sees(Permission.ACCESS_VIEW)


def shown(
    connection: Connection, account_id: UUID, reader: ChangeReader, changes: Sequence[LimitChange]
) -> list[ShownChange]:
    """Return changes that this reader sees, as they see them."""
    orders = _orders(connection, account_id, changes)
    found = []
    for change in changes:
        order = orders.get(change.id)
        order_id = order.id if order is not None and reader.sees_order(order) else None
        found.append(ShownChange(change, reader.name_of(change, order), order_id))
    return found


def _orders(
    connection: Connection, account_id: UUID, changes: Iterable[LimitChange]
) -> Mapping[str, PlacedOrder]:
    """Return the orders of the account that made changes, by the id of the change."""
    ids = {each.id: id_ for each in changes if (id_ := _order_of(each.booking)) is not None}
    known = orderers.placed(connection, account_id, set(ids.values()))
    return {change: known[id_] for change, id_ in ids.items() if id_ in known}


def _order_of(booking: str) -> UUID | None:
    """Return the order whose step made a booking, of the booking's key: see ``steps.Step.key``."""
    process, _, rest = booking.partition("/")
    if process != ProcessType.ORDER:
        return None
    try:
        return UUID(rest.partition("/")[0])
    except ValueError:
        return None
