"""The health of one process's workflow, as Temporal describes it.

Temporal describes this very workflow, for its lists lag. What it does not say is not concluded:
unknown is not no.
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
"""From this attempt of a workflow task on, its code is taken to fail."""
HANGS_FROM = 6
"""The same where the task ran out of time, as it also does when workers are killed."""
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
    """Health of a workflow. Neither ``runs`` nor a finding: nothing is known."""

    runs: bool = False
    finding: Finding | None = None


async def examine(client: Client, process: Process) -> Examined:
    """Compare an open process with its workflow.

    Raises RPCError or RuntimeError where Temporal is unavailable.
    """
    try:
        described = await describe(client, process.workflow_id)
    except RPCError as error:
        if not _is_missing(error):
            raise
        if process.started_at is None and process.type in STARTS_AFTER:
            return Examined()
        return Examined(finding=Finding(StuckReason.WORKFLOW_MISSING))
    info, task = described.workflow_execution_info, described.pending_workflow_task
    if (how := _ENDED.get(info.status)) is not None:
        finding = Finding(StuckReason.WORKFLOW_CLOSED, how, failed_at=_moment(info.close_time))
        return Examined(finding=finding)
    if info.status != WorkflowExecutionStatus.WORKFLOW_EXECUTION_STATUS_RUNNING:
        return Examined()  # paused by hand, or in a state that is not known here
    if not described.HasField("pending_workflow_task") or task.attempt < FAILS_FROM:
        return Examined(runs=True)
    return Examined(finding=await _failing(client, process, described))


async def _failing(
    client: Client, process: Process, described: DescribeWorkflowExecutionResponse
) -> Finding | None:
    """The finding about a workflow task that was tried several times; None: none yet."""
    task = described.pending_workflow_task
    run_id = described.workflow_execution_info.execution.run_id
    cause = await _cause(client, process.workflow_id, run_id)
    if cause == _TIMED_OUT and task.attempt < HANGS_FROM:
        return None
    failed_at = _moment(task.original_scheduled_time)
    return Finding(StuckReason.WORKFLOW_FAILING, cause, task.attempt, failed_at)


async def describe(client: Client, workflow_id: str) -> DescribeWorkflowExecutionResponse:
    """Describe a workflow. Raw: the SDK's own raises ValueError for one that is paused."""
    request = DescribeWorkflowExecutionRequest(
        namespace=client.namespace, execution=WorkflowExecution(workflow_id=workflow_id)
    )
    return await client.workflow_service.describe_workflow_execution(
        request, retry=True, timeout=PATIENCE
    )


async def newest_first(
    client: Client, workflow_id: str, run_id: str
) -> AsyncIterator[HistoryEvent]:
    """Iterate over the events of a run, the last one first."""
    token = b""
    while True:
        page = await client.workflow_service.get_workflow_execution_history_reverse(
            GetWorkflowExecutionHistoryReverseRequest(
                namespace=client.namespace,
                execution=WorkflowExecution(workflow_id=workflow_id, run_id=run_id),
                maximum_page_size=100,
                next_page_token=token,
            ),
            retry=True,
            timeout=PATIENCE,
        )
        for event in page.history.events:
            yield event
        token = page.next_page_token
        if not token:
            return


async def _cause(client: Client, workflow_id: str, run_id: str) -> str:
    """Cause of the last workflow task's failure: its kind, and the class of the error."""
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
    """Return whether the workflow is missing, and not its whole namespace."""
    if error.status is not RPCStatusCode.NOT_FOUND:
        return False
    return not any(
        each.Is(NamespaceNotFoundFailure.DESCRIPTOR) for each in error.grpc_status.details
    )


def _moment(at: Timestamp) -> datetime | None:
    return at.ToDatetime(tzinfo=UTC) if at.seconds else None
