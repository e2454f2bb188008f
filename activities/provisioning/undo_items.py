"""Activities of every process whose items can be undone. Each may run twice."""

from typing import ClassVar
from uuid import UUID

from pydantic import BaseModel
from temporalio import activity

from domain.task_queues import ActivityQueue
from storage.database import Database
from storage.provisioning import undoing


class UndoRequest(BaseModel, frozen=True):
    """Which of these actions are to be undone? ``item`` None: of every item."""

    process_id: UUID
    actions: tuple[str, ...]
    item: str | None = None


class UndoActivities:
    """Activities of processes with items, in the database."""

    queue: ClassVar[ActivityQueue | None] = None

    def __init__(self, database: Database) -> None:
        self._database = database

    @activity.defn(name="provisioning.list_to_undo")
    def list_to_undo(self, request: UndoRequest) -> list[str]:
        """Return the actions that are to be undone, the newest completion first.

        None of one item while nothing else of its process goes on: all of it is undone together.
        """
        id_ = request.process_id
        with self._database.transaction() as session:
            if request.item is not None and not undoing.goes_on(session, id_):
                return []
            return list(undoing.to_undo(session, id_, request.actions, request.item))
