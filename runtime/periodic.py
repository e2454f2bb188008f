"""Checks that run at intervals beside the work of a process."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager, suppress

_SHUTDOWN_SECONDS = 5.0


@asynccontextmanager
async def run_periodically(
    check: Callable[[], Awaitable[None]], pause: Callable[[], float], *, first: float = 0
) -> AsyncIterator[None]:
    """Call ``check`` every ``pause()`` seconds while the block runs; after ``first`` s at first.

    A check that is running when the block ends gets 5 s, so that its threads can return their
    database connections. ``check`` must handle its own errors.
    """
    stop = asyncio.Event()

    async def repeat(wait: float) -> None:
        while not stop.is_set():
            with suppress(TimeoutError):
                await asyncio.wait_for(stop.wait(), wait)
                return
            await check()
            wait = pause()

    task = asyncio.create_task(repeat(first))
    try:
        yield
    finally:
        stop.set()
        await asyncio.wait({task}, timeout=_SHUTDOWN_SECONDS)
        task.cancel()
        await asyncio.gather(task, return_exceptions=True)
