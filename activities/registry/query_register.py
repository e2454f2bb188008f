"""Query the register about the companies of a run, one at a time, answer by answer."""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import replace
from datetime import datetime
from typing import ClassVar
from uuid import UUID

from pydantic import BaseModel
from temporalio import activity

from activities.heartbeat import heartbeating
from activities.registry.errors import as_failure
from domain.registry.ports import Register
from domain.registry.register import (
    Absent,
    BudgetSpent,
    CompanyStatus,
    Defect,
    RegisterState,
    RegisterUnknown,
)
from domain.task_queues import ActivityQueue, RegisterQueue
from storage.database import Database, Session
from storage.registry import (
    bulk_file_diff,
    register_state_queries,
    rejected_records,
    sync_changes,
    sync_runs,
)
from storage.registry.rejected_records import QUERY_ANSWERS
from storage.registry.sync_changes import PendingCompany

# This many failed queries in a row mean that the register is down. Each further attempt tolerates
# more of them, so that a row of companies that always fail does not stop a run for ever.
_DOWN = 5
_DOWN_AT_MOST = 50
_PAGE = 200

Skipped = tuple[PendingCompany, RegisterUnknown]


class QueryResult(BaseModel, frozen=True):
    """Result of querying. ``wait_until``: when the next query may be sent, if not now."""

    answered: int
    unknown: int
    wait_until: datetime | None = None


class QueryRegisterActivities:
    """Activities that query the register and keep its answers with the run.

    ``file``: name of the register's file, the second witness that a company is gone.
    """

    queue: ClassVar[ActivityQueue | None] = RegisterQueue.SYNC

    def __init__(self, database: Database, register: Register, file: str) -> None:
        self._database = database
        self._register = register
        self._file = file

    @activity.defn(name="registry.query_companies")
    def query_companies(self, run_id: UUID) -> QueryResult:
        """Query about every company of the run that has no answer yet, one at a time.

        Resumes where a dead worker stopped: each answer is committed when it comes. A company
        that cannot be queried about is rejected and never stops the rest; when no query succeeds
        the register is down, and the activity fails to be retried.
        """
        with heartbeating() as heartbeat:
            try:
                return self._query_all(run_id, heartbeat)
            except BudgetSpent as spent:
                with self._database.transaction() as session:
                    sync_runs.wait_until(session, run_id, spent.until)
                return QueryResult(answered=0, unknown=0, wait_until=spent.until)

    def _query_all(self, run_id: UUID, heartbeat: Callable[..., None]) -> QueryResult:
        down = min(_DOWN * activity.info().attempt, _DOWN_AT_MOST)
        answered, skipped = self._query_each(run_id, self._pending(run_id), down, heartbeat)
        hopeful = [company for company, error in skipped if error.retry]
        if hopeful and not answered and not self._any_answer(run_id):
            raise as_failure(skipped[-1][1])
        # Queries that failed while others succeeded are repeated once before they are rejected.
        again, still = self._query_each(run_id, hopeful, len(hopeful) + 1, heartbeat)
        hopeless = [(company, error) for company, error in skipped if not error.retry] + still
        self._reject(run_id, hopeless)
        return QueryResult(answered=answered + again, unknown=len(hopeless))

    def _query_each(
        self,
        run_id: UUID,
        companies: Iterable[PendingCompany],
        down: int,
        heartbeat: Callable[..., None],
    ) -> tuple[int, list[Skipped]]:
        """Return how many were answered, and those that were not. Fails after ``down`` in a row."""
        answered, skipped = 0, list[Skipped]()
        in_a_row = 0
        for company in companies:
            heartbeat(answered)
            try:
                self._query(run_id, company)
            except BudgetSpent:
                raise
            except RegisterUnknown as error:
                skipped.append((company, error))
                in_a_row += 1
                if error.concerns_all or (in_a_row >= down and error.retry):
                    raise as_failure(error) from None
            else:
                answered, in_a_row = answered + 1, 0
        return answered, skipped

    def _pending(self, run_id: UUID) -> Iterator[PendingCompany]:
        after = UUID(int=0)
        while True:
            with self._database.reading() as connection:
                page = sync_changes.pending(connection, run_id, after=after, limit=_PAGE)
            if not page:
                return
            yield from page
            after = page[-1].id

    def _query(self, run_id: UUID, company: PendingCompany) -> None:
        with activity.shield_thread_cancel_exception():  # a turn at the register is given back
            answer = self._register.state(company.key)
        with self._database.transaction() as session:
            if isinstance(answer, Absent):
                answer = self._deleted(session, company, answer)
            sync_changes.keep_answer(session, run_id, company.id, answer)
            rejected_records.resolve(session, QUERY_ANSWERS, company.key.code, read_at=answer.as_of)
            sync_runs.add_counts(session, run_id, answered=1)

    def _deleted(self, session: Session, company: PendingCompany, absent: Absent) -> RegisterState:
        """Return the state of a company that the register does not know: deleted.

        Emptiness alone ends nothing. Raises RegisterUnknown unless the register's file lacks the
        company too, and could have named it (``bulk_file_diff.is_gone``).
        """
        known = register_state_queries.current(session, [company.id]).get(company.id)
        if known is None or not bulk_file_diff.is_gone(
            session, self._file, company.key.code, known_at=known.as_of
        ):
            raise RegisterUnknown("company_absent", "only one source says so", retry=False)
        return replace(
            known.state,
            status=CompanyStatus.DELETED,
            holders=(),
            groups=(),
            opaque=False,
            as_of=absent.as_of,
        )

    def _any_answer(self, run_id: UUID) -> bool:
        with self._database.reading() as connection:
            return sync_changes.any_answer(connection, run_id)

    def _reject(self, run_id: UUID, skipped: list[Skipped]) -> None:
        with self._database.transaction() as session:
            for company, error in skipped:
                defect = Defect(company.key.code, error.code, error.detail)
                rejected_records.reject(
                    session, QUERY_ANSWERS, defect, run_id=run_id, company_id=company.id
                )
                sync_changes.keep_unknown(session, run_id, company.id)
            sync_runs.add_counts(session, run_id, unknown=len(skipped))
