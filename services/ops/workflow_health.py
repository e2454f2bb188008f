"""Looking at one process's workflow: does it go on?

Temporal is asked about this very workflow, for its lists lag. What it does not tell is not
concluded: unknown is not no.
"""

import re
from collections.abc import AsyncIterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from google.protobuf.timestamp_pb2 import Timestamp
from temporalio.api.common.v1 import WorkflowExecution
from temporalio.api.enums.v1 import EventType, WorkflowExecutionStatus, WorkflowTaskFailedCause
from temporalio.api.errordetails.v1 import NamespaceNotFoundFailure
from temporalio.api.history.v1 import HistoryEvent
from temporalio.api.workflowservice.v1 import (
    DescribeWorkflowExecutionRequest,
    DescribeWorkflowExecutionResponse,
    GetWorkflowExecutionHistoryReverseRequest,
)
from temporalio.client import Client
from temporalio.service import RPCError, RPCStatusCode

from domain.ops.repairs import Finding
from domain.ops.stuck_reasons import StuckReason
from storage.processes.process_queries import Process
from workflows.catalog import STARTS_AFTER

PATIENCE = timedelta(seconds=5)
FAILS_FROM = 3
"""This attempt of a workflow task is no hiccup any more: its code fails."""
HANGS_FROM = 6
"""The same where it ran out of time: that comes of workers that were killed, too."""
_TIMED_OUT = "workflow_task_timed_out"

_ENDED = {
    WorkflowExecutionStatus.WORKFLOW_EXECUTION_STATUS_COMPLETED: "completed",
    WorkflowExecutionStatus.WORKFLOW_EXECUTION_STATUS_FAILED: "failed",
    WorkflowExecutionStatus.WORKFLOW_EXECUTION_STATUS_CANCELED: "cancelled",
    WorkflowExecutionStatus.WORKFLOW_EXECUTION_STATUS_TERMINATED: "terminated",
    WorkflowExecutionStatus.WORKFLOW_EXECUTION_STATUS_TIMED_OUT: "timed_out",
}
_TYPE = re.compile(r"[A-Za-z_][A-Za-z0-9_]{0,99}")


@dataclass(frozen=True, slots=True)
class Examined:
    """How a workflow is. Neither well nor a finding: there is nothing to say of it."""

    well: bool = False
    finding: Finding | None = None
    run_id: str = ""


async def examine(client: Client, process: Process) -> Examined:
    """Compare an open process with its workflow.

    Raises RPCError or RuntimeError where Temporal cannot tell.
    """
    try:
        told = await describe(client, process.workflow_id)
    except RPCError as error:
        if not _is_missing(error):
            raise
        if process.started_at is None and process.type in STARTS_AFTER:
            return Examined()
        return Examined(finding=Finding(StuckReason.WORKFLOW_MISSING))
    info, task = told.workflow_execution_info, told.pending_workflow_task
    run_id = info.execution.run_id
    if (how := _ENDED.get(info.status)) is not None:
        finding = Finding(StuckReason.WORKFLOW_CLOSED, how, failed_at=_moment(info.close_time))
        return Examined(finding=finding, run_id=run_id)
    if info.status != WorkflowExecutionStatus.WORKFLOW_EXECUTION_STATUS_RUNNING:
        return Examined(run_id=run_id)  # paused by hand, or something that we do not know
    if not told.HasField("pending_workflow_task") or task.attempt < FAILS_FROM:
        return Examined(well=True, run_id=run_id)
    return Examined(finding=await _failing(client, process, told), run_id=run_id)


async def _failing(
    client: Client, process: Process, told: DescribeWorkflowExecutionResponse
) -> Finding | None:
    """What is said of a workflow task that was tried several times; None: nothing yet."""
    task, run_id = told.pending_workflow_task, told.workflow_execution_info.execution.run_id
    cause = await _cause(client, process.workflow_id, run_id)
    if cause == _TIMED_OUT and task.attempt < HANGS_FROM:
        return None
    failed_at = _moment(task.original_scheduled_time)
    return Finding(StuckReason.WORKFLOW_FAILING, cause, task.attempt, failed_at)


async def describe(client: Client, workflow_id: str) -> DescribeWorkflowExecutionResponse:
    """What Temporal knows of it. Raw: the SDK's own raises ValueError for one that is paused."""
    request = DescribeWorkflowExecutionRequest(
        namespace=client.namespace, execution=WorkflowExecution(workflow_id=workflow_id)
    )
    return await client.workflow_service.describe_workflow_execution(
        request, retry=True, timeout=PATIENCE
    )


async def newest_first(
    client: Client, workflow_id: str, run_id: str
) -> AsyncIterator[HistoryEvent]:
    """The events of this run, the last one first."""
    token = b""
    while True:
        told = await client.workflow_service.get_workflow_execution_history_reverse(
            GetWorkflowExecutionHistoryReverseRequest(
                namespace=client.namespace,
                execution=WorkflowExecution(workflow_id=workflow_id, run_id=run_id),
                maximum_page_size=100,
                next_page_token=token,
            ),
            retry=True,
            timeout=PATIENCE,
        )
        for event in told.history.events:
            yield event
        token = told.next_page_token
        if not token:
            return


async def _cause(client: Client, workflow_id: str, run_id: str) -> str:
    """Why the last workflow task failed: what sort of failure, and of which class."""
    async for event in newest_first(client, workflow_id, run_id):
        if event.event_type == EventType.EVENT_TYPE_WORKFLOW_TASK_FAILED:
            failed = event.workflow_task_failed_event_attributes
            name = WorkflowTaskFailedCause.Name(failed.cause)
            words = [name.removeprefix("WORKFLOW_TASK_FAILED_CAUSE_").lower()]
            # Never its message: that may hold anything.
            type_ = failed.failure.application_failure_info.type
            return " ".join([*words, type_] if _TYPE.fullmatch(type_) else words)
        if event.event_type == EventType.EVENT_TYPE_WORKFLOW_TASK_TIMED_OUT:
            return _TIMED_OUT
        if event.event_type == EventType.EVENT_TYPE_WORKFLOW_TASK_COMPLETED:
            return ""
    return ""


def _is_missing(error: RPCError) -> bool:
    """Whether it is the workflow that is not there; not its whole namespace."""
    if error.status is not RPCStatusCode.NOT_FOUND:
        return False
    return not any(
        each.Is(NamespaceNotFoundFailure.DESCRIPTOR) for each in error.grpc_status.details
    )


def _moment(at: Timestamp) -> datetime | None:
    return at.ToDatetime(tzinfo=UTC) if at.seconds else None
