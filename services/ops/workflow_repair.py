"""Use case: repair a process whose workflow failed, is missing or has closed.

The decision is recorded first, by version, so that of two operators one decides; then Temporal is
called. Where that fails, the decision is withdrawn.
"""

from contextlib import suppress
from uuid import UUID, uuid5

import structlog
from temporalio.api.common.v1 import WorkflowExecution
from temporalio.api.enums.v1 import EventType
from temporalio.api.workflowservice.v1 import ResetWorkflowExecutionRequest
from temporalio.client import Client

from domain.ops.repairs import Repair
from domain.ops.resolutions import Resolution, StuckState
from domain.ops.stuck_items import StuckItem
from domain.ops.stuck_reasons import StuckKind
from runtime.threads import on_thread
from services import launcher
from services.engine import Engine
from services.ops import close_process
from services.ops.decide import refusals
from services.ops.workflow_findings import is_news, record
from services.ops.workflow_health import PATIENCE, describe, examine, newest_first
from services.temporal import TemporalUnavailable, reaching_temporal
from storage.database import Database, Session
from storage.ops import stuck_items, stuck_queries, workflow_problems
from storage.ops.workflow_problems import NewRepair
from storage.processes import process_queries
from storage.processes.process_queries import Process

log = structlog.get_logger(__name__)

_SECONDS = 20.0
"""How long Temporal may take for each of the two parts."""
_TASK_ENDS = frozenset(
    {
        EventType.EVENT_TYPE_WORKFLOW_TASK_COMPLETED,
        EventType.EVENT_TYPE_WORKFLOW_TASK_FAILED,
        EventType.EVENT_TYPE_WORKFLOW_TASK_TIMED_OUT,
    }
)


async def repair(engine: Engine, item_id: UUID, new: NewRepair) -> StuckItem:
    """Check a broken process again, then repair it; returns the item. Idempotent by request.

    A process that runs by now is not repaired: its item is closed. Raises NotFound, DecisionRefused
    or TemporalUnavailable; then nothing was repaired.
    """
    async with reaching_temporal(_SECONDS):
        process = await _checked(engine, item_id)
    with refusals():
        item = await engine.write(lambda session: _decide(session, item_id, new, process))
    if item.state is StuckState.CLOSED:
        if new.repair is Repair.CLOSE:
            await _terminate(engine.temporal, item)
        return item
    try:
        async with reaching_temporal(_SECONDS):
            if new.repair is Repair.RESET:
                await _reset(engine.temporal, item)
            elif process is not None:
                await launcher.restart(engine, process)
    except TemporalUnavailable:
        await engine.write(lambda session: workflow_problems.reopen(session, item))
        raise
    return await engine.write(lambda session: _resolved(session, item, new))


async def try_out(database: Database, item_id: UUID, new: NewRepair) -> StuckItem:
    """Return the item as it would be while it is repaired; nothing is changed.

    Raises NotFound or DecisionRefused.
    """

    def decide_and_roll_back() -> StuckItem:
        with database.trial() as session:
            return workflow_problems.decide(session, item_id, new)

    with refusals():
        return await on_thread(decide_and_roll_back)


async def _checked(engine: Engine, item_id: UUID) -> Process | None:
    """The open process of a broken item, compared with Temporal now. None: not, or not open."""
    process = await engine.write(lambda session: _process(session, item_id))
    if process is None:
        return None
    examined = await examine(engine.temporal, process)
    if is_news(examined, is_listed=True):
        await engine.write(lambda session: record(session, process, examined))
    return process


def _process(session: Session, item_id: UUID) -> Process | None:
    item = stuck_queries.read(session.connection(), item_id)
    if item is None or item.kind is not StuckKind.BROKEN:
        return None
    process = process_queries.read(session, item.process_ref.id)
    if process is not None and process.is_open:
        return process
    if item.state is not StuckState.CLOSED:
        stuck_items.close(session, item_id, Resolution.ENDED, workflow_problems.ENGINE)
    return None


def _decide(session: Session, item_id: UUID, new: NewRepair, process: Process | None) -> StuckItem:
    if new.repair is Repair.CLOSE and process is not None:
        return close_process.close(session, item_id, process, new)
    return workflow_problems.decide(session, item_id, new)


async def _reset(client: Client, item: StuckItem) -> None:
    """Run the last workflow task again. Signals received since are kept."""
    workflow_id = item.process_ref.workflow_id
    described = await describe(client, workflow_id)
    run_id = described.workflow_execution_info.execution.run_id
    async for event in newest_first(client, workflow_id, run_id):
        if event.event_type in _TASK_ENDS:
            break
    else:
        raise RuntimeError("the workflow has not begun a task")
    await client.workflow_service.reset_workflow_execution(
        ResetWorkflowExecutionRequest(
            namespace=client.namespace,
            workflow_execution=WorkflowExecution(workflow_id=workflow_id, run_id=run_id),
            reason="operations",
            workflow_task_finish_event_id=event.event_id,
            request_id=str(uuid5(item.id, f"reset/{item.version}")),
        ),
        retry=True,
        timeout=PATIENCE,
    )


async def _terminate(client: Client, item: StuckItem) -> None:
    """Terminate the workflow of a closed process. One that runs on finds nothing to do."""
    handle = client.get_workflow_handle(item.process_ref.workflow_id)
    with suppress(TemporalUnavailable):
        async with reaching_temporal():
            await handle.terminate(reason="closed by operations", rpc_timeout=PATIENCE)


def _resolved(session: Session, item: StuckItem, new: NewRepair) -> StuckItem:
    closed = stuck_items.close(session, item.id, Resolution.REPAIRED, new.actor)
    if closed is not None:
        return closed.item
    return stuck_queries.read(session.connection(), item.id) or item
