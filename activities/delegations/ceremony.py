"""Activity of Delegation: what is due of an offer, in the database."""

from datetime import timedelta
from typing import ClassVar
from uuid import UUID

from pydantic import BaseModel
from temporalio import activity

from domain.audit import Actor, ActorKind
from domain.task_queues import ActivityQueue
from storage.database import Database, unless_deadlocked
from storage.delegations import ceremony

_ENGINE = Actor(ActorKind.ENGINE, "delegation")


class DelegationStart(BaseModel, frozen=True):
    """Input of Delegation: the version that is on offer. All else is in the database."""

    version_id: UUID


class DelegationActivities:
    """Activities of Delegation."""

    queue: ClassVar[ActivityQueue | None] = None

    def __init__(self, database: Database) -> None:
        self._database = database

    @activity.defn(name="delegations.proceed")
    def proceed(self, start: DelegationStart) -> timedelta | None:
        """Remind, or let the offer lapse, if that is due; returns how long until more is due.

        None: the offer was answered, or has lapsed.
        """

        def work() -> timedelta | None:
            with self._database.transaction() as session:
                return ceremony.proceed(session, start.version_id, actor=_ENGINE)

        return unless_deadlocked(work)
