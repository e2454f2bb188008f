"""Start a sync: by the schedule, by operations, and for a company that became a customer."""

from datetime import UTC, datetime
from enum import StrEnum
from uuid import UUID

import structlog

from domain.registry.sync import SyncSource, company_subject, requested_company_subject
from services import launcher
from services.engine import Engine
from storage.accounts import account_queries
from storage.registry import sync_run_queries, sync_runs
from storage.registry.sync_run_queries import SyncRun

log = structlog.get_logger(__name__)


class RegisterCheck(StrEnum):
    """Outcome of checking a new customer with the register."""

    STARTED = "started"
    POSTPONED = "postponed"
    """Temporal cannot be reached: a worker starts the query later."""


async def start_sync(engine: Engine, source: SyncSource, subject: str) -> bool:
    """Start the run of this source about this subject, once however often it is called.

    For source ``company``, ``subject`` is a ``company_subject``. False: Temporal cannot be reached;
    the run is written down, and a worker starts it later.
    """
    run_id = await engine.write(
        lambda session: sync_runs.open_run(session, source, subject, started=False)[0]
    )
    return await launcher.start(engine, run_id)


async def request_sync(engine: Engine, source: SyncSource, request_id: UUID) -> SyncRun:
    """Start a run besides those of the schedule; returns it. Idempotent by ``request_id``.

    Where Temporal cannot be reached, a worker starts it later.
    """
    return await _requested(engine, source, f"requested-{request_id}")


async def request_company_sync(engine: Engine, company_id: UUID, request_id: UUID) -> SyncRun:
    """Start a run about one company; returns it. Idempotent by ``request_id``."""
    subject = requested_company_subject(company_id, request_id)
    return await _requested(engine, SyncSource.COMPANY, subject)


async def _requested(engine: Engine, source: SyncSource, subject: str) -> SyncRun:
    await start_sync(engine, source, subject)
    run = await engine.read(
        lambda connection: sync_run_queries.run_about(connection, source, subject)
    )
    assert run is not None  # noqa: S101 # it was opened above, and runs are never deleted
    return run


async def check_new_customer(engine: Engine, account_id: UUID) -> RegisterCheck | None:
    """Query the register about the account's company, once an hour at most.

    None: not needed. The owner is a person, or there is a register state of the company.
    """
    company_id = await engine.read(
        lambda connection: account_queries.company_without_state(connection, account_id)
    )
    if company_id is None:
        return None
    subject = company_subject(company_id, datetime.now(UTC))
    if await start_sync(engine, SyncSource.COMPANY, subject):
        return RegisterCheck.STARTED
    log.warning("register_check_postponed", company_id=str(company_id))
    return RegisterCheck.POSTPONED
