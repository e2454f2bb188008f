"""Repeats a check twice a second. It is short and harmless to repeat: every worker makes it."""

from collections.abc import Awaitable, Callable
from contextlib import AbstractAsyncContextManager

import structlog
from temporalio.service import RPCError

from runtime.periodic import run_periodically
from storage.database import LOST

log = structlog.get_logger(__name__)

_EVERY_SECONDS = 0.5


def repeated(
    check: Callable[[], Awaitable[None]], *, unavailable: str, failed: str
) -> AbstractAsyncContextManager[None]:
    """Make the check while the block runs.

    ``unavailable`` is logged where the database or Temporal is, and ``failed`` where our own code
    fails; then the check is made again.
    """

    async def check_safely() -> None:
        try:
            await check()
        except (*LOST, RPCError) as error:
            log.warning(unavailable, error=type(error).__name__)
        except Exception:
            log.exception(failed)  # otherwise it would not be made any more

    return run_periodically(check_safely, lambda: _EVERY_SECONDS)
