"""Start, signal and wait for the workflow NumberVerification.

Waiting is bounded: a caller gets an answer within seconds, whatever the gateway does.
"""

import asyncio
from contextlib import suppress
from datetime import timedelta
from typing import Any
from uuid import UUID

import structlog
from temporalio.client import WorkflowUpdateFailedError
from temporalio.common import WorkflowIDConflictPolicy, WorkflowIDReusePolicy
from temporalio.exceptions import WorkflowAlreadyStartedError

from domain.processes import number_verification_id
from services.engine import Engine
from services.temporal import UNREACHED, TemporalUnavailable, reaching_temporal, still_wanted
from workflows.numbers.number_verification import NumberVerification, VerificationStart

log = structlog.get_logger(__name__)

_WAIT_SECONDS = 2.5


async def reach(engine: Engine) -> None:
    """Raise TemporalUnavailable where Temporal does not answer now."""
    async with reaching_temporal():
        await engine.temporal.service_client.check_health()


async def start(engine: Engine, verification_id: UUID, life: timedelta) -> None:
    """Start the workflow, once however often this is called. Raises TemporalUnavailable.

    One that runs already is told that its first SMS is requested: it may have been taken back.
    """
    once = WorkflowIDReusePolicy.REJECT_DUPLICATE
    try:
        await _start(engine, verification_id, life, id_reuse_policy=once)
    except WorkflowAlreadyStartedError:
        with suppress(WorkflowAlreadyStartedError):  # it has closed
            await signal_or_start(engine, verification_id, life, "resend", 1, reuse=once)


async def signal_or_start(
    engine: Engine,
    verification_id: UUID,
    life: timedelta,
    signal: str,
    *arguments: Any,
    reuse: WorkflowIDReusePolicy = WorkflowIDReusePolicy.ALLOW_DUPLICATE,
) -> None:
    """Signal the workflow of an open verification; start it first if there is none.

    There is none if Temporal was away when it should have started. Raises TemporalUnavailable.
    """
    await _start(
        engine,
        verification_id,
        life,
        id_reuse_policy=reuse,
        id_conflict_policy=WorkflowIDConflictPolicy.USE_EXISTING,
        start_signal=signal,
        start_signal_args=arguments,
    )


async def _start(engine: Engine, verification_id: UUID, life: timedelta, **options: Any) -> None:
    async with reaching_temporal():
        await engine.temporal.start_workflow(
            NumberVerification.run,
            VerificationStart(verification_id=verification_id, life=life),
            id=number_verification_id(verification_id),
            task_queue=engine.task_queue,
            **options,
        )


async def close(engine: Engine, verification_id: UUID) -> None:
    """Signal that the verification has ended. If Temporal is away the workflow finds out later."""
    handle = engine.temporal.get_workflow_handle(number_verification_id(verification_id))
    with suppress(TemporalUnavailable):
        async with reaching_temporal():
            await handle.signal(NumberVerification.close)


async def wait_for(engine: Engine, verification_id: UUID, update: str, *arguments: Any) -> None:
    """Wait a few seconds for an update to complete. It is no error if it does not."""
    handle = engine.temporal.get_workflow_handle(number_verification_id(verification_id))
    try:
        async with asyncio.timeout(_WAIT_SECONDS):
            await handle.execute_update(update, args=arguments)
    except (*UNREACHED, WorkflowUpdateFailedError) as error:
        still_wanted()
        log.info("workflow_update_not_awaited", update=update, error=type(error).__name__)
