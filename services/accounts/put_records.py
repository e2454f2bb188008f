"""Store an account or a service as the operator's systems have it."""

from dataclasses import dataclass
from datetime import UTC, datetime
from enum import StrEnum
from uuid import UUID

import structlog

from activities.registry.sync_runs import SyncRequest
from domain.audit import Actor
from services.engine import Engine
from services.errors import Refused
from services.temporal import StartWorkflow, TemporalUnavailable
from storage.accounts import queries, single
from storage.accounts.accounts import AccountFacts
from storage.accounts.services import ServiceFacts
from storage.accounts.single import RecordRefused
from workflows.registry.register_sync import RegisterSync, sync_id

log = structlog.get_logger(__name__)


class RegisterCheck(StrEnum):
    """Whether the register is queried about a new customer."""

    STARTED = "started"
    POSTPONED = "postponed"
    """Temporal cannot be reached: the nightly check does it."""


@dataclass(frozen=True, slots=True)
class PutAccount:
    """Result of storing an account."""

    created: bool
    register_check: RegisterCheck | None
    """None: not needed. Its owner is a person, or the register has told of the company before."""


async def put_account(engine: Engine, facts: AccountFacts, *, actor: Actor) -> PutAccount:
    """Create or update an account, and align access with it. Idempotent.

    Queries the register about a company for which there is no register state yet. Raises Refused.
    """
    try:
        created = await engine.write(lambda s: single.put_account(s, facts, actor=actor))
    except RecordRefused as error:
        raise Refused(error.refusal) from None
    company = await engine.read(lambda c: queries.company_never_asked_about(c, facts.id))
    return PutAccount(created, await _check(engine, company) if company else None)


async def put_service(engine: Engine, facts: ServiceFacts, *, actor: Actor) -> bool:
    """Create or update a service; access to one that ends or moves ends. Idempotent.

    Returns whether it is new. Raises Refused.
    """
    try:
        return await engine.write(lambda s: single.put_service(s, facts, actor=actor))
    except RecordRefused as error:
        raise Refused(error.refusal) from None


async def _check(engine: Engine, company_id: UUID) -> RegisterCheck:
    """Query the register about a company, once an hour at most."""
    subject = f"{company_id}:{datetime.now(UTC):%Y-%m-%dT%HZ}"
    request = SyncRequest(source="company", subject=subject, company_ids=(company_id,))
    start = StartWorkflow(engine.temporal, engine.task_queue)
    try:
        await start(RegisterSync.run, request, sync_id(request.source, subject))
    except TemporalUnavailable:
        log.warning("register_check_postponed", company_id=str(company_id))
        return RegisterCheck.POSTPONED
    return RegisterCheck.STARTED
