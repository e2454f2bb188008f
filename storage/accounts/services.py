"""Store services from the operator's records, and end the access that goes with them."""

import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass, field
from typing import Any
from uuid import UUID

from sqlalchemy import text
from sqlmodel import Session

from domain.accounts import ServiceKind, ServiceStatus
from domain.audit import Actor
from domain.contracts.reasons import EndReason
from domain.identifiers import PersonKey
from domain.reasons import Reason
from storage.access import grants
from storage.access.grants import Ending
from storage.accounts.service_rows import PUT, UpsertedService
from storage.accounts.upserts import UpsertResult, parts
from storage.audit import events
from storage.contracts import following as contracts
from storage.delegations import ends
from storage.inventory import readings, secrets
from storage.mandates import following
from storage.numbers import grants as number_grants
from storage.orders import operator_word
from storage.parties import upsert

SERVICE_GONE = Reason("service_gone", "The service ended or moved to another account")


@dataclass(frozen=True, slots=True)
class ServiceFacts:
    """One service as the operator's record has it. ``number`` is E.164 or None."""

    id: UUID
    account_id: UUID
    kind: ServiceKind
    number: str | None
    name: str
    status: ServiceStatus = ServiceStatus.ACTIVE
    user: PersonKey | None = None
    """The person who has the SIM, if known."""
    network: str | None = None
    """Name of the network that has it; None: the usual one."""
    characteristics: Mapping[str, Any] = field(default_factory=dict, hash=False)
    """Its characteristics by name, checked by ``domain.inventory.told``; None: it has none."""

    @property
    def own_number(self) -> str | None:
        """The number that no other active service may have."""
        owns = self.status is ServiceStatus.ACTIVE and self.kind.owns_number
        return self.number if owns else None


@dataclass(frozen=True, slots=True)
class _Numbers:
    """Where verified numbers may have left an account, or gone to another user."""

    accounts: set[UUID] = field(default_factory=set)
    given_away: list[UUID] = field(default_factory=list)
    """Services that got another user."""

    def note(self, rows: Iterable[UpsertedService]) -> None:
        for row in rows:
            if row.old_account_id is not None:
                self.accounts.update((row.account_id, row.old_account_id))
                if row.user_id != row.old_user_id:
                    self.given_away.append(row.id)


_GONE = text("""
SELECT g.id FROM access_grant g JOIN service s ON s.id = g.service_id
WHERE s.id = ANY(:services) AND (upper_inf(g.validity) OR upper(g.validity) > clock_timestamp())
  AND (s.status = 'ended' OR s.account_id <> g.account_id) ORDER BY g.id
""")


def put_services(session: Session, facts: Iterable[ServiceFacts], *, actor: Actor) -> UpsertResult:
    """Create or update these services; grants on one that ends or moves end. Idempotent.

    So do delegations and mandates that are left without a service, and what was ordered for it.
    Services of one call may swap numbers. Raises IntegrityError where another active service keeps
    one, and for a service of an unknown account.
    """
    done, numbers = UpsertResult(), _Numbers()
    for part in parts(facts):
        done += _put(session, part, numbers, actor)
    # Only now is each number where it stays.
    left = number_grants.end_left(
        session, sorted(numbers.accounts), numbers.given_away, actor=actor
    )
    return done + UpsertResult(ended=left)


def _put(
    session: Session, facts: Sequence[ServiceFacts], numbers: _Numbers, actor: Actor
) -> UpsertResult:
    users = upsert.person_ids(session, [f.user for f in facts if f.user is not None])
    records = json.dumps([_row(fact, users) for fact in facts])
    rows = [UpsertedService(*row) for row in session.execute(PUT, {"facts": records})]
    events.append(session, [row.event() for row in rows], actor=actor)
    gone = session.execute(_GONE, {"services": [row.id for row in rows]}).scalars()
    ended = grants.end(session, [Ending(id_, SERVICE_GONE.as_json()) for id_ in gone], actor=actor)
    ends.end_without_services(session, [row.id for row in rows if row.is_lost], actor=actor)
    _end_contracts(session, rows, actor)
    orders = _end_orders(session, rows, actor)
    following.on_accounts(session, sorted({each.account_id for each in ended}), actor=actor)
    numbers.note(rows)
    return UpsertResult(
        created=[row.id for row in rows if row.old_account_id is None],
        changed=[row.id for row in rows if row.old_account_id is not None],
        ended=ended,
        orders=orders,
    )


def _end_contracts(session: Session, rows: Sequence[UpsertedService], actor: Actor) -> None:
    """End the contracts of services that are lost, and what rests on services that changed."""
    lost = {row.id: row.old_number for row in rows if row.is_lost}
    if lost:
        contracts.services_lost(session, lost, actor=actor)
    contracts.numbers_given_away(session, [r.id for r in rows if r.has_other_number], actor=actor)
    for reason, changed in (
        (EndReason.HOST_ENDED, [row.id for row in rows if row.has_other_number]),
        (EndReason.USER_CHANGED, [row.id for row in rows if row.has_other_user]),
        (EndReason.SIM_REPLACED, [row.id for row in rows if row.has_other_sim]),
    ):
        contracts.hosts_changed(session, changed, reason, actor=actor)


def _end_orders(session: Session, rows: Sequence[UpsertedService], actor: Actor) -> list[UUID]:
    """End what was ordered for services that are lost, and forget what belongs to their owner."""
    lost = [row.id for row in rows if row.is_lost]
    if not lost:
        return []
    readings.forget(session, [row.id for row in rows if row.has_moved])
    secrets.forget_activation_codes(session, lost)
    return operator_word.service_lost(session, lost, actor)


def _row(fact: ServiceFacts, users: Mapping[PersonKey, UUID]) -> dict[str, Any]:
    row = asdict(fact) | {"id": str(fact.id), "account_id": str(fact.account_id)}
    user = row.pop("user") and fact.user
    return row | {"user_id": str(users[user]) if user else None}
