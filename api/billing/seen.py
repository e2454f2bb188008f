"""Dependencies: the caller's sight of an account or a service, for billing's answers about it."""

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
from services.billing.billed_services import BilledServices, Viewer, billed_services
from storage.accounts import service_queries
from storage.accounts.service_queries import ServiceRead
from storage.audit import service_arrivals
from storage.database import Connection, Database
from storage.numbers.own_numbers import own_since


@dataclass(frozen=True, slots=True)
class SeenService:
    """A service that a caller sees."""

    account_id: UUID
    label: ServiceLabel
    owned_since: datetime | None
    """When its account got its present owner; None: the caller sees what was before, too."""
    since: datetime | None
    """Since when what was used is shown: since the number is the caller's, where they see it by
    their proof alone, or since the service came from another account. None: always."""
    zone: ZoneInfo
    own_from: date | None
    """The first whole day on which its number was the caller's own; None: it is not."""

    @property
    def first_day(self) -> date | None:
        """The first day of which anything is shown; None: every day's use is."""
        return None if self.since is None else days.day_of(self.since, self.zone)

    @property
    def owned_from(self) -> date | None:
        """The first day that is shown by itself; None: every one."""
        return None if self.owned_since is None else days.day_of(self.owned_since, self.zone)

    @property
    def known_since(self) -> datetime | None:
        """Before which moment nothing is shown; None: none."""
        return max(filter(None, (self.owned_since, self.since)), default=None)


async def services_seen(
    database: Database,
    admitted: Authorized,
    account_id: UUID,
    permission: Permission,
    zone: ZoneInfo,
) -> BilledServices:
    """Return the services of an account on which the caller has the permission.

    Asked before billing is asked, and again for the answer. Raises Problem where there are none.
    """

    def read() -> BilledServices:
        with database.reading() as connection:
            _, sight = account_seen(connection, admitted, account_id)
            who = Viewer(reader_of(connection, admitted).person_id, zone)
            return billed_services(connection, account_id, sight, permission, who)

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
            who = Viewer(reader_of(connection, admitted).person_id, zone)
            seen = billed_services(connection, found.account_id, sight, permission, who)
            label = seen.label(service_id)
            if label is None:
                raise Problem("not_found")
            own = _own_from(connection, who, seen, found)
            since = _since(connection, seen, found)
            return SeenService(found.account_id, label, seen.owned_since, since, zone, own)

    return await on_thread(read)


def _since(connection: Connection, seen: BilledServices, service: ServiceRead) -> datetime | None:
    if seen.sight.held is None:
        return None
    arrived = service_arrivals.since(connection, service.account_id, [service.id])
    both = (seen.theirs_since.get(service.id), arrived.get(service.id))
    return max(filter(None, both), default=None)


def _own_from(
    connection: Connection, who: Viewer, seen: BilledServices, service: ServiceRead
) -> date | None:
    if who.person_id is None:
        return None
    own = own_since(connection, who.person_id, service.account_id, who.zone)
    since, holder = own.get(service.id), Holder(seen.sight.held or (), own)
    if since is None or Level.OWN not in holder.levels(service.id, since):
        return None
    return date.min if since.year == date.min.year else days.day_of(since, who.zone)
