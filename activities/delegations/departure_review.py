"""Activity of DepartureReview: what is due of a review, in the database."""

from datetime import timedelta
from typing import ClassVar
from uuid import UUID
from zoneinfo import ZoneInfo

from pydantic import BaseModel
from temporalio import activity

from domain.audit import Actor, ActorKind
from domain.delegations.departures import DepartureRules
from domain.task_queues import ActivityQueue
from storage.database import Database, unless_deadlocked
from storage.delegations import departures
from storage.registry import acting

_ENGINE = Actor(ActorKind.ENGINE, "departure_review")


class DepartureReviewStart(BaseModel, frozen=True):
    """Input of DepartureReview: the review. All else is in the database."""

    review_id: UUID


class DepartureReviewActivities:
    """Activities of DepartureReview."""

    queue: ClassVar[ActivityQueue | None] = None

    def __init__(self, database: Database, rules: DepartureRules, zone: ZoneInfo) -> None:
        self._database = database
        self._rules = rules
        self._zone = zone

    @activity.defn(name="delegations.review_proceed")
    def proceed(self, start: DepartureReviewStart) -> timedelta | None:
        """Tell who can review, or end what nobody confirmed, if that is due.

        Returns how long until more may be due; None: the review is over. Idempotent.
        """

        def work() -> timedelta | None:
            with self._database.transaction() as session:
                review = (start.review_id, self._rules, self._zone, acting.can_act)
                return departures.proceed(session, *review, actor=_ENGINE)

        return unless_deadlocked(work)
