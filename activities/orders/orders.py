"""Activities of ServiceOrder in the database. Each may run twice."""

from typing import ClassVar
from uuid import UUID

from pydantic import BaseModel
from temporalio import activity

from domain.orders.planned_steps import PROCESS, PlannedItem, step_of
from domain.processes import WaitsFor
from domain.provisioning.steps import Step
from domain.provisioning.targets import TargetKind
from domain.task_queues import ActivityQueue
from storage.database import Database, Session
from storage.orders import ending, plan_queries, refreshing
from storage.orders.plan_queries import OrderPlan


class OrderStart(BaseModel, frozen=True):
    """The order to carry out."""

    order_id: UUID


class PlannedOrderStep(BaseModel, frozen=True):
    """A step, and the kind of its target."""

    step: Step
    kind: TargetKind


class PlannedItemSteps(BaseModel, frozen=True):
    """An item of an order: its steps are carried out one after the other."""

    name: str
    steps: tuple[PlannedOrderStep, ...]
    after: frozenset[str] = frozenset()
    """Names of the items that must be completed first."""


class OrderActivities:
    """Activities of ServiceOrder in the database."""

    queue: ClassVar[ActivityQueue | None] = None

    def __init__(self, database: Database) -> None:
        self._database = database

    @activity.defn(name="orders.plan")
    def plan(self, start: OrderStart) -> list[PlannedItemSteps]:
        """Return the items that have steps. Whether they are still to be done, the steps say."""
        with self._database.reading() as connection:
            plan = plan_queries.plan_of(connection, start.order_id)
        with_steps = {item.number for item in plan.items if item.steps}
        return [_planned(plan, item, with_steps) for item in plan.items if item.steps]

    @activity.defn(name="orders.refresh")
    def refresh(self, start: OrderStart) -> None:
        """Store the states of the order and its items as they follow from its steps."""
        with self._database.transaction() as session:
            refreshing.refresh(session, start.order_id)

    @activity.defn(name="orders.end")
    def end(self, start: OrderStart) -> bool:
        """End the order; steps of other processes on its services may continue.

        False: nothing is ended, for something is to be undone first. Orders that waited for this
        one begin: a worker starts their processes.
        """
        with self._database.transaction() as session:
            return ending.end(session, start.order_id)


def mark_order(session: Session, step: Step, waits_for: WaitsFor) -> None:
    """Mark the order of a step that waits, is stuck, or goes on. See MarkProcess."""
    if step.process == PROCESS and waits_for is not WaitsFor.ORDER:  # its turn changes no state
        refreshing.refresh(session, step.process_id)


def _planned(plan: OrderPlan, item: PlannedItem, others: set[int]) -> PlannedItemSteps:
    return PlannedItemSteps(
        name=str(item.number),
        steps=tuple(
            PlannedOrderStep(
                step=step_of(plan.order_id, plan.account_id, item, planned), kind=planned.target
            )
            for planned in item.steps
        ),
        after=frozenset(str(number) for number in item.after & others),
    )
