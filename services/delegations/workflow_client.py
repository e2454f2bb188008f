"""Start and wake the workflow Delegation. Neither is needed for what the database decides."""

from contextlib import suppress
from uuid import UUID

from temporalio.service import RPCError, RPCStatusCode

from domain.processes import delegation_id
from services import launcher
from services.engine import Engine
from services.temporal import TemporalUnavailable, reaching_temporal
from workflows.delegations.delegation import Delegation


async def start(engine: Engine, version_id: UUID) -> None:
    """Start the ceremony of an offer. If Temporal is away, a worker starts it later."""
    await launcher.start(engine, version_id)


async def wake(engine: Engine, version_id: UUID) -> None:
    """Signal that an offer was answered. A workflow that is not told finds out by itself."""
    handle = engine.temporal.get_workflow_handle(delegation_id(version_id))
    with suppress(TemporalUnavailable):
        async with reaching_temporal():
            try:
                await handle.signal(Delegation.answered)
            except RPCError as error:
                if error.status is not RPCStatusCode.NOT_FOUND:
                    raise
