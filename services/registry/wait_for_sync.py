"""Wait for a running sync run."""

import asyncio

from temporalio.client import WorkflowFailureError

from domain.processes import sync_id
from domain.registry.sync import SyncState
from services.engine import Engine
from services.registry.decide_sync import read_sync
from storage.registry.sync_run_queries import SyncRun
from workflows.registry.register_sync import RegisterSync


class SyncBroken(Exception):
    """The run's workflow ended without ending the run."""


async def wait_for_sync(engine: Engine, run: SyncRun) -> SyncRun:
    """Wait until the run has ended or is held: a held one waits for a person.

    Raises SyncBroken.
    """
    handle = engine.temporal.get_workflow_handle_for(
        RegisterSync.run, sync_id(run.source, run.subject)
    )
    ended = asyncio.ensure_future(handle.result())
    while not (await asyncio.wait({ended}, timeout=1))[0]:
        now = await read_sync(engine, run.id)
        if now.state is SyncState.HELD:
            ended.cancel()
            return now
    try:
        await ended
    except WorkflowFailureError:
        raise SyncBroken from None
    return await read_sync(engine, run.id)
