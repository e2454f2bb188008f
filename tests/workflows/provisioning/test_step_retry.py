"""A process that runs again from its start: what is done is found done."""

from collections.abc import Awaitable, Callable
from typing import Any
from uuid import UUID, uuid4

import pytest
from temporalio.api.common.v1 import WorkflowExecution
from temporalio.api.enums.v1 import EventType
from temporalio.api.workflowservice.v1 import ResetWorkflowExecutionRequest
from temporalio.common import WorkflowIDReusePolicy

from domain.provisioning import resend_settings
from domain.provisioning.steps import Decision
from services.launcher import OPERATIONS
from tests.fixtures.engine import until
from tests.fixtures.resend_stack import Resyncs


async def reset(resyncs: Resyncs, operation_id: UUID) -> None:
    """To the first thing that it did."""
    id_ = resend_settings.workflow_id(operation_id)
    handle = resyncs.client.get_workflow_handle(id_)
    first = next(
        event.event_id
        for event in (await handle.fetch_history()).events
        if event.event_type == EventType.EVENT_TYPE_WORKFLOW_TASK_COMPLETED
    )
    await resyncs.client.workflow_service.reset_workflow_execution(
        ResetWorkflowExecutionRequest(
            namespace="default",
            workflow_execution=WorkflowExecution(workflow_id=id_),
            reason="a test",
            request_id=str(uuid4()),
            workflow_task_finish_event_id=first,
        )
    )


async def started_again(resyncs: Resyncs, operation_id: UUID) -> None:
    """From what the database says of it, when it is gone from Temporal."""
    run, start, id_ = OPERATIONS[resend_settings.PROCESS](resyncs.operation(operation_id))
    await resyncs.client.get_workflow_handle(id_).terminate()
    await resyncs.client.start_workflow(
        run,
        start,
        id=id_,
        task_queue=resyncs.settings.task_queue,
        id_reuse_policy=WorkflowIDReusePolicy.ALLOW_DUPLICATE,
    )


@pytest.mark.parametrize("again", [reset, started_again])
async def test_what_is_done_is_not_repeated(
    resyncing: Resyncs, again: Callable[[Resyncs, UUID], Awaitable[Any]]
) -> None:
    (service,) = resyncing.services(1)
    resyncing.network.fault("refuse", source="activation")
    asked = await resyncing.ask(service.id)
    row = await resyncing.stuck(asked, action="configure")
    before = resyncing.network.requests()

    await again(resyncing, asked)
    handle = resyncing.client.get_workflow_handle(resend_settings.workflow_id(asked))

    async def has_looked() -> bool:
        events = (await handle.fetch_history()).events
        looks = [
            event.activity_task_completed_event_attributes
            for event in events
            if event.event_type == EventType.EVENT_TYPE_ACTIVITY_TASK_COMPLETED
        ]
        return len(looks) >= 2  # at the first step, which is done, and at the second

    await until(has_looked)
    assert resyncing.network.requests() == before
    (listed,) = resyncing.listed(asked)
    assert (listed.state, listed.version) == ("stuck", row.version)

    resyncing.network.control("DELETE", "/faults")
    await resyncing.decide(row, Decision.RETRY)
    assert (await resyncing.ended(asked)).state == "succeeded"
    keys = [each["key"].split("/", 2)[2] for each in resyncing.network.applied()]
    assert keys == ["configure/2", "activate/1"]
    assert resyncing.network.requests()["GET service"] == 1
