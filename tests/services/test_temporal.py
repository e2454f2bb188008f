"""Use cases that wait for Temporal: a caller that is cancelled stays cancelled."""

import asyncio
from collections.abc import Awaitable
from datetime import timedelta
from uuid import uuid4

import pytest
from temporalio.client import Client

from domain.processes import number_verification_id
from services.engine import Engine
from services.numbers import workflow_client
from services.temporal import TemporalUnavailable, reaching_temporal
from storage.database import Database


@pytest.fixture
def idle(temporal: Client) -> Engine:
    """An engine whose workflows no worker carries out."""
    nowhere = Database("postgresql://nobody@127.0.0.1:1/none", pool_size=1)
    return Engine(nowhere, temporal, str(uuid4()))


async def _until_it_waits(waiting: Awaitable[None]) -> asyncio.Task[None]:
    async def wait() -> None:
        await waiting

    task = asyncio.create_task(wait())
    done, _ = await asyncio.wait({task}, timeout=0.3)
    assert not done, "it waits for a worker"
    return task


async def test_a_cancelled_wait_for_an_update_is_not_taken_for_a_time_out(idle: Engine) -> None:
    id_ = uuid4()
    await workflow_client.start(idle, id_, timedelta(minutes=1))
    task = await _until_it_waits(workflow_client.wait_for(idle, id_, "wait_until_sent", 1))

    task.cancel()

    with pytest.raises(asyncio.CancelledError):
        await task


async def test_temporal_is_not_called_unavailable_because_the_caller_is_cancelled(
    idle: Engine,
) -> None:
    id_ = uuid4()
    await workflow_client.start(idle, id_, timedelta(minutes=1))

    async def update() -> None:
        handle = idle.temporal.get_workflow_handle(number_verification_id(id_))
        async with reaching_temporal(60):
            await handle.execute_update("wait_until_ended")

    task = await _until_it_waits(update())
    task.cancel()

    with pytest.raises(asyncio.CancelledError):
        await task


async def test_an_update_that_no_worker_takes_up_in_time_is_temporal_unavailable(
    idle: Engine,
) -> None:
    id_ = uuid4()
    await workflow_client.start(idle, id_, timedelta(minutes=1))
    handle = idle.temporal.get_workflow_handle(number_verification_id(id_))

    with pytest.raises(TemporalUnavailable):
        async with reaching_temporal(0.2):
            await handle.execute_update("wait_until_ended")
