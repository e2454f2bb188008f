"""Finding out which companies to ask the register about."""

from uuid import UUID

from pydantic import BaseModel
from sqlalchemy import TextClause, text
from temporalio import activity
from temporalio.exceptions import ApplicationError

from activities.heartbeat import heartbeating
from activities.registry.errors import as_failure
from domain.registry.bulk_file import FileRefusedError
from domain.registry.register import BulkFile, Register, RegisterUnknown
from storage.database import Database
from storage.registry import sync_runs
from storage.registry.bulk_file_diff import BulkComparison
from storage.registry.change_feed import RegisterFeed

FILE_REFUSED = "FileRefused"


class FetchedFile(BaseModel, frozen=True):
    """A register's file on this machine's disk, and the run that fetched it."""

    run_id: UUID
    path: str
    version: str
    sha256: str
    size: int


class FoundCompanies(BaseModel, frozen=True):
    """Whom a run for source ``company`` asks about."""

    run_id: UUID
    company_ids: tuple[UUID, ...]


_CUSTOMERS = text("""
INSERT INTO sync_change (run_id, company_id, kind)
SELECT :run, c.id, 'checked' FROM company c
WHERE c.country = :country AND EXISTS (
    SELECT FROM account a WHERE a.company_id = c.id AND a.status = 'active')
ON CONFLICT DO NOTHING
""")

_GIVEN = text("""
INSERT INTO sync_change (run_id, company_id, kind)
SELECT :run, c.id, 'customer' FROM company c WHERE c.id = ANY(:ids) ON CONFLICT DO NOTHING
""")

_TO_ASK = text("SELECT count(*) FROM sync_change WHERE run_id = :run")


class Finding:
    """Which companies a run is about, each source in its own way."""

    def __init__(
        self, database: Database, register: Register, bulk: BulkComparison, feed: RegisterFeed
    ) -> None:
        self._database = database
        self._register = register
        self._bulk = bulk
        self._feed = feed

    @activity.defn
    def fetch_file(self, run_id: UUID) -> FetchedFile | None:
        """Download the file; a download that broke off goes on. None: nothing new since last time.

        Heartbeats with the bytes so far.
        """
        known = self._last_good()
        try:
            with heartbeating() as tell:
                file = self._bulk.fetch(known[0], tell)
        except RegisterUnknown as error:
            raise as_failure(error) from None
        if file is None or file.sha256 == known[1]:
            return None
        with self._database.transaction() as session:
            session.execute(
                text("UPDATE sync_run SET version = :version, sha256 = :sha256 WHERE id = :run"),
                {"run": run_id, "version": file.version, "sha256": file.sha256},
            )
        return FetchedFile(
            run_id=run_id,
            path=file.path,
            version=file.version,
            sha256=file.sha256,
            size=file.size,
        )

    @activity.defn
    def compare_file(self, fetched: FetchedFile) -> int:
        """Stage the file and compare it with the last; returns how many companies to ask about.

        One transaction: a worker that dies leaves nothing behind, and the next one starts anew
        from the file on disk. Heartbeats with the companies so far. Fails finally, type
        FileRefused, for a file that must not be believed.
        """
        file = BulkFile(fetched.path, fetched.version, fetched.sha256, fetched.size)
        try:
            with heartbeating() as tell:
                compared = self._bulk.compare(fetched.run_id, file, tell)
        except FileRefusedError as error:
            raise ApplicationError(
                error.code, error.code, error.detail, type=FILE_REFUSED, non_retryable=True
            ) from None
        except RegisterUnknown as error:
            raise as_failure(error) from None
        return compared.matter

    @activity.defn
    def read_changes(self, run_id: UUID) -> int:
        """Read the change list; returns how many companies to ask about."""
        try:
            with heartbeating():
                changes = self._feed.read(self._register)
        except RegisterUnknown as error:
            raise as_failure(error) from None
        return self._feed.take_in(run_id, changes)

    @activity.defn
    def list_waiting(self, run_id: UUID) -> int:
        """Those that no news names but who wait for an answer; returns how many."""
        with self._database.transaction() as session:
            return sync_runs.also_ask(session, run_id, self._register.country)

    @activity.defn
    def list_customers(self, run_id: UUID) -> int:
        """Every company with an active account here; returns how many."""
        return self._insert(run_id, _CUSTOMERS, {"country": self._register.country})

    @activity.defn
    def list_given(self, found: FoundCompanies) -> int:
        """Just these companies; returns how many."""
        return self._insert(found.run_id, _GIVEN, {"ids": list(found.company_ids)})

    def _insert(self, run_id: UUID, statement: TextClause, parameters: dict[str, object]) -> int:
        with self._database.transaction() as session:
            session.execute(statement, {"run": run_id, **parameters})
            number: int = session.execute(_TO_ASK, {"run": run_id}).scalar_one()
            sync_runs.count(session, run_id, {"to_ask": number})
        return number

    def _last_good(self) -> tuple[str | None, str | None]:
        with self._database.reading() as connection:
            row = connection.execute(
                text(
                    "SELECT version, sha256 FROM sync_run WHERE source = 'file'"
                    " AND state = 'finished' AND sha256 IS NOT NULL"
                    " ORDER BY started_at DESC LIMIT 1"
                )
            ).one_or_none()
        return (row.version, row.sha256) if row else (None, None)
