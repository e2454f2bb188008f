"""Connections of the commands that need Temporal. The others start without loading its client."""

import sys
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, contextmanager, redirect_stdout

from temporalio.client import Client
from temporalio.service import RPCError

from cli.console import Failure
from runtime import tracing
from runtime.payload_codec import PayloadCipher
from runtime.temporal_client import connect_to
from services.engine import Engine
from settings.commands import CliSettings
from storage.database import Database


@asynccontextmanager
async def open_temporal(settings: CliSettings) -> AsyncIterator[Client]:
    """Connect to Temporal. Raises Failure where it cannot be reached, then or inside the block."""
    with _traced(settings):
        try:
            client = await connect_to(settings.temporal, PayloadCipher.of(settings.payload))
        except RuntimeError:
            raise _unreachable(settings, "not reached") from None
        try:
            yield client
        except RPCError as error:
            raise _unreachable(settings, error.status.name) from None


@asynccontextmanager
async def open_engine(settings: CliSettings, database: Database) -> AsyncIterator[Engine]:
    """The engine for use cases. Temporal is connected on first use; logs go to stderr."""
    cipher = PayloadCipher.of(settings.payload)
    with redirect_stdout(sys.stderr), _traced(settings):
        client = await connect_to(settings.temporal, cipher, lazy=True)
        yield Engine(database, client, settings.task_queue)


@contextmanager
def _traced(settings: CliSettings) -> Iterator[None]:
    with (
        tracing.exporting(settings.traces, settings.process),
        tracing.span("command", tracing.CLIENT, {}),
    ):
        yield


def _unreachable(settings: CliSettings, why: str) -> Failure:
    return Failure(
        f"Temporal is unavailable at {settings.temporal.address} ({why}). Check "
        "VOLITUS_TEMPORAL_ADDRESS, the namespace and the server, then run the same command again."
    )
