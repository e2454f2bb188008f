"""Store services from the operator's records, and end the access that goes with them."""

import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass, field
from typing import Any, NamedTuple
from uuid import UUID

from sqlalchemy import text
from sqlmodel import Session

from domain.accounts import ServiceKind, ServiceStatus
from domain.audit import Actor, EventKind
from domain.identifiers import PersonKey
from domain.reasons import Reason
from storage.access import grants
from storage.access.grants import Ending
from storage.accounts.upserts import UpsertResult, parts
from storage.audit import events
from storage.audit.events import NewEvent
from storage.delegations import ends
from storage.mandates import following
from storage.numbers import grants as number_grants
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

    @property
    def own_number(self) -> str | None:
        """The number that no other active service may have."""
        owns = self.status is ServiceStatus.ACTIVE and self.kind.owns_number
        return self.number if owns else None


class _Upserted(NamedTuple):
    """A service that was created or changed."""

    id: UUID
    account_id: UUID
    kind: str
    status: str
    user_id: UUID | None
    old_account_id: UUID | None
    """None: it is new."""
    old_status: str | None
    old_user_id: UUID | None

    @property
    def is_lost(self) -> bool:
        """Whether the account that had it lost it: it ended or moved to another one."""
        if self.old_account_id is None:
            return False
        return self.status == ServiceStatus.ENDED or self.account_id != self.old_account_id


@dataclass(frozen=True, slots=True)
class _Numbers:
    """Where verified numbers may have left an account, or gone to another user."""

    accounts: set[UUID] = field(default_factory=set)
    given_away: list[UUID] = field(default_factory=list)
    """Services that got another user."""

    def note(self, rows: Iterable[_Upserted]) -> None:
        for row in rows:
            if row.old_account_id is not None:
                self.accounts.update((row.account_id, row.old_account_id))
                if row.user_id != row.old_user_id:
                    self.given_away.append(row.id)


_PUT = text("""
WITH facts AS (
    SELECT * FROM jsonb_to_recordset(CAST(:facts AS jsonb)) AS f(
        id uuid, account_id uuid, kind text, number text, name text, status text, user_id uuid,
        network text)
), before AS (
    SELECT s.* FROM service s JOIN facts f ON f.id = s.id ORDER BY s.id FOR UPDATE OF s
), put AS (
    INSERT INTO service AS s (id, account_id, kind, number, name, status, user_id, network)
    SELECT f.id, f.account_id, f.kind, f.number, f.name, f.status, f.user_id, f.network
    FROM facts f LEFT JOIN before b ON b.id = f.id ORDER BY f.id
    ON CONFLICT (id) DO UPDATE
    SET account_id = EXCLUDED.account_id, kind = EXCLUDED.kind, number = EXCLUDED.number,
        name = EXCLUDED.name, status = EXCLUDED.status, user_id = EXCLUDED.user_id,
        network = EXCLUDED.network, network_id = CASE
            WHEN s.network IS NOT DISTINCT FROM EXCLUDED.network THEN s.network_id END,
        updated_at = now()
    WHERE (s.account_id, s.kind, s.number, s.name, s.status, s.user_id, s.network)
        IS DISTINCT FROM (EXCLUDED.account_id, EXCLUDED.kind, EXCLUDED.number, EXCLUDED.name,
            EXCLUDED.status, EXCLUDED.user_id, EXCLUDED.network)
    RETURNING s.id, s.account_id, s.kind, s.status, s.user_id
)
SELECT p.id, p.account_id, p.kind, p.status, p.user_id, b.account_id, b.status, b.user_id
FROM put p LEFT JOIN before b ON b.id = p.id ORDER BY p.id
""")

_GONE = text("""
SELECT g.id FROM access_grant g JOIN service s ON s.id = g.service_id
WHERE s.id = ANY(:services) AND (upper_inf(g.validity) OR upper(g.validity) > clock_timestamp())
  AND (s.status = 'ended' OR s.account_id <> g.account_id) ORDER BY g.id
""")


def put_services(session: Session, facts: Iterable[ServiceFacts], *, actor: Actor) -> UpsertResult:
    """Create or update these services; grants on one that ends or moves end. Idempotent.

    So do delegations and mandates that are left without a service. Services of one call may
    swap numbers. Raises IntegrityError where another active service keeps one, and for a service of
    an unknown account.
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
    rows = [_Upserted(*row) for row in session.execute(_PUT, {"facts": records})]
    events.append(session, [_event(row) for row in rows], actor=actor)
    gone = session.execute(_GONE, {"services": [row.id for row in rows]}).scalars()
    ended = grants.end(session, [Ending(id_, SERVICE_GONE.as_json()) for id_ in gone], actor=actor)
    ends.end_without_services(session, [row.id for row in rows if row.is_lost], actor=actor)
    following.on_accounts(session, sorted({each.account_id for each in ended}), actor=actor)
    numbers.note(rows)
    return UpsertResult(
        created=[row.id for row in rows if row.old_account_id is None],
        changed=[row.id for row in rows if row.old_account_id is not None],
        ended=ended,
    )


def _row(fact: ServiceFacts, users: Mapping[PersonKey, UUID]) -> dict[str, Any]:
    row = asdict(fact) | {"id": str(fact.id), "account_id": str(fact.account_id)}
    user = row.pop("user") and fact.user
    return row | {"user_id": str(users[user]) if user else None}


def _event(row: _Upserted) -> NewEvent:
    existed = row.old_account_id is not None
    before = {"account_id": str(row.old_account_id), "status": row.old_status} if existed else None
    return NewEvent(
        EventKind.SERVICE_CHANGED if existed else EventKind.SERVICE_CREATED,
        subject_id=row.id,
        account_id=row.account_id,
        before=before,
        after={"account_id": str(row.account_id), "status": row.status, "kind": row.kind},
    )
