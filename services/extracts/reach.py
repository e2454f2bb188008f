"""The services of which a person may ask for call details, and the levels."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID
from zoneinfo import ZoneInfo

from domain.access.sight import Sight
from domain.call_details.secrecy import Holder, Level
from services.call_details.holders import holder_of
from services.errors import NotFound, Refused
from storage.accounts import account_queries, service_queries
from storage.accounts.service_queries import ServiceRead
from storage.database import Connection

_BATCH = 1000


@dataclass(frozen=True, slots=True)
class Reach:
    """The services of an account of whose call details a person may see something."""

    holder: Holder
    services: Mapping[UUID, ServiceRead]

    def levels(self, begins_at: datetime, services: Collection[UUID]) -> frozenset[Level]:
        """Return the levels at which they may see all of these services, from a moment on."""
        return self.holder.levels_of_all(services, begins_at)


def reach_of(
    connection: Connection, account_id: UUID, person_id: UUID, now: datetime, zone: ZoneInfo
) -> Reach:
    """Return of which services of an account a person may ask for call details.

    Raises NotFound where they do not see the account, Refused with ``not_permitted`` where they
    see it and may ask for none.
    """
    holder = holder_of(connection, person_id, account_id, zone)
    account = account_queries.account(connection, account_id)
    if account is None or not Sight(holder.held).sees_account:
        raise NotFound
    services = {
        each.id: each
        for each in _all_seen(connection, account_id, holder)
        if holder.levels(each.id, now)
    }
    if not services:
        raise Refused("not_permitted")
    return Reach(holder, services)


def _all_seen(connection: Connection, account_id: UUID, holder: Holder) -> list[ServiceRead]:
    """Return the services on which they hold anything, ended ones too."""
    single = {grant.service_id for grant in holder.held if grant.service_id is not None}
    only = None if any(grant.service_id is None for grant in holder.held) else single
    found: list[ServiceRead] = []
    after: UUID | None = None
    while True:
        batch = service_queries.services_of(
            connection, account_id, only=only, after=after, limit=_BATCH
        )
        found += batch
        if len(batch) < _BATCH:
            return found
        after = batch[-1].id
