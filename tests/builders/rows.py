"""Shorthand of the storage tests: write facts to the database and read the result."""

import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import datetime
from functools import cache
from threading import Event
from typing import Any, NamedTuple
from uuid import UUID, uuid4

from sqlalchemy import Connection, Engine, NullPool, Row, create_engine, text

from domain.access.grants import Origin
from domain.access.permissions import permissions_of
from domain.accounts import AccountStatus, ServiceKind, ServiceStatus
from domain.audit import Actor, ActorKind, EventKind
from domain.identifiers import CompanyKey, PersonKey
from domain.reasons import Reason
from domain.registry.register import RegisterState
from storage.access import grants
from storage.access.grants import Starting
from storage.accounts.accounts import AccountFacts, put_accounts
from storage.accounts.services import ServiceFacts, put_services
from storage.accounts.upserts import UpsertResult
from storage.audit import events
from storage.audit.events import NewEvent
from storage.database import Database, Session, driven
from storage.parties import upsert
from storage.registry import align_grants, register_states
from storage.registry.align_grants import Alignment
from tests.fixtures.patience import patience_ends
from tests.fixtures.roles import as_owner, as_superuser

REGISTER = Actor(ActorKind.REGISTER, "EE")
BILLING = Actor(ActorKind.SYSTEM, "billing")
ENGINE = Actor(ActorKind.ENGINE, "õ", UUID(int=5))
NOTED = "SELECT e.*, n.text AS note FROM event e LEFT JOIN event_note n ON n.event_id = e.id"
"""Events with their notes."""


class Held(NamedTuple):
    """An open grant in a form that tests can compare."""

    person: PersonKey
    account: UUID
    role: str
    why: str


def account(
    owner: CompanyKey | PersonKey,
    number: int = 1,
    *,
    reference: str | None = None,
    name: str = "",
    status: str = "active",
) -> AccountFacts:
    """Return an account as billing sends it; each number gives another one."""
    return AccountFacts(
        UUID(int=number), reference or f"K{number}", name, owner, AccountStatus(status)
    )


def service(
    number: int,
    of: AccountFacts,
    *,
    kind: str = "mobile",
    phone: str | None = None,
    status: str = "active",
) -> ServiceFacts:
    """Return a service as billing sends it; each number gives another one."""
    return ServiceFacts(
        UUID(int=1000 + number), of.id, ServiceKind(kind), phone, "", ServiceStatus(status)
    )


def put(database: Database, *facts: AccountFacts) -> UpsertResult:
    with database.transaction() as session:
        return put_accounts(session, facts, actor=BILLING)


def put_service(database: Database, *facts: ServiceFacts) -> UpsertResult:
    with database.transaction() as session:
        return put_services(session, facts, actor=BILLING)


def store_states(database: Database, *states: RegisterState) -> Alignment:
    """Record these states of the register and align access, as a sync does."""
    with database.transaction() as session:
        ids = upsert.company_ids(session, [state.company for state in states])
        by_company = {ids[state.company]: state for state in states}
        register_states.lock(session, list(by_company))
        register_states.record_states(session, by_company, actor=REGISTER)
        return align_grants.align(session, by_company, actor=REGISTER)


def give(
    database: Database,
    person: PersonKey,
    to: AccountFacts,
    role: str = "user",
    *,
    origin: Origin = Origin.OPERATOR,
    on: ServiceFacts | None = None,
) -> UUID:
    """Start a grant of another origin than the register; return its id."""
    with database.transaction() as session:
        ids = upsert.person_ids(session, [person])
        start = starting(ids[person], to, role, origin=origin, on=on)
        (started,) = grants.start(session, [start], actor=BILLING)
    return started.grant_id


def starting(
    person_id: UUID,
    to: AccountFacts,
    role: str = "user",
    *,
    origin: Origin = Origin.OPERATOR,
    on: ServiceFacts | None = None,
    since: datetime | None = None,
    until: datetime | None = None,
    passed_on_by: UUID | None = None,
) -> Starting:
    """A grant to write; a delegated one has its role's permissions and a delegation of its own."""
    delegated = origin is Origin.DELEGATION
    return Starting(
        person_id,
        to.id,
        role,
        origin,
        {"code": "given", "text": "By hand"},
        service_id=on.id if on else None,
        permissions=permissions_of(role) if delegated else None,
        delegation_id=uuid4() if delegated else None,
        since=since,
        until=until,
        passed_on_by=passed_on_by,
    )


def company_id(database: Database, company: CompanyKey) -> UUID:
    """The id of a company that the database knows."""
    (found,) = rows(
        database,
        "SELECT id FROM company WHERE country = :country AND code = :code",
        country=company.country,
        code=company.code,
    )
    id_: UUID = found.id
    return id_


def held(database: Database) -> list[Held]:
    """Every open grant there is."""
    found = rows(
        database,
        "SELECT p.country, p.code, g.account_id, g.role, g.reason->>'code' AS why"
        " FROM access_grant g JOIN person p ON p.id = g.person_id WHERE upper_inf(g.validity)",
    )
    return sorted(Held(PersonKey(r.country, r.code), r.account_id, r.role, r.why) for r in found)


def ended(database: Database) -> list[Held]:
    """Every grant that ended, with why it ended."""
    found = rows(
        database,
        "SELECT p.country, p.code, g.account_id, g.role, g.ended_reason->>'code' AS why"
        " FROM access_grant g JOIN person p ON p.id = g.person_id WHERE NOT upper_inf(g.validity)",
    )
    return sorted(Held(PersonKey(r.country, r.code), r.account_id, r.role, r.why) for r in found)


def grant_ids(database: Database) -> list[UUID]:
    """The ids of all grants there ever were."""
    return [r.id for r in rows(database, "SELECT id FROM access_grant ORDER BY id")]


def history(database: Database) -> list[str]:
    """Return the events, oldest first."""
    return [r.kind for r in rows(database, "SELECT kind FROM event ORDER BY id")]


def write(database: Database, number: int = 1) -> None:
    """Write this many events in one transaction."""
    lines = [
        NewEvent(
            EventKind.GRANT_STARTED,
            subject_id=UUID(int=n),
            account_id=UUID(int=1),
            company_id=UUID(int=2),
            person_id=UUID(int=3),
            reason=Reason("x", "Põhjus", {"n": n}),
            before={"role": None},
            after={"share": 0.5},
        )
        for n in range(number)
    ]
    with database.transaction() as session:
        events.append(session, lines, actor=ENGINE, at=events.now(session))


def rows(database: Database, statement: str, **values: Any) -> list[Row[Any]]:
    with database.reading() as connection:
        return list(connection.execute(text(statement), values))


def carry_out(database: Database, statement: str, **values: Any) -> None:
    with database.engine.begin() as connection:
        connection.execute(text(statement), values)


def as_its_owner(database: Database, *statements: str) -> None:
    """Execute statements as the owner of the tables: changes of the schema, for example."""
    with owner_of(database) as connection:
        for statement in statements:
            connection.execute(text(statement))


@contextmanager
def owner_of(database: Database) -> Iterator[Connection]:
    """A transaction of the owner of the tables."""
    with _engine(database, as_owner).begin() as connection:
        yield connection


def behind_its_back(database: Database, *statements: str) -> None:
    """Execute statements as a superuser with triggers off, also on the event table."""
    with _engine(database, as_superuser).begin() as connection:
        connection.execute(text("SET LOCAL session_replication_role = replica"))
        for statement in statements:
            connection.execute(text(statement))


def _engine(database: Database, role: Callable[[str], str]) -> Engine:
    return _engine_of(role(database.engine.url.render_as_string(hide_password=False)))


@cache
def _engine_of(url: str) -> Engine:
    """One engine for each address: a new one asks the server five questions before its first use.

    It keeps no connection.
    """
    return create_engine(driven(url), poolclass=NullPool)


_WAITING = """
SELECT FROM pg_stat_activity
WHERE datname = current_database() AND wait_event_type = 'Lock'
  AND (CAST(:pid AS int) IS NULL OR :pid = ANY(pg_blocking_pids(pid)))
"""


def wait_until_blocked(database: Database, by: Session | None = None, *, waiting: int = 1) -> None:
    """Return once so many connections of this database wait for a lock of another, or of ``by``."""
    found = wait_until_blocked_unless(database, lambda: False, by, waiting=waiting)
    assert found, "nobody waits"


def wait_until_blocked_unless(
    database: Database, done: Callable[[], bool], by: Session | None = None, *, waiting: int = 1
) -> bool:
    """Return True as ``wait_until_blocked``, False once ``done`` or after PATIENCE."""
    pid = by and by.execute(text("SELECT pg_backend_pid()")).scalar_one()
    deadline, nothing = patience_ends(), Event()
    while not done() and time.monotonic() < deadline:
        if len(rows(database, _WAITING, pid=pid)) >= waiting:
            return True
        nothing.wait(0.01)
    return False
