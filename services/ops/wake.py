"""Waking a process: tell its workflow that something it waits for may have come."""

import structlog
from temporalio.client import Client
from temporalio.service import RPCError, RPCStatusCode

from workflows.provisioning.step_process import StepProcess

log = structlog.get_logger(__name__)


async def wake(client: Client, workflow_id: str) -> None:
    """Signal a process to check its steps, or a held run to look for a decision.

    Both call this signal ``wake``. A missing workflow is left to the reconciliation.
    """
    try:
        await client.get_workflow_handle(workflow_id).signal(StepProcess.wake)
    except RPCError as error:
        if error.status is not RPCStatusCode.NOT_FOUND:
            raise
        log.warning("workflow_not_found", workflow_id=workflow_id)
