"""Telling Temporal what was decided, without waiting for it for long."""

import asyncio
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, redirect_stdout

from temporalio.client import Client

from cli.connections import open_temporal
from cli.console import Failure
from settings.processes import CliSettings


@asynccontextmanager
async def temporal_soon(settings: CliSettings, seconds: float = 10) -> AsyncIterator[Client]:
    """Temporal, for so long. Failure where it does not answer; what is logged goes to stderr."""
    try:
        async with asyncio.timeout(seconds), open_temporal(settings) as client:
            with redirect_stdout(sys.stderr):
                yield client
    except TimeoutError:
        raise Failure(
            f"Temporal did not answer within {seconds:.0f} s: try the same command again."
        ) from None
