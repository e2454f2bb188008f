"""Apply the answers of a run: hold it if it would end too much, then align grants."""

from typing import ClassVar
from uuid import UUID

from temporalio import activity

from activities.heartbeat import heartbeating
from domain.delegations.departures import STANDARD, DepartureRules
from domain.registry.hold_limits import HoldLimits
from domain.task_queues import ActivityQueue
from storage.database import Database
from storage.registry import apply_answers


class ApplyStatesActivities:
    """Activities that take a run from the register's answers to grants."""

    queue: ClassVar[ActivityQueue | None] = None

    def __init__(
        self,
        database: Database,
        limits: HoldLimits,
        on_departure: DepartureRules = STANDARD,
        *,
        register: str,
        batch: int = 500,
    ) -> None:
        self._database = database
        self._limits = limits
        self._on_departure = on_departure
        self._register = register
        self._batch = batch

    @activity.defn(name="registry.weigh")
    def weigh(self, run_id: UUID) -> bool:
        """Try the whole run out and roll it back; returns whether it may be applied.

        A run that would end too much is held, with a preview for the person who decides.
        Heartbeats with the grants that would end or be suspended so far.
        """
        with heartbeating() as heartbeat:
            return not apply_answers.hold_if_too_much(
                self._database,
                run_id,
                self._limits,
                register=self._register,
                batch=self._batch,
                progress=heartbeat,
                on_departure=self._on_departure,
            )

    @activity.defn(name="registry.apply_states")
    def apply_states(self, run_id: UUID) -> int:
        """Align the companies of the run with their answers, batch by batch; returns how many.

        Each batch is one transaction and marks its answers as applied, so a repetition resumes
        where the last attempt stopped. Heartbeats with the companies so far.
        """
        done = 0
        with heartbeating() as heartbeat:
            while applied := apply_answers.apply_batch(
                self._database,
                run_id,
                register=self._register,
                batch=self._batch,
                on_departure=self._on_departure,
            ):
                done += applied
                heartbeat(done)
        return done
