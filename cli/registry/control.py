"""Starting a sync run by hand, waiting for it, and deciding about one that is held."""

import asyncio
from datetime import UTC, datetime

from temporalio.client import (
    Client,
    WorkflowFailureError,
    WorkflowHandle,
    WorkflowUpdateFailedError,
)
from temporalio.service import RPCError, RPCStatusCode

from activities.registry.sync_runs import RunDecision, Source, SyncRequest
from cli.console import Failure
from cli.registry.lookup import Run, by_subject
from storage.database import Database
from workflows.registry.register_sync import RegisterSync, sync_id

Handle = WorkflowHandle[RegisterSync, str]
_WORKER_SECONDS = 30


async def start(client: Client, task_queue: str, source: Source) -> tuple[SyncRequest, Handle]:
    """Start a run of this source now, whatever the scheduler starts and when."""
    now = datetime.now(UTC)
    request = SyncRequest(source=source, subject=f"by-hand-{now:%Y-%m-%dT%H:%M:%S.%fZ}")
    handle = await client.start_workflow(
        RegisterSync.run,
        request,
        id=sync_id(request.source, request.subject),
        task_queue=task_queue,
    )
    return request, handle


async def wait(database: Database, request: SyncRequest, handle: Handle) -> Run | None:
    """The run when it has ended or is held: a held one waits for a person, not for us."""
    ended = asyncio.ensure_future(handle.result())
    while not (await asyncio.wait({ended}, timeout=1))[0]:
        run = await asyncio.to_thread(_run, database, request)
        if run is not None and run["state"] == "held":
            ended.cancel()
            return run
    try:
        await ended
    except WorkflowFailureError:
        raise Failure(
            "The run broke off: Temporal's web UI and the worker's log say why."
        ) from None
    return await asyncio.to_thread(_run, database, request)


def _run(database: Database, request: SyncRequest) -> Run | None:
    with database.reading() as connection:
        return by_subject(connection, request.source, request.subject)


async def decide(client: Client, run: Run, decision: RunDecision) -> None:
    """Release or reject a held run; returns when it is recorded."""
    id_ = sync_id(run["source"], run["subject"])
    handle = client.get_workflow_handle_for(RegisterSync.run, id_)
    try:
        async with asyncio.timeout(_WORKER_SECONDS):
            await handle.execute_update(RegisterSync.decide, decision)
    except TimeoutError:
        raise Failure(
            f"No worker took the decision within {_WORKER_SECONDS} s: is `volitus worker` running? "
            f"Look with `volitus sync show {run['id']}`, then decide again."
        ) from None
    except WorkflowUpdateFailedError as error:
        raise Failure(f"{error.cause}: `volitus sync show {run['id']}`") from None
    except RPCError as error:
        if error.status is not RPCStatusCode.NOT_FOUND:
            raise
        message = "The workflow of this run has ended: `volitus sync run` starts a new run."
        raise Failure(message) from None
