"""Temporal for use cases: one error where it is unavailable."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import structlog
from temporalio.client import RPCTimeoutOrCancelledError
from temporalio.service import RPCError, RPCStatusCode

log = structlog.get_logger(__name__)

_SECONDS = 5.0
UNREACHED = (RPCError, RPCTimeoutOrCancelledError, TimeoutError)
"""Raised where Temporal does not answer, or not in time."""


class TemporalUnavailable(Exception):
    """Temporal does not answer. ``retry_after``: seconds after which to try again."""

    def __init__(self, retry_after: int = 5) -> None:
        super().__init__("workflows_unavailable")
        self.retry_after = retry_after


@asynccontextmanager
async def reaching_temporal(seconds: float = _SECONDS) -> AsyncIterator[None]:
    """Raise TemporalUnavailable where Temporal does not answer, or not in time."""
    try:
        async with asyncio.timeout(seconds):
            yield
    except (*UNREACHED, RuntimeError) as error:  # RuntimeError: it cannot be connected
        still_wanted()
        log.warning("temporal_unavailable", error=type(error).__name__)
        raise TemporalUnavailable from None


def still_wanted() -> None:
    """Raise CancelledError where the caller was cancelled.

    Temporal's client turns the cancellation of an update into an error of its own, as it does with
    a time-out.
    """
    task = asyncio.current_task()
    if task is not None and task.cancelling():
        raise asyncio.CancelledError


def refuses_request(error: RPCError) -> bool:
    """Return whether Temporal is available, and refuses this request whenever it is made."""
    return error.status is RPCStatusCode.INVALID_ARGUMENT
