"""Workers of ScriptedItems: for a test's own process, and for one that is killed."""

from collections.abc import AsyncIterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import asynccontextmanager
from datetime import timedelta
from typing import Any, Protocol

from temporalio.worker import Worker

from activities.provisioning.effect import Outcome
from activities.provisioning.undo_items import UndoActivities
from domain.provisioning.step_rules import StepRules
from domain.provisioning.steps import Step
from domain.provisioning.targets import TargetKind
from domain.task_queues import queue_of
from services.engine import Engine
from tests.builders.scripted_items import EndActivities, ScriptedItems
from worker.wake_steps import StepWaker

RULES = StepRules(
    stuck_after=timedelta(), slow_retry=timedelta(milliseconds=300), pause_after=10**6
)


class Writes(Protocol):
    """The activities ``tests.write`` and ``tests.unwrite``."""

    def write(self, step: Step) -> Outcome: ...
    def unwrite(self, step: Step) -> Outcome: ...


@asynccontextmanager
async def working(engine: Engine, writes: Writes) -> AsyncIterator[None]:
    """Run a worker in this process."""
    ends, undoes = EndActivities(engine.database), UndoActivities(engine.database)
    with ThreadPoolExecutor(8) as threads:
        common: dict[str, Any] = {
            "activity_executor": threads,
            "graceful_shutdown_timeout": timedelta(seconds=5),
        }
        async with (
            Worker(
                engine.temporal,
                task_queue=engine.task_queue,
                workflows=[ScriptedItems],
                activities=[ends.end, undoes.list_to_undo],
                **common,
            ),
            Worker(
                engine.temporal,
                task_queue=queue_of(engine.task_queue, TargetKind.NETWORK),
                activities=[writes.write, writes.unwrite],
                **common,
            ),
            StepWaker(engine, RULES).running(),
        ):
            yield
