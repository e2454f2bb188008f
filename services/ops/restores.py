"""Use case: carry on after the database was restored from a backup, and Temporal was not.

Temporal's histories are ahead of the rows then, and the rows decide. So every workflow is ended,
and every open process is started again from its rows; what may have been done in the lost time is
in doubt, and its target is asked.
"""

from collections.abc import AsyncIterator
from dataclasses import dataclass, field
from uuid import UUID

import structlog
from temporalio.client import Client
from temporalio.service import RPCError, RPCStatusCode

from domain.audit import Actor
from domain.processes import ProcessType
from services import launcher
from services.engine import Engine
from services.ops.workflow_health import PATIENCE
from storage.ops import restores
from storage.processes import process_queries
from storage.processes.process_queries import Process

log = structlog.get_logger(__name__)

_PAGE = 200


@dataclass(slots=True)
class RestoreReport:
    """What was found after a restore, and what was done about it."""

    steps_in_doubt: int = 0
    """Steps that may have been done in the lost time: their targets are asked."""
    restarted: int = 0
    """Open processes that run again, from their rows."""
    not_restarted: list[str] = field(default_factory=list)
    """Workflow ids of open processes whose rows do not say how to start them."""
    unknown: list[str] = field(default_factory=list)
    """Ids of workflows that ran, of processes that the database does not know or has as ended:
    they were requested, or reopened, in the lost time."""


async def carry_on(
    engine: Engine, *, actor: Actor, why: str, dry_run: bool = False
) -> RestoreReport:
    """Align targets and Temporal with the restored database; returns what was found.

    Call it once the database is back, before a worker starts. Repeating is safe. Raises RPCError
    or RuntimeError where Temporal is unavailable.
    """
    report = RestoreReport()
    change = engine.try_out if dry_run else engine.write
    report.steps_in_doubt = await change(
        lambda session: restores.doubt_unsettled(session, actor=actor, why=why)
    )
    async for process in _open_processes(engine):
        if dry_run or await _restart(engine, process):
            report.restarted += 1
        else:
            report.not_restarted.append(process.workflow_id)
    report.unknown = await _unknown(engine)
    if not dry_run:
        for workflow_id in report.unknown:
            await _terminate(engine.temporal, workflow_id)
    return report


async def _open_processes(engine: Engine) -> AsyncIterator[Process]:
    after: UUID | None = None
    while True:
        page = await engine.read(
            lambda connection, after=after: process_queries.open_page(  # type: ignore[misc]
                connection, after=after, limit=_PAGE
            )
        )
        for process in page:
            yield process
        if len(page) < _PAGE:
            return
        after = page[-1].id


async def _restart(engine: Engine, process: Process) -> bool:
    """End the workflow, whatever it has done, and start it again. False: its rows do not say how.

    A workflow goes by its own history, which may be ahead of the rows.
    """
    await _terminate(engine.temporal, process.workflow_id)
    try:
        await launcher.restart(engine, process)
    except (LookupError, ValueError):
        log.warning("process_not_restarted", workflow_id=process.workflow_id)
        return False
    return True


async def _unknown(engine: Engine) -> list[str]:
    found: list[str] = []
    ours = f'ExecutionStatus = "Running" AND TaskQueue = "{engine.task_queue}"'
    running = engine.temporal.list_workflows(ours)
    ids = [each.id async for each in running if each.id.partition("/")[0] in set(ProcessType)]
    for begin in range(0, len(ids), _PAGE):
        page = ids[begin : begin + _PAGE]
        known = await engine.read(
            lambda connection, page=page: process_queries.open_among(connection, page)  # type: ignore[misc]
        )
        found += [each for each in page if each not in known]
    return sorted(found)


async def _terminate(client: Client, workflow_id: str) -> None:
    try:
        handle = client.get_workflow_handle(workflow_id)
        await handle.terminate(reason="the database was restored", rpc_timeout=PATIENCE)
    except RPCError as error:
        if error.status is not RPCStatusCode.NOT_FOUND:
            raise
