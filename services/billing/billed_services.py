"""Which services somebody sees in what billing says of an account, and what they are called."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from domain.access.permissions import Permission
from domain.access.sight import Sight
from domain.accounts import ServiceLabel
from services.errors import NotFound
from storage.accounts import service_queries
from storage.accounts.service_queries import ServiceRead
from storage.audit import event_queries
from storage.database import Connection

_ALL = 100_000
"""More services than an account has."""


@dataclass(frozen=True, slots=True)
class BilledServices:
    """The services of an account, as far as somebody sees what billing says of them."""

    sight: Sight
    sees_account: bool
    """Whether they see the whole account: its own limits and costs, and every service."""
    services: Mapping[UUID, ServiceRead]
    """Those of the account now that they see."""
    labels: Mapping[UUID, ServiceLabel]
    """What these services are called. Who sees the invoices sees the number: it is on them."""
    owned_since: datetime | None
    """When the account got its present owner, who sees nothing from before; None: all is seen."""

    def sees(self, service_id: UUID | None) -> bool:
        """Return whether they see what billing says of a service; None: of the account itself."""
        return self.sees_account or service_id in self.services

    def label(self, service_id: UUID | None) -> ServiceLabel | None:
        """Return what a service is called; None: it has left the account, or is none."""
        return None if service_id is None else self.labels.get(service_id)

    def in_order(self, ids: Iterable[UUID]) -> list[UUID]:
        """Return these services by number and name, those that have left the account last."""
        return sorted(ids, key=self.place)

    def place(self, service_id: UUID | None) -> tuple[int, str, str, str]:
        """Return where a service stands in the order; None: the account itself, before them."""
        if service_id is None:
            return 0, "", "", ""
        label = self.labels.get(service_id)
        if label is None:
            return 2, "", "", str(service_id)
        return 1, label.number or "", label.name, str(service_id)


def billed_services(
    connection: Connection, account_id: UUID, sight: Sight, permission: Permission
) -> BilledServices:
    """Return what somebody sees who has the permission there. Raises NotFound where it is nothing.

    ``permission``: what shows it, on the whole account or on single services.
    """
    services = service_queries.services_of(
        connection, account_id, only=sight.services(permission), after=None, limit=_ALL
    )
    sees_account = sight.sees(permission)
    if not sees_account and not services:
        raise NotFound
    numbers = sight.services(Permission.NUMBER_VIEW)
    if sight.sees(Permission.INVOICE_VIEW):
        numbers = None
    return BilledServices(
        sight,
        sees_account,
        {each.id: each for each in services},
        {
            each.id: each.label(with_number=numbers is None or each.id in numbers)
            for each in services
        },
        None if sight.held is None else event_queries.owned_since(connection, account_id),
    )
