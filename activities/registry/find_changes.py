"""Find the companies that a run queries the register about."""

from typing import ClassVar
from uuid import UUID

from pydantic import BaseModel
from temporalio import activity
from temporalio.exceptions import ApplicationError

from activities.heartbeat import heartbeating
from activities.registry.errors import as_failure
from domain.registry.bulk_file import BulkFile, FileLimits, FileRefusedError
from domain.registry.ports import Register, RegisterFile
from domain.registry.register import RegisterUnknown
from domain.task_queues import ActivityQueue
from storage.database import Database, Session
from storage.registry import bulk_file_diff, sync_changes, sync_run_queries, sync_runs

FILE_REFUSED = "FileRefused"


class FetchedFile(BaseModel, frozen=True):
    """A register's file on this machine's disk, and the run that fetched it."""

    run_id: UUID
    path: str
    version: str
    sha256: str
    size: int


class RequestedCompany(BaseModel, frozen=True):
    """The company that a run of source ``company`` queries about."""

    run_id: UUID
    company_id: UUID


class FindChangesActivities:
    """Activities that find the companies of a run without querying the register."""

    queue: ClassVar[ActivityQueue | None] = None

    def __init__(
        self,
        database: Database,
        register: Register,
        register_file: RegisterFile,
        limits: FileLimits,
    ) -> None:
        self._database = database
        self._register = register
        self._file = register_file
        self._limits = limits

    @activity.defn(name="registry.fetch_file")
    def fetch_file(self, run_id: UUID) -> FetchedFile | None:
        """Download the file, resuming a broken download. None: it is the last one still.

        Heartbeats with the bytes so far.
        """
        with self._database.reading() as connection:
            last = sync_run_queries.last_file(connection)
        try:
            with heartbeating() as heartbeat:
                file = self._file.fetch(last.version if last else None, heartbeat)
        except RegisterUnknown as error:
            raise as_failure(error) from None
        if file is None or (last and file.sha256 == last.sha256):
            return None
        with self._database.transaction() as session:
            sync_runs.set_file(session, run_id, file.version, file.sha256)
        return FetchedFile(
            run_id=run_id,
            path=file.path,
            version=file.version,
            sha256=file.sha256,
            size=file.size,
        )

    @activity.defn(name="registry.compare_file")
    def compare_file(self, fetched: FetchedFile) -> int:
        """Stage the file and compare it with the last; returns how many companies to query about.

        One transaction: a worker that dies leaves nothing behind, and the next attempt starts
        from the file on disk. Heartbeats with the companies so far. Fails for good, type
        FileRefused, for a file that cannot be trusted.
        """
        file = BulkFile(fetched.path, fetched.version, fetched.sha256, fetched.size)
        try:
            with heartbeating() as heartbeat:
                compared = bulk_file_diff.compare(
                    self._database,
                    fetched.run_id,
                    self._file,
                    file,
                    limits=self._limits,
                    progress=heartbeat,
                )
        except FileRefusedError as error:
            raise ApplicationError(
                error.code, error.code, error.detail, type=FILE_REFUSED, non_retryable=True
            ) from None
        except RegisterUnknown as error:
            raise as_failure(error) from None
        return compared.to_query

    @activity.defn(name="registry.list_waiting")
    def list_waiting(self, run_id: UUID) -> int:
        """Add companies that wait for an answer though no change names them; returns how many."""
        with self._database.transaction() as session:
            number = sync_changes.add_waiting(session, run_id, self._register.country)
            return _counted(session, run_id, number)

    @activity.defn(name="registry.list_customers")
    def list_customers(self, run_id: UUID) -> int:
        """Add every company with an active account; returns how many."""
        with self._database.transaction() as session:
            number = sync_changes.add_customers(session, run_id, self._register.country)
            return _counted(session, run_id, number)

    @activity.defn(name="registry.list_requested")
    def list_requested(self, requested: RequestedCompany) -> int:
        """Add the company named in the request; returns how many companies the run has."""
        with self._database.transaction() as session:
            number = sync_changes.add_company(session, requested.run_id, requested.company_id)
            return _counted(session, requested.run_id, number)


def _counted(session: Session, run_id: UUID, number: int) -> int:
    sync_runs.set_counts(session, run_id, to_query=number)
    return number
