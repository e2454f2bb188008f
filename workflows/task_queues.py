"""Options of activities that are not on the workflows' own task queue."""

from temporalio import workflow

with workflow.unsafe.imports_passed_through():
    from domain.task_queues import ActivityQueue, queue_of


def on_queue(queue: ActivityQueue, config: workflow.ActivityConfig) -> workflow.ActivityConfig:
    """These options, on this queue. Called within a workflow."""
    return {**config, "task_queue": queue_of(workflow.info().task_queue, queue)}
