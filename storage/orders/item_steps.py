"""What the effects of an order's steps read and record of their item."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from sqlalchemy import text

from domain.accounts import ServiceKind
from domain.catalogue.actions import ItemAction
from domain.orders.planned_steps import PlannedStep, action_of, place_of
from domain.provisioning.steps import Answer, Done, NotDone, Step
from storage.database import Session
from storage.orders import refreshing


@dataclass(frozen=True, slots=True)
class ItemService:
    """The service that an item is for."""

    id: UUID
    number: str | None
    """E.164, where it has one."""
    kind: ServiceKind
    network_id: str | None
    """Id by which the network knows it, where that is not ours."""
    is_ended: bool
    """It has ended, or moved to another account: nothing more is done for the order there."""

    @property
    def known_as(self) -> str:
        """Id by which the network knows it."""
        return self.network_id or str(self.id)


@dataclass(frozen=True, slots=True)
class ItemStepRow:
    """A step of an order's item, with all that its effect needs."""

    order_id: UUID
    number: int
    """The item's."""
    account_id: UUID
    action: ItemAction
    service: ItemService | None
    """The service that the step is for. None: there is none any more."""
    item_service_id: UUID | None
    other_service_id: UUID | None
    """The service that gives its number; None: the item is for one service."""
    product: str
    parameters: Mapping[str, Any]
    """Of the item, without what is secret."""
    prices: Sequence[Mapping[str, Any]]
    """``cents``, ``currency``, ``is_vat_included``, ``period`` (``once``, ``monthly``)."""
    planned: PlannedStep
    """The step itself; of a step that undoes another: that one."""
    read_action: str | None
    """Action of the item's step that reads what the network had of ``service``; None: none does."""
    is_last: bool
    """No step of the item follows; of a step that undoes another: after that one."""

    @property
    def values(self) -> dict[str, Any]:
        """The characteristics that the step sends."""
        names = self.planned.sets or self.parameters
        return {name: self.parameters[name] for name in names if name in self.parameters}


_READ = text("""
SELECT o.account_id, i.action, i.product, i.parameters, i.price, i.plan, i.begun_at,
    i.service_id, i.other_service_id, o.contract_id IS NOT NULL AND i.action = 'delete' AS is_end
FROM service_order o JOIN service_order_item i ON i.order_id = o.id
WHERE o.id = :id AND i.number = :number
""")
_SERVICE = text("""
SELECT id, number, kind, network_id,
    status = 'ended' OR account_id <> CAST(:account AS uuid) AS is_ended
FROM service WHERE id = :id
""")
_BEGIN = text("""
UPDATE service_order_item SET begun_at = clock_timestamp()
WHERE order_id = :id AND number = :number AND begun_at IS NULL
""")


def step_of(session: Session, step: Step) -> ItemStepRow:
    """Read a step's item, and record that the item has begun. For ``Effect.prepare``.

    Raises LookupError where the order has no such step.
    """
    step_id, number = place_of(step.undoes or step.action)
    key = {"id": step.process_id, "number": number}
    row = session.execute(_READ, key).one_or_none()
    plan = [] if row is None else [PlannedStep.from_json(each) for each in row.plan]
    planned = next((each for each in plan if each.id == step_id), None)
    if row is None or planned is None:
        raise LookupError("the order has no such step")
    if row.begun_at is None:
        session.execute(_BEGIN, key)
        refreshing.refresh(session, step.process_id)
    other = planned.service
    read = next((each.id for each in plan if each.do == "read" and each.service == other), None)
    return ItemStepRow(
        order_id=step.process_id,
        number=number,
        account_id=row.account_id,
        action=ItemAction(row.action),
        service=_service_of(session, row, is_other=other is not None),
        item_service_id=row.service_id,
        other_service_id=row.other_service_id,
        product=row.product,
        parameters=row.parameters,
        prices=row.price,
        planned=planned,
        read_action=None if read is None else action_of(read, number),
        is_last=plan[-1].id == step_id,
    )


def _service_of(session: Session, item: Any, *, is_other: bool) -> ItemService | None:
    """Read the item's service, or the other one, which any account may have."""
    id_ = item.other_service_id if is_other else item.service_id
    asked = {"id": id_, "account": None if is_other else item.account_id}
    row = None if id_ is None else session.execute(_SERVICE, asked).one_or_none()
    if row is None:
        return None
    is_ended = row.is_ended and not item.is_end  # with us it has ended already
    return ItemService(row.id, row.number, ServiceKind(row.kind), row.network_id, is_ended)


def answered(session: Session, step: Step, answer: Answer | NotDone, *, is_last: bool) -> None:
    """Record what a step's answer means for its order. For ``Effect.settle``.

    ``is_last``: no step of its item follows.
    """
    if isinstance(answer, Done) and (is_last or step.undoes is not None):
        refreshing.refresh(session, step.process_id)
