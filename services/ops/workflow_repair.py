"""Mending a process whose workflow does not go on, as an operator decided.

The decision is written down first, by version, so that of two operators one decides; then Temporal
is told. Where it cannot be told after all, the process is listed again.
"""

import asyncio
from uuid import UUID, uuid5

import structlog
from temporalio.api.common.v1 import WorkflowExecution
from temporalio.api.enums.v1 import EventType
from temporalio.api.workflowservice.v1 import ResetWorkflowExecutionRequest
from temporalio.client import Client
from temporalio.service import RPCError

from domain.ops.repairs import Fix
from domain.ops.resolutions import Resolution
from domain.ops.stuck_items import StuckItem
from domain.ops.stuck_reasons import StuckKind
from services import launcher
from services.engine import Engine
from services.ops import close_process
from services.ops.workflow_findings import is_news, note
from services.ops.workflow_health import PATIENCE, describe, examine, newest_first
from storage.database import Database
from storage.ops import stuck_items, stuck_queries, workflow_problems
from storage.ops.workflow_problems import Fixed
from storage.processes import process_queries
from storage.processes.process_queries import Process

log = structlog.get_logger(__name__)

_UNTOLD = (RPCError, RuntimeError, TimeoutError)
"""What is raised where Temporal cannot be told. RuntimeError: it cannot be connected to."""
_TASK_ENDS = frozenset(
    {
        EventType.EVENT_TYPE_WORKFLOW_TASK_COMPLETED,
        EventType.EVENT_TYPE_WORKFLOW_TASK_FAILED,
        EventType.EVENT_TYPE_WORKFLOW_TASK_TIMED_OUT,
    }
)


class Fixing:
    """Fixes one at a time."""

    def __init__(self, database: Database, client: Client, task_queue: str) -> None:
        self._engine = Engine(database, client, task_queue)
        self._database = database
        self._client = client

    async def fix(self, id_: UUID, fixed: Fixed) -> StuckItem:
        """Carry out what was decided about this row; returns the row. Repeating changes nothing.

        Raises LookupError, or NotStuck, Outdated or NotAllowed of storage.stuck. Raises RPCError,
        RuntimeError or TimeoutError where Temporal is away: then nothing was done.
        """
        process = await self._look_again(id_)
        row = await asyncio.to_thread(self._decide, id_, fixed, process)
        if row.state == "closed":
            if fixed.fix is Fix.CLOSE:
                await self._terminate(row)
            return row
        try:
            await self._tell(row, process, fixed.fix)
        except _UNTOLD:
            await asyncio.to_thread(self._not_fixed, row)
            raise
        return await asyncio.to_thread(self._fixed, row, fixed)

    async def _look_again(self, id_: UUID) -> Process | None:
        """The process of this row, looked at now: perhaps it goes on, or has ended. None: so."""
        process = await asyncio.to_thread(self._process, id_)
        if process is None:
            return None
        examined = await examine(self._client, process)
        if is_news(examined, is_listed=True):
            await asyncio.to_thread(note, self._database, process, examined)
        return process

    def _process(self, id_: UUID) -> Process | None:
        with self._database.transaction() as session:
            row = stuck_queries.read(session.connection(), id_)
            if row is None or row.kind != StuckKind.BROKEN:
                return None
            process = process_queries.read(session, row.process_ref.id)
            if process is not None and process.is_open:
                return process
            if row.state != "closed":
                stuck_items.close(session, id_, Resolution.ENDED, workflow_problems.ENGINE)
            return None

    def _decide(self, id_: UUID, fixed: Fixed, process: Process | None) -> StuckItem:
        with self._database.transaction() as session:
            if fixed.fix is Fix.CLOSE and process is not None:
                return close_process.close(session, id_, process, fixed)
            return workflow_problems.decide(session, id_, fixed)

    async def _tell(self, row: StuckItem, process: Process | None, fix: Fix) -> None:
        if fix is Fix.RESET:
            await self._reset(row)
        elif process is not None:
            await launcher.restart(self._engine, process)

    async def _reset(self, row: StuckItem) -> None:
        """Do the last workflow task again. What was signalled since is kept."""
        told = await describe(self._client, row.process_ref.workflow_id)
        run_id = told.workflow_execution_info.execution.run_id
        async for event in newest_first(self._client, row.process_ref.workflow_id, run_id):
            if event.event_type in _TASK_ENDS:
                break
        else:
            raise RuntimeError("this workflow has not begun a task")
        await self._client.workflow_service.reset_workflow_execution(
            ResetWorkflowExecutionRequest(
                namespace=self._client.namespace,
                workflow_execution=WorkflowExecution(
                    workflow_id=row.process_ref.workflow_id, run_id=run_id
                ),
                reason="operations",
                workflow_task_finish_event_id=event.event_id,
                request_id=str(uuid5(row.id, f"reset/{row.version}")),
            ),
            retry=True,
            timeout=PATIENCE,
        )

    async def _terminate(self, row: StuckItem) -> None:
        """Nothing is left for its workflow to do. One that lives on finds nothing to do either."""
        try:
            await self._client.get_workflow_handle(row.process_ref.workflow_id).terminate(
                reason="closed by operations", rpc_timeout=PATIENCE
            )
        except _UNTOLD as error:
            log.info(
                "not_terminated",
                workflow_id=row.process_ref.workflow_id,
                error=type(error).__name__,
            )

    def _not_fixed(self, row: StuckItem) -> None:
        with self._database.transaction() as session:
            workflow_problems.not_fixed(session, row)

    def _fixed(self, row: StuckItem, fixed: Fixed) -> StuckItem:
        with self._database.transaction() as session:
            closed = stuck_items.close(session, row.id, Resolution.FIXED, fixed.actor)
            if closed is not None:
                return closed.item
            return stuck_queries.read(session.connection(), row.id) or row
