"""Looking after something again and again, beside the worker's work."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager, suppress

_PATIENCE = 5.0


@asynccontextmanager
async def run_periodically(
    look: Callable[[], Awaitable[None]], pause: Callable[[], float], *, first: float = 0
) -> AsyncIterator[None]:
    """Look, pause so many seconds, and look again while the block runs.

    A look that has begun when the block ends gets five seconds: what a thread of it has in hand,
    a connection say, would be lost. ``look`` says itself what may go wrong.
    """
    over = asyncio.Event()

    async def go_round(wait: float) -> None:
        while not over.is_set():
            with suppress(TimeoutError):
                await asyncio.wait_for(over.wait(), wait)
                return
            await look()
            wait = pause()

    task = asyncio.create_task(go_round(first))
    try:
        yield
    finally:
        over.set()
        await asyncio.wait({task}, timeout=_PATIENCE)
        task.cancel()
        await asyncio.gather(task, return_exceptions=True)
