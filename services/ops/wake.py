"""Waking a process: tell its workflow that something it waits for may have come."""

from collections.abc import Sequence

import structlog
from temporalio.client import Client
from temporalio.service import RPCError, RPCStatusCode

from services.engine import Engine
from services.temporal import TemporalUnavailable, reaching_temporal
from workflows.provisioning.step_process import StepProcess

log = structlog.get_logger(__name__)


async def wake(client: Client, workflow_id: str, actions: Sequence[str] = ()) -> None:
    """Signal a process to check these steps, or a held run to look for a decision.

    Both call this signal ``wake``. A missing workflow is left to the reconciliation.
    """
    named = [list(actions)] if actions else []
    try:
        await client.get_workflow_handle(workflow_id).signal(StepProcess.wake, args=named)
    except RPCError as error:
        if error.status is not RPCStatusCode.NOT_FOUND:
            raise
        log.warning("workflow_not_found", workflow_id=workflow_id)


async def wake_if_reached(engine: Engine, workflow_id: str) -> bool:
    """Wake a process. False: Temporal is unavailable, and a worker wakes it later."""
    try:
        async with reaching_temporal():
            await wake(engine.temporal, workflow_id)
    except TemporalUnavailable:
        return False
    return True
