"""What commands connect to, and the line they print where it is not there."""

import os
import pwd
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, contextmanager

from sqlalchemy.engine import make_url
from sqlalchemy.exc import ArgumentError, OperationalError
from temporalio.client import Client
from temporalio.service import RPCError

from cli.console import USAGE, Failure
from runtime.payload_codec import PayloadCipher
from runtime.temporal_client import connect
from settings import Settings, SettingsError
from storage import migrate
from storage.database import Database


def read_settings() -> Settings:
    """The settings of the environment; what is wrong is a line on stderr and exit code 2."""
    try:
        return Settings.from_environment()
    except SettingsError as error:
        raise Failure(f"Wrong settings: {error} (see docs/settings.md)", USAGE) from None


def database_url(settings: Settings) -> str:
    """The database's address for psycopg 3, whatever driver it was written for."""
    try:
        address = make_url(settings.database_url.get_secret_value())
    except (ArgumentError, ValueError):  # the latter for a port that is no number
        message = "Wrong settings: VOLITUS_DATABASE_URL: not postgresql://user:password@host/name"
        raise Failure(message, USAGE) from None
    return address.set(drivername="postgresql+psycopg").render_as_string(hide_password=False)


@contextmanager
def database_answers() -> Iterator[None]:
    """Turns a database that cannot be reached into a line."""
    try:
        yield
    except OperationalError as error:
        said = str(error.orig).splitlines()[0]
        raise Failure(
            f"The database does not answer: {said}. Check VOLITUS_DATABASE_URL and the server, "
            "then run the same command again."
        ) from None


@contextmanager
def open_database(settings: Settings) -> Iterator[Database]:
    """The database, migrated as this version needs it; closed afterwards."""
    with database_answers():
        database = Database(database_url(settings), pool_size=2, name="volitus")
        try:
            with database.reading() as connection:
                ready = migrate.at_head(connection)
            if not ready:
                raise Failure("The database is not of this version: run `volitus migrate`.")
            yield database
        finally:
            database.close()


@asynccontextmanager
async def open_temporal(settings: Settings) -> AsyncIterator[Client]:
    """A client of Temporal; where it cannot be reached, a line."""
    key = settings.temporal_api_key
    try:
        client = await connect(
            settings.temporal_address,
            namespace=settings.temporal_namespace,
            cipher=PayloadCipher(settings.payload_key_ring(), settings.payload_key_current),
            tls=settings.temporal_tls,
            api_key=key.get_secret_value() if key else None,
        )
    except RuntimeError:
        raise _silent(settings, "not reached") from None
    try:
        yield client
    except RPCError as error:
        raise _silent(settings, error.status.name) from None


def _silent(settings: Settings, why: str) -> Failure:
    return Failure(
        f"Temporal does not answer at {settings.temporal_address} ({why}). Check "
        "VOLITUS_TEMPORAL_ADDRESS, the namespace and the server, then run the same command again."
    )


def operator() -> str:
    """Who runs this command, for the history: ``ops:`` and the name of the Unix user."""
    uid = os.getuid()
    try:
        return f"ops:{pwd.getpwuid(uid).pw_name}"
    except KeyError:  # a container may run as a user without a name
        return f"ops:{uid}"
