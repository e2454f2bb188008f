"""What a caller sees of an account or a service on what billing says of it."""

from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID
from zoneinfo import ZoneInfo

from api.access.service_labels import sight_of
from api.accounts.reads import account_seen
from api.auth.authorization import Authorized
from api.http.problems import Problem
from api.http.sentences import reader_of
from domain import days
from domain.access.permissions import Permission
from domain.accounts import ServiceLabel
from domain.call_details.secrecy import Holder, Level
from runtime.threads import on_thread
from services.billing.billed_services import BilledServices, billed_services
from storage.accounts import service_queries
from storage.accounts.service_queries import ServiceRead
from storage.database import Connection, Database
from storage.numbers.own_numbers import own_since


@dataclass(frozen=True, slots=True)
class SeenService:
    """A service that a caller sees."""

    account_id: UUID
    label: ServiceLabel
    owned_since: datetime | None
    """When its account got its present owner; None: the caller sees what was before, too."""
    own_from: date | None
    """The first whole day on which its number was the caller's own; None: it is not."""


async def services_seen(
    database: Database, admitted: Authorized, account_id: UUID, permission: Permission
) -> BilledServices:
    """Return the services of an account on which the caller has the permission.

    Raises Problem where there are none.
    """

    def read() -> BilledServices:
        with database.reading() as connection:
            _, sight = account_seen(connection, admitted, account_id)
            return billed_services(connection, account_id, sight, permission)

    return await on_thread(read)


async def service_seen(
    database: Database,
    admitted: Authorized,
    service_id: UUID,
    permission: Permission,
    zone: ZoneInfo,
) -> SeenService:
    """Return a service on which the caller has the permission. Raises Problem for any other."""

    def read() -> SeenService:
        with database.reading() as connection:
            found = service_queries.service(connection, service_id)
            if found is None:
                raise Problem("not_found")
            sight = sight_of(connection, admitted, found.account_id)
            if not sight.sees(permission, service_id):
                raise Problem("not_found")
            seen = billed_services(connection, found.account_id, sight, permission)
            label = seen.label(service_id)
            if label is None:
                raise Problem("not_found")
            reader = reader_of(connection, admitted).person_id
            own = None if reader is None else _own_from(connection, reader, seen, found, zone)
            return SeenService(found.account_id, label, seen.owned_since, own)

    return await on_thread(read)


def _own_from(
    connection: Connection,
    person_id: UUID,
    seen: BilledServices,
    service: ServiceRead,
    zone: ZoneInfo,
) -> date | None:
    own = own_since(connection, person_id, service.account_id, zone)
    since, holder = own.get(service.id), Holder(seen.sight.held or (), own)
    if since is None or Level.OWN not in holder.levels(service.id, since):
        return None
    return date.min if since.year == date.min.year else days.day_of(since, zone)
