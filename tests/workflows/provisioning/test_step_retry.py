"""A process that runs again from its start: what is done is found done."""

from collections.abc import Awaitable, Callable
from typing import Any
from uuid import UUID, uuid4

import pytest
from temporalio.api.common.v1 import WorkflowExecution
from temporalio.api.enums.v1 import EventType
from temporalio.api.workflowservice.v1 import ResetWorkflowExecutionRequest

from domain.processes import resend_id
from domain.provisioning.steps import Decision
from services import launcher
from storage.processes import process_queries
from tests.fixtures.engine import until
from tests.fixtures.resend_stack import Resends


async def reset(resends: Resends, operation_id: UUID) -> None:
    """To the first thing that it did."""
    id_ = resend_id(operation_id)
    handle = resends.client.get_workflow_handle(id_)
    first = next(
        event.event_id
        for event in (await handle.fetch_history()).events
        if event.event_type == EventType.EVENT_TYPE_WORKFLOW_TASK_COMPLETED
    )
    await resends.client.workflow_service.reset_workflow_execution(
        ResetWorkflowExecutionRequest(
            namespace="default",
            workflow_execution=WorkflowExecution(workflow_id=id_),
            reason="a test",
            request_id=str(uuid4()),
            workflow_task_finish_event_id=first,
        )
    )


async def started_again(resends: Resends, operation_id: UUID) -> None:
    """From what the database says of it, when it is gone from Temporal."""
    with resends.database.reading() as connection:
        process = process_queries.read(connection, operation_id)
    assert process is not None
    await resends.client.get_workflow_handle(process.workflow_id).terminate()
    await launcher.restart(resends.engine, process)


@pytest.mark.parametrize("again", [reset, started_again])
async def test_a_done_step_is_not_repeated(
    resending: Resends, again: Callable[[Resends, UUID], Awaitable[Any]]
) -> None:
    (service,) = resending.services(1)
    resending.network.fault("refuse", source="activation")
    asked = await resending.ask(service.id)
    row = await resending.stuck(asked, action="configure")
    before = resending.network.requests()

    await again(resending, asked)
    handle = resending.client.get_workflow_handle(resend_id(asked))

    async def has_looked() -> bool:
        events = (await handle.fetch_history()).events
        looks = [
            event.activity_task_completed_event_attributes
            for event in events
            if event.event_type == EventType.EVENT_TYPE_ACTIVITY_TASK_COMPLETED
        ]
        return len(looks) >= 2  # at the first step, which is done, and at the second

    await until(has_looked)
    assert resending.network.requests() == before
    (listed,) = resending.listed(asked)
    assert (listed.state, listed.version) == ("stuck", row.version)

    resending.network.control("DELETE", "/faults")
    await resending.decide(row, Decision.RETRY)
    assert (await resending.ended(asked)).state == "succeeded"
    keys = [each["key"].split("/", 2)[2] for each in resending.network.applied()]
    assert keys == ["configure/2", "activate/1"]
    assert resending.network.requests()["GET service"] == 1
