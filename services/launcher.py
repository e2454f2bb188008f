"""Starts the workflow of a process from its rows: the first time, or again."""

from contextlib import suppress
from uuid import UUID

from temporalio.common import WorkflowIDConflictPolicy, WorkflowIDReusePolicy
from temporalio.exceptions import WorkflowAlreadyStartedError

from runtime import tracing
from services.engine import Engine
from services.temporal import TemporalUnavailable, reaching_temporal
from storage.database import Connection
from storage.processes import process_queries, processes
from storage.processes.process_queries import Process
from workflows.catalog import CATALOG, Start


async def start(engine: Engine, process_id: UUID) -> bool:
    """Start a process that was asked for, once however often it is called.

    False: Temporal is unavailable, and a worker starts it later.
    """
    process = await engine.read(lambda connection: process_queries.read(connection, process_id))
    if process is None or not process.is_open:
        return True
    with suppress(TemporalUnavailable):
        async with reaching_temporal():
            await begin(engine, process)
            return True
    return False


async def begin(engine: Engine, process: Process) -> None:
    """Start a process, unless it was ever started, and record that. Raises RPCError.

    Raises LookupError, or whatever its rows give cause for, where they do not say how.
    """
    with suppress(WorkflowAlreadyStartedError):
        await _run(engine, process, WorkflowIDReusePolicy.REJECT_DUPLICATE)
    await engine.write(lambda session: processes.started(session, [process.id]))


async def restart(engine: Engine, process: Process) -> None:
    """Start a process's workflow again, from the state in the database.

    One that runs is left as it is. Raises RPCError.
    """
    await _run(engine, process, WorkflowIDReusePolicy.ALLOW_DUPLICATE)
    await engine.write(lambda session: processes.started(session, [process.id]))


async def _run(engine: Engine, process: Process, reuse: WorkflowIDReusePolicy) -> None:
    definition = CATALOG[process.type]

    def read(connection: Connection) -> Start:
        return definition.start(connection, process.id)

    start_ = await engine.read(read)
    with tracing.continued(process.traceparent):
        handle = await engine.temporal.start_workflow(
            definition.workflow.run,
            start_.argument,
            id=process.workflow_id,
            task_queue=engine.task_queue,
            id_reuse_policy=reuse,
            id_conflict_policy=WorkflowIDConflictPolicy.USE_EXISTING,
        )
        for signal in start_.signals:  # signals that its earlier workflow got
            await handle.signal(signal.method, args=list(signal.arguments))
