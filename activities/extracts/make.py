"""Activities of UsageExtract: read usage records, make the PDF, and end."""

import time
from dataclasses import replace
from datetime import timedelta
from typing import ClassVar
from uuid import UUID
from zoneinfo import ZoneInfo

from pydantic import BaseModel
from temporalio import activity
from temporalio.exceptions import ApplicationError, ApplicationErrorCategory

from activities.adapters.billing.usage_pages import UsagePages
from activities.extracts.reading import NotRead, Over, Reading
from activities.heartbeat import heartbeating
from domain.call_details.extracts import ExtractFault
from domain.task_queues import ActivityQueue, ExtractQueue
from storage.audit import service_arrivals
from storage.database import Database
from storage.extracts import ends, places, rows

NOT_READ = "UsageNotRead"
"""Type of the error of an extract that cannot be read; its detail is an ``ExtractFault``."""
_SHIFT = timedelta(minutes=10)
"""Time for which one activity reads; then its slot is free, and the workflow starts the next."""


class UsageExtractStart(BaseModel, frozen=True):
    """Start of an extract: all else is in the database."""

    extract_id: UUID


class FailedExtract(UsageExtractStart, frozen=True):
    """An extract that is given up, and why."""

    fault: ExtractFault


class ReadUsageActivities:
    """Activity of UsageExtract that asks billing."""

    queue: ClassVar[ActivityQueue | None] = ExtractQueue.EXTRACTS

    def __init__(self, database: Database, pages: UsagePages, zone: ZoneInfo, *, page: int) -> None:
        """``page``: records that are asked for at once."""
        self._database = database
        self._pages = pages
        self._zone = zone
        self._page = page

    @activity.defn(name="extracts.read_usage")
    def read_usage(self, start: UsageExtractStart) -> bool:
        """Read page after page, and keep parts of the CSV; True: there is more to read.

        Each part is committed with the place behind it, so a repetition goes on there. Ends within
        a page where the extract is cancelled. Heartbeats with the rows so far. Fails with type
        UsageNotRead and the fault.
        """
        end = time.monotonic() + _SHIFT.total_seconds()
        reading = self._begin(start)
        if reading is None:
            return False
        try:
            with heartbeating() as heartbeat:
                return not reading.run(
                    heartbeat,
                    lambda: not activity.is_worker_shutdown() and time.monotonic() < end,
                )
        except Over:
            return False
        except NotRead as error:
            if not error.is_final:
                self._wait(start)
            if reading.has_kept and not error.is_final:
                return True  # it goes on: how long it has failed is counted from now
            raise _failure(error) from None

    def _wait(self, start: UsageExtractStart) -> None:
        with self._database.transaction() as session:
            places.waits(session, start.extract_id)

    def _begin(self, start: UsageExtractStart) -> Reading | None:
        with self._database.transaction() as session:
            places.begin(session, start.extract_id)
            connection = session.connection()
            extract = rows.read(connection, start.extract_id)
            place = places.place(connection, start.extract_id)
            if extract is None or place is None:
                return None
            which = extract.terms.which
            arrived = service_arrivals.since(connection, extract.account_id, which.services)
        which = replace(which, arrived=arrived)
        extract = replace(extract, terms=replace(extract.terms, which=which))
        place = place._replace(is_paused=False)
        return Reading(self._database, self._pages, self._zone, extract, place, page=self._page)


class EndExtractActivities:
    """Activities of UsageExtract in the database."""

    queue: ClassVar[ActivityQueue | None] = None

    def __init__(self, database: Database) -> None:
        self._database = database

    @activity.defn(name="extracts.finish")
    def finish(self, start: UsageExtractStart) -> None:
        """End the extract: its files are made. One that has ended stays as it is. Idempotent."""
        with self._database.transaction() as session:
            ends.ready(session, start.extract_id)

    @activity.defn(name="extracts.give_up")
    def give_up(self, failed: FailedExtract) -> None:
        """End the extract as failed; what it has read is deleted. Idempotent."""
        with self._database.transaction() as session:
            ends.fail(session, failed.extract_id, failed.fault)

    @activity.defn(name="extracts.leave_pdf_out")
    def leave_pdf_out(self, failed: FailedExtract) -> None:
        """Record why the extract has no PDF. Idempotent."""
        with self._database.transaction() as session:
            ends.has_no_pdf(session, failed.extract_id, failed.fault)


def _failure(error: NotRead) -> ApplicationError:
    return ApplicationError(
        error.fault,
        error.fault,
        type=NOT_READ,
        non_retryable=error.is_final,
        category=ApplicationErrorCategory.BENIGN,  # expected now and then: no traceback each time
    )
