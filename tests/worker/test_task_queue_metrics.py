"""Metrics of workers about task queues and activities."""

import dataclasses
from uuid import uuid4

import pytest
from prometheus_client import REGISTRY
from temporalio.client import Client
from temporalio.testing import ActivityEnvironment
from temporalio.worker import ActivityInboundInterceptor, ExecuteActivityInput

from activities.metrics import OFTEN, ActivityMeters
from domain.provisioning.targets import TargetKind
from tests.fixtures.engine import until
from worker.task_queue_metrics import TaskQueueMetrics
from workflows.provisioning.service_resend import ResendStart, ServiceResend


def sample(name: str, **labels: str) -> float | None:
    return REGISTRY.get_sample_value(f"volitus_{name}", labels)


async def test_waiting_tasks_and_their_age_are_measured(temporal: Client) -> None:
    queue = f"watched-{uuid4()}"
    watch = TaskQueueMetrics(temporal, queue, [TargetKind.NETWORK])
    start = ResendStart(operation_id=uuid4(), service_id=uuid4(), account_id=uuid4())
    handle = await temporal.start_workflow(
        ServiceResend.run, start, id=f"watched/{uuid4()}", task_queue=queue
    )

    async def seen() -> bool:
        await watch.measure()
        age = sample("task_queue_backlog_age_seconds", queue=queue, kind="workflow")
        return sample("task_queue_backlog", queue=queue, kind="workflow") == 1 and bool(age)

    await until(seen)
    assert sample("task_queue_pollers", queue=queue, kind="workflow") == 0
    assert sample("task_queue_backlog", queue=f"{queue}-network", kind="activity") == 0
    assert sample("task_queue_backlog", queue=f"{queue}-network", kind="workflow") is None
    await handle.terminate()

    async with watch.running():
        pass
    assert sample("task_queue_backlog", queue=queue, kind="workflow") is None


@pytest.mark.parametrize(("attempt", "often"), [(OFTEN - 1, 0), (OFTEN, 1)])
async def test_an_activity_that_fails_for_long_is_counted(attempt: int, often: int) -> None:
    name = str(uuid4())
    environment = ActivityEnvironment()
    environment.info = dataclasses.replace(environment.info, activity_type=name, attempt=attempt)
    meter = ActivityMeters().intercept_activity(_Carries())
    done = ExecuteActivityInput(fn=lambda: None, args=(), executor=None, headers={})

    assert await environment.run(meter.execute_activity, done) == "carried out"

    assert (sample("activity_tried_often_total", activity=name) or 0) == often
    assert sample("activity_schedule_to_start_seconds_count", activity=name) == 1


class _Carries(ActivityInboundInterceptor):
    def __init__(self) -> None:
        """End the chain of interceptors."""

    async def execute_activity(self, input: ExecuteActivityInput) -> str:  # noqa: A002, ARG002 # Temporal's
        return "carried out"
