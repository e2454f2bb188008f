"""Read a register's list of changes."""

from typing import ClassVar
from uuid import UUID

from temporalio import activity

from activities.heartbeat import heartbeating
from activities.registry.errors import as_failure
from domain.registry.ports import Register
from domain.registry.register import RegisterUnknown
from domain.task_queues import ActivityQueue, RegisterQueue
from storage.database import Database
from storage.registry import change_feed


class ReadChangesActivities:
    """The activity that queries the list of changes. ``feed``: name of the list."""

    queue: ClassVar[ActivityQueue | None] = RegisterQueue.SYNC

    def __init__(self, database: Database, register: Register, *, feed: str) -> None:
        self._database = database
        self._register = register
        self._feed = feed

    @activity.defn(name="registry.read_changes")
    def read_changes(self, run_id: UUID) -> int:
        """Read the list of changes; returns how many companies to query about."""
        with self._database.reading() as connection:
            cursor = change_feed.cursor(connection, self._feed)
        try:
            with heartbeating(), activity.shield_thread_cancel_exception():
                changes = self._register.changed_since(cursor)
        except RegisterUnknown as error:
            raise as_failure(error) from None
        with self._database.transaction() as session:
            return change_feed.record_changes(
                session, run_id, changes, feed=self._feed, country=self._register.country
            )
