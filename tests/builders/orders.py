"""Orders in the database, and a worker that carries out their steps without Temporal."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID, uuid4

import pytest
from sqlmodel import Session

from activities.orders.orders import mark_order
from activities.provisioning.effect import Outcome
from activities.provisioning.run_step import StepRunner
from domain.audit import Actor, ActorKind
from domain.catalogue.actions import ItemAction
from domain.catalogue.products import Confirmation, Refusal
from domain.catalogue.step_actions import StepAction, UndoAction
from domain.orders.notes import NewNote
from domain.orders.planned_steps import PROCESS, PlannedStep, action_of, step_of
from domain.orders.refusals import Rejection
from domain.orders.requests import RequestedItem, RequestedOrder
from domain.orders.states import OrderState
from domain.provisioning.attempts import Prepared, Seen
from domain.provisioning.steps import Answer, NotDone, Stage, Step
from domain.provisioning.targets import TargetKind
from storage.database import Database
from storage.orders import (
    beginning,
    cancelling,
    ending,
    item_steps,
    order_views,
    placing,
    plan_queries,
    refreshing,
)
from storage.orders.cancel_tasks import CancelTask, NewCancelTask, one
from storage.orders.order_views import OrderView
from storage.orders.placing import JudgedItem, NewOrder
from tests.builders.people import MARI
from tests.builders.rows import account, put, put_service, rows, service
from tests.builders.step_runner import AT_ONCE, Doing, StepHarness
from workflows.provisioning.item_process import undoing

CLIENT = "https://issuer.example portal"
PORTAL = Actor(ActorKind.PORTAL, "portal")
OWNER = account(MARI)
"""Whose services ``of`` is about."""


def planned(
    id_: str,
    stage: Stage = Stage.REVERSIBLE,
    *,
    can_undo: bool = True,
    refusal: Refusal = Refusal.HOLD,
) -> PlannedStep:
    """A step of an item; what undoes it puts back what was there."""
    undo = UndoAction.RESTORE if can_undo and stage is Stage.REVERSIBLE else None
    return PlannedStep(id_, TargetKind.NETWORK, StepAction.SET, undo, stage, refusal)


SET, BILL, TELL = planned("set"), planned("bill", Stage.PIVOT), planned("tell", Stage.FINAL)


@dataclass(frozen=True, slots=True)
class NewItem:
    """An item of an order: by default one step that can be undone, and a pivot."""

    steps: Sequence[PlannedStep] = (SET, BILL)
    service: UUID | None = None
    after: tuple[str, ...] = ()
    parameters: Mapping[str, Any] = field(default_factory=dict)
    action: ItemAction = ItemAction.MODIFY
    rejection: Rejection | None = None
    confirm: Confirmation = Confirmation.NOTHING
    is_urgent: bool = False
    document: Mapping[str, Any] = field(default_factory=dict)
    giver: UUID | None = None
    """The service that gives its number."""
    giver_confirms: bool = False
    """Its owner is to confirm that as well."""


def of(number: int, **more: object) -> NewItem:
    """An item for the service of ``OWNER`` with this number."""
    return NewItem(service=service(number, OWNER).id, **more)  # type: ignore[arg-type]


def judged(number: int, item: NewItem) -> JudgedItem:
    """The item as it is placed; items are called "a", "b" and so on."""
    return JudgedItem(
        RequestedItem(
            chr(96 + number),
            item.action,
            "p",
            "1",
            item.service,
            after=item.after,
            document=item.document,
        ),
        item.service,
        "1",
        item.parameters,
        item.steps,
        expected=timedelta(minutes=2),
        confirm=item.confirm,
        is_urgent=item.is_urgent,
        rejection=item.rejection,
        other_service_id=item.giver,
        giver_confirms=item.giver_confirms,
    )


class Effect(Doing):
    """A scripted effect of a step of an order."""

    def __init__(self, *answers: Any, is_last: bool, **more: Any) -> None:
        super().__init__(*answers, **more)
        self._is_last = is_last

    def prepare(self, session: Session, step: Step, seen: Seen) -> Prepared:
        item_steps.step_of(session, step)
        return super().prepare(session, step, seen)

    def settle(self, session: Session, step: Step, answer: Answer | NotDone) -> None:
        item_steps.answered(session, step, answer, is_last=self._is_last)


class Orders:
    """Orders on one account. Steps are carried out one attempt at a time, as a test says."""

    def __init__(self, database: Database, account_id: UUID) -> None:
        self.database = database
        self.account_id = account_id
        self.harness = StepHarness(database)
        self.harness.steps = StepRunner(database, AT_ONCE, {PROCESS: mark_order})

    def insert(
        self,
        *items: NewItem,
        start: datetime | None = None,
        depends_on: Sequence[UUID] = (),
        expected: timedelta = timedelta(minutes=2),
        external_id: str | None = None,
        person_id: UUID | None = None,
        description: str = "",
        document: Mapping[str, Any] | None = None,
        notes: Sequence[NewNote] = (),
    ) -> UUID:
        """Insert an order that has not begun."""
        found = [judged(number, item) for number, item in enumerate(items, 1)]
        requested = RequestedOrder(
            tuple(each.requested for each in found),
            self.account_id,
            external_id,
            description=description,
            requested_start_at=start,
            depends_on=tuple(depends_on),
            document=document or {},
            notes=tuple(notes),
            digest="d",
        )
        new = NewOrder(uuid4(), self.account_id, requested, found, CLIENT, person_id, expected)
        with self.database.transaction() as session:
            placing.insert(session, new, PORTAL)
        return new.id

    def begun(self, *items: NewItem, **more: Any) -> UUID:
        """Insert an order, and begin it."""
        order_id = self.insert(*items, **more)
        assert self.begin(order_id)
        return order_id

    def begin(self, order_id: UUID) -> bool:
        with self.database.transaction() as session:
            return beginning.begin_if_ready(session, order_id, actor=PORTAL)

    def refresh(self, order_id: UUID) -> None:
        with self.database.transaction() as session:
            refreshing.refresh(session, order_id)

    def step(self, order_id: UUID, action: str) -> Step:
        """The step with this action, ``set.1``; ``undo-set.1`` undoes it."""
        with self.database.reading() as connection:
            plan = plan_queries.plan_of(connection, order_id)
        for item in plan.items:
            for each in item.steps:
                step = step_of(order_id, plan.account_id, item, each)
                if step.action == action:
                    return step
                if f"undo-{step.action}" == action:
                    return undoing(step)
        raise LookupError(action)

    def attempt(self, order_id: UUID, action: str, *answers: Any, **more: Any) -> Outcome | None:
        """Attempt a step once; it is done unless another answer is given."""
        with self.database.reading() as connection:
            plan = plan_queries.plan_of(connection, order_id)
        last = {action_of(i.steps[-1].id, i.number) for i in plan.items if i.steps}
        effect = Effect(*answers, is_last=action in last, **more)
        return self.harness.carry_out(self.step(order_id, action), effect)

    def cancel(
        self, order_id: UUID, at: datetime | None = None, reason: str = "changed their mind"
    ) -> CancelTask:
        """Ask to cancel an order."""
        new = NewCancelTask(uuid4(), order_id, CLIENT, reason, {}, at)
        with self.database.transaction() as session:
            cancelling.request(session, new, PORTAL, is_due=at is None)
            found = one(session.connection(), new.id)
        assert found is not None
        return found

    def task(self, id_: UUID) -> CancelTask:
        with self.database.reading() as connection:
            found = one(connection, id_)
        assert found is not None
        return found

    def end(self, order_id: UUID) -> bool:
        """End the order as its process does."""
        with self.database.transaction() as session:
            return ending.end(session, order_id)

    def shown(self, order_id: UUID) -> OrderView:
        with self.database.reading() as connection:
            found = order_views.one(connection, order_id)
        assert found is not None
        return found

    def state(self, order_id: UUID) -> OrderState:
        return self.shown(order_id).state

    def items(self, order_id: UUID) -> list[OrderState]:
        """The states of the items, in their order."""
        return [item.state for item in self.shown(order_id).items]

    def passed(self, order_id: UUID) -> list[str]:
        """The states that the order has passed, by its events."""
        found = rows(
            self.database,
            "SELECT after ->> 'state' AS state FROM event WHERE subject_id = :id"
            " AND kind IN ('order:created', 'order:changed') ORDER BY id",
            id=order_id,
        )
        return [row.state for row in found]


@pytest.fixture
def orders(database: Database) -> Orders:
    """Orders on the account of ``OWNER``, which has three services."""
    put(database, OWNER)
    put_service(database, *(service(number, OWNER) for number in range(3)))
    return Orders(database, OWNER.id)
