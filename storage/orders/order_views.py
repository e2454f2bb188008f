"""Read orders as they are shown: with their items, alerts, milestones and notes."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import Connection, text

from domain.catalogue.actions import ItemAction
from domain.catalogue.products import Confirmation
from domain.orders.refusals import OrderRefusal
from domain.orders.states import CancelPhase, OrderState
from storage.orders.beginning import WAITS_FOR_CONTRACT
from storage.orders.order_sight import OF_PRESENT_OWNER


@dataclass(frozen=True, slots=True)
class ItemView:
    """An item of an order."""

    number: int
    """From 1, in the order of the request."""
    id: str
    """The client's."""
    action: ItemAction
    state: OrderState
    service_id: UUID | None
    product: str | None
    product_version: str | None
    parameters: Mapping[str, Any]
    prices: Sequence[Mapping[str, Any]]
    """``cents``, ``currency``, ``is_vat_included``, ``period`` (``once``, ``monthly``)."""
    after: tuple[int, ...]
    """Numbers of the items that must be completed first."""
    document: Mapping[str, Any]
    """What else the client gave, as it gave it."""
    error: OrderRefusal | None
    """Why it was rejected."""
    error_about: str
    refused_code: str | None
    """Why a target refused it or it is stuck: the stable code of its last step that failed."""
    refused_detail: str
    waits_for: str | None
    """``order`` (its turn), ``target``, or None."""
    target: str | None
    """Name of the target of the step that it is at."""
    begun_at: datetime | None
    ended_at: datetime | None


@dataclass(frozen=True, slots=True)
class AlertView:
    """An alert that an order is in jeopardy."""

    number: int
    alerted_at: datetime
    expected_at: datetime


@dataclass(frozen=True, slots=True)
class MilestoneView:
    """An item that was completed."""

    number: int
    item: int
    reached_at: datetime


@dataclass(frozen=True, slots=True)
class NoteView:
    """A note to an order."""

    number: int
    id: str | None
    author: str
    text: str
    written_at: datetime


@dataclass(frozen=True, slots=True)
class OrderView:
    """An order."""

    id: UUID
    account_id: UUID | None
    is_of_present_owner: bool
    """It was placed when its account had the owner that it has now."""
    client: str
    external_id: str | None
    category: str | None
    description: str
    priority: str | None
    document: Mapping[str, Any]
    """What else the client gave, as it gave it."""
    person_id: UUID | None
    state: OrderState
    cancel_phase: CancelPhase | None
    confirm: Confirmation
    confirm_by: datetime | None
    """When it is cancelled unless everybody has confirmed it who is to."""
    confirmed_at: datetime | None
    giver_confirms: bool
    """The owner of the number that it takes is to confirm it as well."""
    giver_confirmed_at: datetime | None
    waits_for_contract: bool
    """A service that it is for is there once its contract is active."""
    depends_on: tuple[UUID, ...]
    ordered_at: datetime
    requested_start_at: datetime | None
    requested_completion_at: datetime | None
    expected_at: datetime | None
    began_at: datetime | None
    ended_at: datetime | None
    cancel_reason: str | None
    version: int
    updated_at: datetime
    items: tuple[ItemView, ...]
    alerts: tuple[AlertView, ...]
    milestones: tuple[MilestoneView, ...]
    notes: tuple[NoteView, ...]


_ORDERS = text(f"""
SELECT o.id, o.account_id, COALESCE({OF_PRESENT_OWNER}, FALSE) AS is_of_present_owner, o.client,
    o.external_id, o.category, o.description, o.priority, o.given AS document, o.person_id,
    o.state, o.cancel_phase, o.confirm, o.confirm_by, o.confirmed_at, o.giver_confirms,
    o.giver_confirmed_at, {WAITS_FOR_CONTRACT} AS waits_for_contract, o.depends_on, o.ordered_at,
    o.requested_start_at, o.requested_completion_at, o.expected_at, o.began_at, o.ended_at,
    o.cancel_reason, o.version, o.updated_at
FROM service_order o WHERE o.id = ANY(:ids)
""")
# The step that an item is at is the last that failed or waits; of none, the last that was sent.
_ITEMS = text("""
SELECT i.order_id, i.number, i.item_id, i.action, i.state, i.service_id, i.product,
    i.product_version, i.parameters, i.price, i.after, i.given, i.error, i.error_about,
    at.code, COALESCE(at.detail, ''), at.waits_for, at.target, i.begun_at, i.ended_at
FROM service_order_item i LEFT JOIN LATERAL (
    SELECT s.code, s.detail, s.waits_for, s.target FROM step s
    WHERE s.process_id = i.order_id AND s.item = CAST(i.number AS text)
        AND (s.attempts > 0 OR s.waits_for IS NOT NULL)
    ORDER BY s.ended_at IS NULL DESC, s.state IN ('refused', 'given_up') DESC, s.place DESC LIMIT 1
) at ON TRUE
WHERE i.order_id = ANY(:ids) ORDER BY i.order_id, i.number
""")
_ALERTS = text("""
SELECT order_id, number, alerted_at, expected_at FROM order_alert
WHERE order_id = ANY(:ids) ORDER BY order_id, number
""")
_MILESTONES = text("""
SELECT order_id, number, item, reached_at FROM order_milestone
WHERE order_id = ANY(:ids) ORDER BY order_id, reached_at, number
""")
_NOTES = text("""
SELECT order_id, number, note_id, author, text, written_at FROM order_note
WHERE order_id = ANY(:ids) ORDER BY order_id, number
""")


def one(connection: Connection, order_id: UUID) -> OrderView | None:
    """Read an order. None: there is none."""
    return next(iter(of_ids(connection, [order_id])), None)


def of_ids(connection: Connection, ids: Sequence[UUID]) -> list[OrderView]:
    """Read these orders, in this order; those that are not there are left out."""
    if not ids:
        return []
    parameters = {"ids": list(ids)}
    items = _grouped(connection, _ITEMS, parameters)
    alerts = _grouped(connection, _ALERTS, parameters)
    milestones = _grouped(connection, _MILESTONES, parameters)
    notes = _grouped(connection, _NOTES, parameters)
    found = {
        row.id: _order(
            row,
            tuple(_item(each) for each in items.get(row.id, ())),
            tuple(AlertView(*each) for each in alerts.get(row.id, ())),
            tuple(MilestoneView(*each) for each in milestones.get(row.id, ())),
            tuple(NoteView(*each) for each in notes.get(row.id, ())),
        )
        for row in connection.execute(_ORDERS, parameters)
    }
    return [found[id_] for id_ in ids if id_ in found]


def _grouped(
    connection: Connection, statement: Any, parameters: Mapping[str, Collection[UUID]]
) -> Mapping[UUID, list[Sequence[Any]]]:
    found: dict[UUID, list[Sequence[Any]]] = {}
    for order_id, *rest in connection.execute(statement, parameters):
        found.setdefault(order_id, []).append(rest)
    return found


def _order(row: Any, *parts: Any) -> OrderView:
    values = row._asdict()
    values["state"] = OrderState(row.state)
    values["cancel_phase"] = None if row.cancel_phase is None else CancelPhase(row.cancel_phase)
    values["confirm"] = Confirmation(row.confirm)
    values["depends_on"] = tuple(row.depends_on)
    items, alerts, milestones, notes = parts
    return OrderView(**values, items=items, alerts=alerts, milestones=milestones, notes=notes)


def _item(row: Sequence[Any]) -> ItemView:
    number, id_, action, state, service, product, version, parameters, price, after, *rest = row
    document, error, about, *last = rest
    return ItemView(
        number,
        id_,
        ItemAction(action),
        OrderState(state),
        service,
        product,
        version,
        parameters,
        price,
        tuple(after),
        document,
        None if error is None else OrderRefusal(error),
        about,
        *last,
    )
