"""Stores the states of an order and its items, derived from its steps. Nobody else writes them.

Called in every transaction that changes what they are derived from. Steps are locked before the
order's row: an attempt at a step holds the step when it comes here.
"""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from sqlalchemy import text

from domain.audit import Actor, ActorKind, EventKind
from domain.orders import derivation
from domain.orders.derivation import ItemFacts
from domain.orders.states import CancelPhase, OrderState, path
from domain.provisioning.steps import UNKNOWN, StepState
from domain.provisioning.undoing import UndoReason
from domain.reasons import Reason
from storage.audit import events
from storage.audit.events import NewEvent
from storage.database import Session
from storage.inventory import secrets, wanted
from storage.orders import cancel_tasks

ENGINE = Actor(ActorKind.ENGINE, "order")
CHANGED = Reason("order_changed", "What the order is made of has changed")
_LOCK = text("""
SELECT id, account_id, state, cancel_phase, began_at IS NULL
    AND (confirmed_at IS NULL AND confirm <> 'nothing'
        OR giver_confirmed_at IS NULL AND giver_confirms) AS is_waiting
FROM service_order WHERE id = :id FOR UPDATE
""")
_UNKNOWN = ", ".join(f"'{state}'" for state in (*sorted(UNKNOWN), StepState.ABORTING))
_FACTS = text(f"""
WITH facts AS (
    SELECT s.item,
        bool_and(s.state IN ('done', 'skipped')) FILTER (WHERE s.undoes IS NULL) AS is_done,
        bool_or(k.id IS NOT NULL) AS is_stuck,
        max(s.undo_reason) FILTER (WHERE s.undoes IS NULL) AS undo,
        NOT bool_or(s.undoes IS NULL AND s.undo_reason IS NOT NULL
            AND (s.state IN ({_UNKNOWN}) AND (s.can_undo OR s.state <> 'aborting')
                OR s.state = 'done' AND s.can_undo)
            AND NOT EXISTS (SELECT FROM step u WHERE u.process_id = s.process_id
                AND u.undoes = s.id AND u.ended_at IS NOT NULL)) AS is_undone,
        NOT bool_or(s.stage = 'pivot' AND s.undo_reason IS NOT NULL
            AND s.state IN ({_UNKNOWN})) AS is_assessed
    FROM step s LEFT JOIN stuck k ON k.id = s.id AND k.state = 'stuck'
    WHERE s.process_id = :id GROUP BY s.item
)
SELECT i.number, i.state, i.after, i.service_id, i.parameters, i.error IS NOT NULL AS is_rejected,
    i.begun_at IS NOT NULL AS is_begun,
    COALESCE(f.is_done, i.plan = '[]' AND i.begun_at IS NOT NULL) AS is_done,
    COALESCE(f.is_stuck, FALSE) AS is_stuck, f.undo, COALESCE(f.is_undone, TRUE) AS is_undone,
    COALESCE(f.is_assessed, TRUE) AS is_assessed
FROM service_order_item i LEFT JOIN facts f ON f.item = CAST(i.number AS text)
WHERE i.order_id = :id ORDER BY i.number
""")
_STORE_ITEMS = text("""
WITH new AS (
    SELECT * FROM jsonb_to_recordset(CAST(:items AS jsonb)) AS n(
        number int, state text, is_final boolean)
), changed AS (
    UPDATE service_order_item i SET state = n.state,
        ended_at = CASE WHEN n.is_final THEN clock_timestamp() END
    FROM new n WHERE i.order_id = :id AND i.number = n.number
    RETURNING i.number, i.state
)
INSERT INTO order_milestone (order_id, number, item, reached_at)
SELECT :id, number, number, clock_timestamp() FROM changed WHERE state = 'completed'
""")
_STORE = text("""
UPDATE service_order SET state = :state, cancel_phase = :phase, version = version + 1,
    updated_at = clock_timestamp(), ended_at = CASE WHEN :is_final THEN clock_timestamp() END
WHERE id = :id
""")


@dataclass(frozen=True, slots=True)
class _Order:
    id: UUID
    account_id: UUID | None
    state: OrderState
    phase: CancelPhase | None
    is_waiting: bool


@dataclass(frozen=True, slots=True)
class _Item:
    state: OrderState
    facts: ItemFacts
    service_id: UUID | None
    parameters: Mapping[str, Any]


def refresh(
    session: Session, order_id: UUID, *, actor: Actor = ENGINE, is_over: bool = False
) -> OrderState | None:
    """Store the states that follow from what is known now; returns the order's.

    Each state that the order passes is an event. ``is_over``: its process has ended. What became
    final stays as it is. None: there is no such order. Repeating changes nothing.
    """
    found = session.execute(_LOCK, {"id": order_id}).one_or_none()
    if found is None:
        return None
    phase = None if found.cancel_phase is None else CancelPhase(found.cancel_phase)
    order = _Order(found.id, found.account_id, OrderState(found.state), phase, found.is_waiting)
    if order.state.is_final:
        return order.state
    items = _items(session, order)
    facts = {number: item.facts for number, item in items.items()}
    derived = derivation.item_states(facts, is_over=is_over)
    states = {n: derivation.following(items[n].state, state) for n, state in derived.items()}
    new_phase = derivation.cancel_phase(phase, facts.values(), is_over=is_over)
    state = derivation.order_state(list(states.values()), new_phase)
    state = derivation.following(order.state, state)
    _store_items(session, order_id, items, states)
    if state is not order.state or new_phase is not phase:
        _store(session, order, state, new_phase, actor)
    return state


def _items(session: Session, order: _Order) -> dict[int, _Item]:
    return {
        row.number: _Item(
            OrderState(row.state),
            ItemFacts(
                is_rejected=row.is_rejected,
                is_waiting=order.is_waiting,
                is_begun=row.is_begun,
                is_done=row.is_done,
                is_stuck=row.is_stuck,
                undo=None if row.undo is None else UndoReason(row.undo),
                is_undone=row.is_undone,
                is_assessed=row.is_assessed,
                after=frozenset(row.after),
            ),
            row.service_id,
            row.parameters,
        )
        for row in session.execute(_FACTS, {"id": order.id})
    }


def _store_items(
    session: Session,
    order_id: UUID,
    items: Mapping[int, _Item],
    states: Mapping[int, OrderState],
) -> None:
    changed = [number for number, item in items.items() if states[number] is not item.state]
    if not changed:
        return
    new = [{"number": n, "state": states[n].value, "is_final": states[n].is_final} for n in changed]
    session.execute(_STORE_ITEMS, {"id": order_id, "items": json.dumps(new)})
    for number in changed:
        item = items[number]
        if states[number] is OrderState.COMPLETED and item.service_id and item.parameters:
            wanted.apply(session, item.service_id, item.parameters, order_id, actor=ENGINE)


def _store(
    session: Session,
    order: _Order,
    state: OrderState,
    phase: CancelPhase | None,
    actor: Actor,
) -> None:
    parameters = {"id": order.id, "state": state, "phase": phase, "is_final": state.is_final}
    session.execute(_STORE, parameters)
    if state.is_final:
        secrets.forget_set(session, order.id)
    passed = _passed(order, state)
    changes = zip((order.state, *passed), passed, strict=False)
    lines = [_event(order, before, after) for before, after in changes]
    events.append(session, lines, actor=actor)
    if phase is not order.phase or state is OrderState.CANCELLED:
        cancel_tasks.assessed(session, order.id, phase, is_cancelled=state is OrderState.CANCELLED)
    if state.is_final:  # a request to cancel it later finds nothing to cancel
        cancel_tasks.failed(session, order.id, cancel_tasks.OVER)


def _passed(order: _Order, state: OrderState) -> Sequence[OrderState]:
    assessing = OrderState.ASSESSING_CANCELLATION
    if order.phase is CancelPhase.ASSESSING and order.state is not assessing:
        # A cancellation has just been requested: it is assessed, if only for this moment.
        rest = () if state is assessing else path(assessing, state)
        return (*path(order.state, assessing), *rest)
    return () if state is order.state else path(order.state, state)


def _event(order: _Order, before: OrderState, after: OrderState) -> NewEvent:
    return NewEvent(
        EventKind.ORDER_CHANGED,
        subject_id=order.id,
        account_id=order.account_id,
        reason=CHANGED,
        before={"state": before},
        after={"state": after},
    )
