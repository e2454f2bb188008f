"""Telling a process that it may go on."""

import structlog
from temporalio.client import Client
from temporalio.service import RPCError, RPCStatusCode

from workflows.provisioning.step_process import StepProcess

log = structlog.get_logger(__name__)


async def wake(client: Client, workflow_id: str) -> None:
    """Tell a process to look at its steps. One that is gone is found by the reconciliation."""
    try:
        await client.get_workflow_handle(workflow_id).signal(StepProcess.look)
    except RPCError as error:
        if error.status is not RPCStatusCode.NOT_FOUND:
            raise
        log.warning("nobody_to_wake", workflow_id=workflow_id)
