"""Blocking work of coroutines: a caller that is cancelled leaves nothing half done behind."""

import asyncio
import threading

import pytest

from runtime.threads import on_thread
from tests.fixtures.patience import PATIENCE


async def test_a_cancelled_caller_waits_until_its_work_has_ended() -> None:
    begun, may_end, ended = threading.Event(), threading.Event(), threading.Event()

    def work() -> None:
        begun.set()
        assert may_end.wait(PATIENCE)
        ended.set()

    caller = asyncio.create_task(on_thread(work))
    await asyncio.to_thread(begun.wait, PATIENCE)
    caller.cancel()
    await asyncio.sleep(0)
    waited = not caller.done()
    may_end.set()
    with pytest.raises(asyncio.CancelledError):
        await caller

    assert waited
    assert ended.is_set()


async def test_results_and_errors_are_those_of_the_work() -> None:
    def fail() -> None:
        raise LookupError("no such thing")

    assert await on_thread(lambda: 7) == 7
    with pytest.raises(LookupError, match="no such thing"):
        await on_thread(fail)
