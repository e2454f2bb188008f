"""Blocking work of coroutines, on threads."""

import asyncio
from collections.abc import Callable
from typing import TypeVar

T = TypeVar("T")


async def on_thread(work: Callable[[], T]) -> T:
    """Run ``work`` on a thread of the loop's executor and return its result.

    A caller that is cancelled waits for ``work`` to end first: a transaction is then known to have
    ended, and its connection is back in the pool, before anything else is closed or tried again.
    """
    task = asyncio.ensure_future(asyncio.to_thread(work))
    try:
        return await asyncio.shield(task)
    except asyncio.CancelledError:
        await asyncio.wait({task})
        raise
