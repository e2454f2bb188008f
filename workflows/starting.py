"""Starting a process from what the database says of it: the first time, or once more."""

from collections.abc import Awaitable, Callable
from contextlib import suppress
from typing import Any

from sqlalchemy import Row
from temporalio.client import Client
from temporalio.common import WorkflowIDConflictPolicy, WorkflowIDReusePolicy
from temporalio.exceptions import WorkflowAlreadyStartedError

from access import resync
from workflows.service_resync import ResyncStart, ServiceResync

Start = tuple[Callable[..., Awaitable[Any]], Any, str]
"""What to run, with what, under which id."""


def _resync(row: Row[Any]) -> Start:
    start = ResyncStart(operation_id=row.id, service_id=row.subject_id, account_id=row.account_id)
    return ServiceResync.run, start, resync.workflow_id(row.id)


OPERATIONS: dict[str, Callable[[Row[Any]], Start]] = {resync.PROCESS: _resync}
"""How the workflow of each kind of operation is started from its row."""


async def start_operation(client: Client, task_queue: str, row: Row[Any]) -> None:
    """Start the workflow of this operation, once however often it is asked to."""
    run, asked, id_ = OPERATIONS[row.kind](row)
    with suppress(WorkflowAlreadyStartedError):
        await client.start_workflow(
            run,
            asked,
            id=id_,
            task_queue=task_queue,
            id_reuse_policy=WorkflowIDReusePolicy.REJECT_DUPLICATE,
            id_conflict_policy=WorkflowIDConflictPolicy.USE_EXISTING,
        )
