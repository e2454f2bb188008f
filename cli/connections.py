"""Connections of commands, and the line they print where a server does not answer."""

import sys
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, contextmanager, redirect_stdout
from typing import TypeVar, overload

from temporalio.client import Client
from temporalio.service import RPCError

from cli.console import USAGE, Failure
from runtime import tracing
from runtime.payload_codec import PayloadCipher
from runtime.temporal_client import connect_to
from services.engine import Engine
from settings.base import ProcessSettings
from settings.commands import CliSettings, DatabaseCommandSettings, OperatorCommandSettings
from settings.process_bases import DatabaseProcessSettings
from settings.sources import SettingsError
from storage import schema_version
from storage.database import LOST, Database, open_pool

S = TypeVar("S", bound=ProcessSettings)


@overload
def read_settings() -> CliSettings: ...
@overload
def read_settings(kind: type[S]) -> S: ...
def read_settings(kind: type[ProcessSettings] = CliSettings) -> ProcessSettings:
    """Read the settings of a command that needs ``kind``.

    Raises Failure with exit code 2 and one line that names every variable at fault.
    """
    try:
        return kind.from_environment()
    except SettingsError as error:
        raise Failure(f"Invalid settings: {error} (see docs/settings.md)", USAGE) from None


def database_settings() -> DatabaseCommandSettings:
    """Read the settings of a command that needs only the database. Raises Failure."""
    return read_settings(DatabaseCommandSettings)


def operator_settings() -> OperatorCommandSettings:
    """Read the settings of a command that records who ran it. Raises Failure."""
    return read_settings(OperatorCommandSettings)


@contextmanager
def database_answers() -> Iterator[None]:
    """Raise Failure where the database cannot be reached."""
    try:
        yield
    except LOST as error:
        said = str(getattr(error, "orig", error)).splitlines()[0]
        raise Failure(
            f"The database is unavailable: {said}. Check VOLITUS_DATABASE_URL and the server, "
            "then run the same command again."
        ) from None


@contextmanager
def open_database(settings: DatabaseProcessSettings) -> Iterator[Database]:
    """Open the database, and close it afterwards.

    Raises Failure where it does not answer or has not this release's schema.
    """
    with database_answers(), open_pool(settings.database, "volitus") as database:
        with database.reading() as connection:
            problem = schema_version.problem(connection)
        if problem is not None:
            raise Failure(f"The database is not ready for this version: {problem}.")
        yield database


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
