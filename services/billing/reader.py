"""The one way to read what billing says: a fresh snapshot, else billing, else what is known.

Billing that is slow or down never holds up anything else: it is asked on few threads of its own,
once for all who ask the same at the same time, and whoever waits waits a few seconds.
"""

import asyncio
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime, timedelta
from typing import Any, TypeVar

import structlog

from activities.adapters.billing.reads import BillingReads
from domain.billing.snapshots import FreshRules, Known, Stale
from domain.provisioning.steps import NotDone, Refused
from domain.reasons import Reason
from runtime.threads import on_thread
from services.billing.failures import count_failure
from services.billing.pauses import Pauses
from services.billing.questions import Question
from storage.billing import snapshots
from storage.billing.snapshots import Found, Subject
from storage.database import Database, DatabaseError

log = structlog.get_logger(__name__)
T = TypeVar("T")

AT_ONCE = 8
"""Questions that billing is asked at the same time."""
_REASON = Reason("billing_unavailable", "Billing does not answer: this is what it said last")


class BillingUnavailable(Exception):
    """Billing does not answer, and nothing is known from before. ``retry_after``: seconds."""

    def __init__(self, retry_after: int) -> None:
        super().__init__()
        self.retry_after = retry_after


class BillingReader:
    """Reads of billing, with their snapshots. One per process; ``aclose`` ends its threads."""

    def __init__(
        self,
        database: Database,
        billing: BillingReads,
        rules: FreshRules,
        pauses: Pauses | None = None,
    ) -> None:
        self.zone = billing.zone
        """Of the installation: its days are those of invoices and months."""
        self._database = database
        self._billing = billing
        self._rules = rules
        self._pauses = pauses or Pauses(rules.pause)
        self._threads = ThreadPoolExecutor(AT_ONCE, thread_name_prefix="billing")
        self._asked: dict[tuple[Subject, datetime | None], asyncio.Task[Any]] = {}

    async def read(self, question: Question[T], also: Known[T] | None = None) -> Known[T]:
        """Return what billing says, or said last; then the answer is marked as stale.

        Decide first whether the caller may see it: nothing is decided here.

        Args:
            question: What is asked.
            also: What is known of it from another question's answer, if anything is.

        Raises:
            BillingUnavailable: Billing does not answer, and nothing is known from before.
        """
        subject = question.subject
        found, kept = await on_thread(lambda: self._find(question))
        known = _newest(kept, also)
        if known is not None and (
            question.ends_with(known.value) or self._is_fresh(known.read_at, found)
        ):
            return known
        answer = None if self._pauses.left(subject) else await self._ask(question, found)
        if answer is not None:
            return answer
        if known is None:
            raise self._unavailable(subject)
        return Known(known.value, known.read_at, Stale(known.read_at, _REASON))

    async def ask_now(self, subject: Subject, ask: Callable[[BillingReads], T]) -> T:
        """Ask for what is never kept, such as a document.

        Raises:
            BillingUnavailable: Billing does not answer.
        """
        if not self._pauses.left(subject):
            task = asyncio.ensure_future(self._asked_of_billing(subject, ask))
            done = await self._wait(subject, task)
            answer = task.result() if done else None
            if answer is not None:
                return answer
        raise self._unavailable(subject)

    async def aclose(self) -> None:
        """Wait for what billing is being asked, a few seconds at most, and end the threads."""
        if self._asked:
            await asyncio.wait(self._asked.values(), timeout=self._rules.patience.total_seconds())
        self._threads.shutdown(wait=False, cancel_futures=True)

    def _find(self, question: Question[T]) -> tuple[Found, Known[T] | None]:
        """Find the last answer and read it, on a thread: that of a large account takes a while."""
        with self._database.single_read() as connection:
            found = snapshots.find(connection, question.subject)
        return found, _known(question, found)

    def _is_fresh(self, read_at: datetime, found: Found) -> bool:
        is_dropped = found.changed_at is not None and read_at <= found.changed_at
        return not is_dropped and timedelta() <= found.now - read_at < self._rules.fresh_for

    def _unavailable(self, subject: Subject) -> BillingUnavailable:
        return BillingUnavailable(max(round(self._pauses.left(subject)), 1))

    async def _ask(self, question: Question[T], found: Found) -> Known[T] | None:
        """Ask billing, or wait for who asks the same; None: no answer, or none in time.

        Whoever asks after a change does not wait for an answer that was asked for before it.
        """
        place = (question.subject, found.changed_at)
        task = self._asked.get(place)
        if task is None:
            task = asyncio.create_task(self._answer(question))
            self._asked[place] = task
            task.add_done_callback(lambda _: self._asked.pop(place, None))
        return task.result() if await self._wait(question.subject, task) else None

    async def _wait(self, subject: Subject, task: asyncio.Future[Any]) -> bool:
        """Wait for billing for as long as a reader does; returns whether it has answered."""
        done, _ = await asyncio.wait({task}, timeout=self._rules.patience.total_seconds())
        if not done:
            self._failed(subject, "slow")
        return len(done) > 0

    async def _answer(self, question: Question[T]) -> Known[T] | None:
        """Ask billing and keep its answer, which may come when nobody waits for it any more.

        Somebody may have asked since the reader looked, and have the answer already.
        """
        found, known = await on_thread(lambda: self._find(question))
        if known is not None and self._is_fresh(known.read_at, found):
            return known
        value = await self._asked_of_billing(question.subject, question.ask)
        if value is None:
            return None
        now = found.now
        try:
            await on_thread(lambda: self._keep(question, value, now))
        except DatabaseError as error:
            log.warning("billing_answer_not_kept", error=type(error).__name__)
        return Known(value, now)

    async def _asked_of_billing(
        self, subject: Subject, ask: Callable[[BillingReads], T]
    ) -> T | None:
        """Ask billing on one of its threads; None: it does not answer, or refuses to."""
        loop = asyncio.get_running_loop()
        try:
            value = await loop.run_in_executor(self._threads, ask, self._billing)
        except Refused as error:
            self._pauses.refused(subject)
            count_failure(subject, error.code)
            return None
        except NotDone as error:
            self._failed(subject, error.code)
            return None
        self._pauses.answered(subject)
        return value

    def _keep(self, question: Question[T], value: T, read_at: datetime) -> None:
        with self._database.transaction() as session:
            if question.keep is not None:
                question.keep(session, value, read_at)
            snapshots.put(session, question.subject, question.written(value), read_at)

    def _failed(self, subject: Subject, reason: str) -> None:
        self._pauses.failed(subject)
        count_failure(subject, reason)


def _newest(known: Known[T] | None, also: Known[T] | None) -> Known[T] | None:
    if known is None or (also is not None and also.read_at > known.read_at):
        return also
    return known


def _known(question: Question[T], found: Found) -> Known[T] | None:
    value = None if found.read_at is None else question.read(found.body)
    return None if value is None or found.read_at is None else Known(value, found.read_at)
