"""The services that somebody sees in billing's answers about an account, and their labels."""

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import NamedTuple
from uuid import UUID
from zoneinfo import ZoneInfo

from domain.access.permissions import Permission
from domain.access.sight import Sight
from domain.accounts import ServiceLabel
from domain.call_details.secrecy import ALWAYS, Holder
from services.errors import NotFound
from storage.accounts import service_queries
from storage.accounts.service_queries import ServiceRead
from storage.audit import event_queries
from storage.database import Connection
from storage.numbers import own_numbers

_ALL = 100_000
"""More services than an account has."""


class Viewer(NamedTuple):
    """Who reads what billing says; ``person_id``: None: staff, or a person whom nobody knows."""

    person_id: UUID | None
    zone: ZoneInfo


@dataclass(frozen=True, slots=True)
class BilledServices:
    """The services of an account, as far as somebody sees what billing says of them."""

    sight: Sight
    sees_account: bool
    """The person sees the whole account: its own limits and costs, and every service."""
    services: Mapping[UUID, ServiceRead]
    """Those of the account now that they see."""
    labels: Mapping[UUID, ServiceLabel]
    """Labels of these services. Whoever sees the invoices sees the number: it is on them."""
    owned_since: datetime | None
    """When the account got its present owner, who sees nothing from before; None: all is seen."""
    theirs_since: Mapping[UUID, datetime]
    """Services that they see because the number is theirs, and since when it is."""

    @property
    def known_since(self) -> datetime | None:
        """Before which moment they see nothing of any service; None: none."""
        if self.sees_account or not self.services.keys() <= self.theirs_since.keys():
            return self.owned_since
        both = (self.owned_since, min(self.theirs_since.values(), default=None))
        return max(filter(None, both), default=None)

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
    connection: Connection, account_id: UUID, sight: Sight, permission: Permission, who: Viewer
) -> BilledServices:
    """Return what somebody sees who has the permission there. Raises NotFound where it is nothing.

    ``permission``: what shows it, on the whole account or on single services. A number that they
    proved, and that is another's by now, shows nothing of it.
    """
    sees_account = sight.sees(permission)
    only = sight.services(permission)
    theirs = dict[UUID, datetime]()
    if only is not None:
        holder = _holder(connection, account_id, sight, who)
        theirs = _sums_since(holder, only, permission)
    services = service_queries.services_of(
        connection,
        account_id,
        only=None if only is None else theirs.keys(),
        after=None,
        limit=_ALL,
    )
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
        {id_: at for id_, at in theirs.items() if at > ALWAYS},
    )


def _holder(connection: Connection, account_id: UUID, sight: Sight, who: Viewer) -> Holder:
    own = {}
    if who.person_id is not None:
        own = own_numbers.own_since(connection, who.person_id, account_id, who.zone)
    return Holder(sight.held or (), own)


def _sums_since(
    holder: Holder, services: Collection[UUID], permission: Permission
) -> dict[UUID, datetime]:
    """Return since when each of these services is seen; those that are not seen are left out."""
    found = {id_: holder.sums_since(id_, permission) for id_ in services}
    return {id_: at for id_, at in found.items() if at is not None}
