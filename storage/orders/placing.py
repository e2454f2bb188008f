"""Writes a new order with its items, as it was requested and as its products say."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import Any
from uuid import UUID

from sqlalchemy import text

from domain.access.permissions import Permission
from domain.approvals.rules import ApprovalRules
from domain.audit import Actor, EventKind
from domain.catalogue.products import Confirmation, Price
from domain.orders.planned_steps import PlannedStep
from domain.orders.refusals import Rejection
from domain.orders.requests import RequestedItem, RequestedOrder
from domain.orders.states import OrderState
from domain.reasons import Reason
from storage.audit import events
from storage.audit.events import NewEvent
from storage.database import Session
from storage.orders import notes

ORDERED = Reason("ordered", "An order was placed")
REJECTED = Reason("order_rejected", "It breaks a business rule")


class ExternalIdUsed(Exception):
    """The client has placed another order under this id of its own."""

    def __init__(self, order_id: UUID) -> None:
        super().__init__(order_id)
        self.order_id = order_id


@dataclass(frozen=True, slots=True)
class JudgedItem:
    """A requested item, and what its product makes of it."""

    requested: RequestedItem
    service_id: UUID | None
    """None: no such service on the account."""
    product_version: str | None
    parameters: Mapping[str, Any]
    """With the product's defaults; without what is secret."""
    steps: Sequence[PlannedStep] = ()
    prices: Sequence[Price] = ()
    expected: timedelta = timedelta()
    confirm: Confirmation = Confirmation.NOTHING
    is_urgent: bool = False
    rejection: Rejection | None = None
    permission: Permission | None = None
    """What whoever orders it needs on the service."""
    other_service_id: UUID | None = None
    """The service that gives its number; None: the item is for one service, or none that there is
    gives the number that was asked for."""
    giver_confirms: bool = False
    """The owner of the account that gives the number is to confirm the order as well."""


@dataclass(frozen=True, slots=True)
class NewOrder:
    """An order to insert. The id is the caller's."""

    id: UUID
    account_id: UUID | None
    requested: RequestedOrder
    items: Sequence[JudgedItem]
    client: str
    person_id: UUID | None
    expected: timedelta
    """How long its items are expected to take together."""
    confirm_within: timedelta = ApprovalRules().lapses_after
    """How long it waits for its confirmation, where it needs one."""

    @property
    def is_rejected(self) -> bool:
        """Whether an item breaks a business rule: then no item is carried out."""
        return any(item.rejection is not None for item in self.items)

    @property
    def confirm(self) -> Confirmation:
        """Whose confirmation the order needs: the strictest that one of its products asks for."""
        needs = {item.confirm for item in self.items}
        return next(
            need
            for need in (Confirmation.GROUP, Confirmation.OWN, Confirmation.NOTHING)
            if need in needs
        )

    @property
    def giver_confirms(self) -> bool:
        """Whether the owner of the account that gives a number is to confirm it as well."""
        return any(item.giver_confirms for item in self.items)


_FOUND = text("""
SELECT id, digest, person_id FROM service_order
WHERE client = :client AND (id = :id OR external_id = :external_id) ORDER BY id <> :id LIMIT 1
""")
_INSERT = text("""
INSERT INTO service_order (id, account_id, owner_id, client, external_id, digest, category,
    description, priority, given, person_id, actor, state, confirm, giver_confirms, confirm_by,
    depends_on, ordered_at, requested_start_at, requested_completion_at, expected_at,
    expected_seconds, ended_at, updated_at)
SELECT :id, CAST(:account_id AS uuid), (SELECT COALESCE(company_id, person_id) FROM account
        WHERE id = CAST(:account_id AS uuid)),
    :client, :external_id, :digest, :category, :description, :priority,
    CAST(:given AS jsonb), CAST(:person_id AS uuid), CAST(:actor AS jsonb), :state, :confirm,
    :giver_confirms,
    CASE WHEN :confirm <> 'nothing' OR :giver_confirms THEN at + CAST(:within AS interval) END,
    CAST(:depends_on AS uuid[]), at, CAST(:start AS timestamptz),
    CAST(:completion AS timestamptz),
    CASE WHEN NOT :is_rejected THEN GREATEST(at, CAST(:start AS timestamptz))
        + make_interval(secs => :expected) END,
    :expected, CASE WHEN :is_rejected THEN at END, at
FROM (SELECT clock_timestamp() AS at) moment
ON CONFLICT DO NOTHING RETURNING id
""")
_ITEMS = text("""
INSERT INTO service_order_item (order_id, number, item_id, action, service_id, product,
    product_version, parameters, plan, price, is_urgent, after, given, state, error,
    permission, error_about, other_service_id, ended_at)
SELECT :id, n.number, n.item_id, n.action, n.service_id, n.product, n.product_version,
    n.parameters, n.plan, n.price, n.is_urgent, n.after, n.given, :state, n.error,
    n.permission, n.error_about, n.other_service_id,
    CASE WHEN :state = 'rejected' THEN clock_timestamp() END
FROM jsonb_to_recordset(CAST(:items AS jsonb)) AS n(number int, item_id text, action text,
    service_id uuid, product text, product_version text, parameters jsonb, plan jsonb, price jsonb,
    is_urgent boolean, after int[], given jsonb, error text, permission text,
    error_about text, other_service_id uuid)
""")


def repeated(
    session: Session, order_id: UUID, client: str, person_id: UUID | None, wanted: RequestedOrder
) -> UUID | None:
    """Return the client's order with this id, or this id of its own. None: there is none.

    Raises ExternalIdUsed where that one was requested with another body, or for somebody else.
    """
    parameters = {"id": order_id, "client": client, "external_id": wanted.external_id}
    found = session.execute(_FOUND, parameters).one_or_none()
    if found is None:
        return None
    if (found.digest, found.person_id) != (wanted.digest, person_id):
        raise ExternalIdUsed(found.id)
    id_: UUID = found.id
    return id_


def insert(session: Session, new: NewOrder, actor: Actor) -> bool:
    """Insert an order, ``acknowledged`` or ``rejected``. False: one of its ids is taken."""
    state = OrderState.REJECTED if new.is_rejected else OrderState.ACKNOWLEDGED
    if session.execute(_INSERT, _order(new, state, actor)).one_or_none() is None:
        return False
    items = [_item(new, number, item) for number, item in enumerate(new.items, 1)]
    session.execute(_ITEMS, {"id": new.id, "state": state, "items": json.dumps(items)})
    notes.insert(session, new.id, new.requested.notes)
    event = NewEvent(
        EventKind.ORDER_CREATED,
        subject_id=new.id,
        account_id=new.account_id,
        person_id=new.person_id,
        reason=REJECTED if new.is_rejected else ORDERED,
        after={"state": state.value, "items": len(new.items)},
    )
    events.append(session, [event], actor=actor)
    return True


def _order(new: NewOrder, state: OrderState, actor: Actor) -> dict[str, Any]:
    requested = new.requested
    return {
        "id": new.id,
        "account_id": new.account_id,
        "client": new.client,
        "external_id": requested.external_id,
        "digest": requested.digest,
        "category": requested.category,
        "description": requested.description,
        "priority": requested.priority,
        "given": json.dumps(dict(requested.document)),
        "person_id": new.person_id,
        "actor": json.dumps(actor.as_json()),
        "state": state,
        "confirm": new.confirm,
        "giver_confirms": new.giver_confirms,
        "within": new.confirm_within,
        "depends_on": list(requested.depends_on),
        "start": requested.requested_start_at,
        "completion": requested.requested_completion_at,
        "expected": int(new.expected.total_seconds()),
        "is_rejected": new.is_rejected,
    }


def _item(new: NewOrder, number: int, item: JudgedItem) -> dict[str, Any]:
    numbers = {each.requested.id: n for n, each in enumerate(new.items, 1)}
    rejection = item.rejection
    return {
        "number": number,
        "item_id": item.requested.id,
        "action": item.requested.action,
        "service_id": None if item.service_id is None else str(item.service_id),
        "product": item.requested.product,
        "product_version": item.product_version,
        "parameters": dict(item.parameters),
        "plan": [step.as_json() for step in item.steps],
        "price": [_price(price) for price in item.prices],
        "is_urgent": item.is_urgent,
        "after": sorted(numbers[id_] for id_ in item.requested.after),
        "given": dict(item.requested.document),
        "error": None if rejection is None else rejection.refusal,
        "permission": item.permission,
        "other_service_id": None if item.other_service_id is None else str(item.other_service_id),
        "error_about": "" if rejection is None else rejection.about,
    }


def _price(price: Price) -> dict[str, Any]:
    return {
        "cents": price.cents,
        "currency": price.currency,
        "is_vat_included": price.is_vat_included,
        "period": price.period.value,
    }
