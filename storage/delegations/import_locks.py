"""Lock what imported delegations rest on, and read what there is of them already."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from uuid import UUID

from sqlalchemy import text

from domain.days import day_of
from domain.delegations.imported import ImportedDelegation, Known
from domain.delegations.offer_rules import OfferRules
from domain.identifiers import PersonKey
from storage.audit import events
from storage.database import Session
from storage.delegations import carrying_out, dates, rows, support
from storage.delegations.rows import StoredDelegation, StoredVersion
from storage.delegations.support import LockedAccount
from storage.parties import forgetting, upsert

_NAMED = text("""
SELECT unnest(v.service_ids) FROM delegation_version v JOIN delegation d ON d.id = v.delegation_id
WHERE (d.id = ANY(:ids) OR d.parent_id = ANY(:ids)) AND v.state = 'accepted'
""")


@dataclass(frozen=True, slots=True)
class Locked:
    """All that the records rest on, locked, and what there is of each already."""

    receivers: Mapping[PersonKey, UUID]
    services: Mapping[UUID, UUID]
    """Active services that are named, with their accounts."""
    accounts: Mapping[UUID, LockedAccount]
    stored: Mapping[UUID, StoredDelegation]
    in_force: Mapping[UUID, StoredVersion]
    imported: Mapping[UUID, StoredVersion]
    over: frozenset[UUID]
    """Those of the stored whose days are over."""
    today: date

    def known(self, id_: UUID) -> Known | None:
        put, now = self.imported.get(id_), self.in_force.get(id_)
        return Known(put.terms, now.terms) if put and now else None

    def services_of(self, account_id: UUID) -> frozenset[UUID]:
        return frozenset(id_ for id_, account in self.services.items() if account == account_id)


def lock(session: Session, records: Sequence[ImportedDelegation], rules: OfferRules) -> Locked:
    """Lock persons, services, accounts, grants and delegations, in this order, and read them."""
    connection, ids = session.connection(), [record.id for record in records]
    receivers = _lock_receivers(session, {record.receiver for record in records})
    named = {service for record in records for service in record.service_ids}
    named |= set(session.execute(_NAMED, {"ids": ids}).scalars())
    services = support.lock_services_of_all(session, named)
    accounts = support.lock_accounts(session, {record.account_id for record in records})
    carrying_out.lock(session, [*ids, *rows.children(connection, ids)])
    dates.catch_up(session, [*ids, *rows.children(connection, ids)])
    # Nothing is passed on any more; what was passed on meanwhile is there now.
    stored = rows.lock(session, [*ids, *rows.children(connection, ids)])
    # Of these only: a later statement may see one that another import has created meanwhile, which
    # would be taken for an equal one, whatever it says.
    there = list(stored)
    now = events.now(session)
    return Locked(
        receivers,
        services,
        accounts,
        stored,
        rows.in_force(connection, there),
        rows.imported(connection, there),
        frozenset(id_ for id_, each in stored.items() if now >= each.ends_at),
        day_of(now, rules.zone),
    )


def _lock_receivers(session: Session, keys: Iterable[PersonKey]) -> Mapping[PersonKey, UUID]:
    """Find or create the receivers, who may be forgotten by another transaction in between."""
    asked = list(keys)
    while True:
        found = upsert.person_ids(session, asked)
        kept = [forgetting.keep(session, id_) for id_ in sorted(found.values())]
        if all(kept):
            return found
