"""Connections of commands, and the line they print where a server does not answer."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import TypeVar, overload

from cli.console import USAGE, Failure
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
    """Read the settings of a command for staff that needs only the database. Raises Failure."""
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
