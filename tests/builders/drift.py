"""Checks for drift without Temporal: services, what networks show of them, and what was found."""

import json
from collections.abc import Mapping, Sequence
from typing import Any
from uuid import UUID, uuid4

from domain.audit import Actor, ActorKind
from domain.inventory.drift import RepairLimits
from domain.provisioning.network_services import ListedService, NetworkService, ServicePage
from storage.accounts.services import ServiceFacts
from storage.database import Database
from storage.inventory import drift_checks, drift_comparison, drift_staging
from storage.requests import operation_queries
from tests.builders.register_states import KUUSK
from tests.builders.rows import account, carry_out, put, put_service, rows, service

OFFICE = account(KUUSK)
OPS = Actor(ActorKind.OPS, "ops-1")
GENEROUS = RepairLimits(share=1.0)


def phones(database: Database, number: int, **should_have: Any) -> list[ServiceFacts]:
    """Create mobile services that should have these characteristics, by the word of orders."""
    put(database, OFFICE)
    made = [service(n, OFFICE, phone=f"+372551{n:05}") for n in range(1, number + 1)]
    put_service(database, *made)
    should(database, [each.id for each in made], **should_have)
    return made


def should(database: Database, ids: Sequence[UUID], **has: Any) -> None:
    """Say what services should have, as orders of yesterday did."""
    carry_out(
        database,
        "UPDATE service SET wanted = CAST(:has AS jsonb), updated_at = now() - interval '1 day'"
        " WHERE id = ANY(:ids)",
        has=json.dumps(has),
        ids=list(ids),
    )


def shown(of: ServiceFacts | str, *, state: str | None = "active", **has: Any) -> ListedService:
    """An entry of a network's list."""
    id_ = of if isinstance(of, str) else str(of.id)
    changing = bool(has.pop("is_changing", False))
    return ListedService(id_, NetworkService(state, has, changing))


def opened(database: Database) -> UUID:
    """Request a check and begin it; return its id."""
    with database.transaction() as session:
        check_id = drift_checks.request(session, uuid4(), OPS)
        drift_checks.open_check(session, check_id)
    return check_id


def read(
    database: Database,
    check_id: UUID,
    *services: ListedService,
    network: str = "",
    rejected: int = 0,
    following: int | None = None,
) -> None:
    """Stage a page as it is read now."""
    with database.reading() as connection:
        place = drift_staging.place(connection, check_id, network)
    assert place is not None
    page = ServicePage(services, rejected, following, None)
    with database.transaction() as session:
        drift_staging.stage(
            session, check_id, network, page, before=place, read_at=database.clock()
        )


def compared(
    database: Database, check_id: UUID, limits: RepairLimits = GENEROUS
) -> Mapping[str, int]:
    """Compare what was read; return the counts."""
    with database.transaction() as session:
        drift_comparison.compare(session, check_id, limits)
    with database.reading() as connection:
        result = operation_queries.get(connection, check_id).result
    assert result is not None
    return {name: number for name, number in result.items() if number}


def checked(
    database: Database, *services: ListedService, limits: RepairLimits = GENEROUS
) -> Mapping[str, int]:
    """Check against a list of one page; return the counts that are not 0."""
    check_id = opened(database)
    read(database, check_id, *services)
    return compared(database, check_id, limits)


def listed(database: Database) -> dict[tuple[int, str], str]:
    """State of each open difference, by the number of its service and characteristic."""
    found = rows(database, "SELECT * FROM drift WHERE ended_at IS NULL")
    return {(each.service_id.int - 1000, each.characteristic): each.state for each in found}
