"""States of orders and items, derived from what is known of them."""

from dataclasses import replace
from typing import Any

import pytest

from domain.orders import derivation
from domain.orders.derivation import ItemFacts
from domain.orders.states import CancelPhase, OrderState
from domain.provisioning.undoing import UndoReason

S, P = OrderState, CancelPhase
NEW = ItemFacts()
BEGUN = ItemFacts(is_begun=True)
DONE = replace(BEGUN, is_done=True)
STUCK = replace(BEGUN, is_stuck=True)


def undone(why: UndoReason, *, over: bool = True, **more: Any) -> ItemFacts:
    return replace(BEGUN, undo=why, is_undone=over, **more)


CANCELLED = undone(UndoReason.CANCELLED)


@pytest.mark.parametrize(
    ("facts", "state"),
    [
        (NEW, S.ACKNOWLEDGED),
        (ItemFacts(is_waiting=True), S.PENDING),
        (BEGUN, S.IN_PROGRESS),
        (replace(BEGUN, is_waiting=True), S.IN_PROGRESS),
        (STUCK, S.HELD),
        (DONE, S.COMPLETED),
        (ItemFacts(is_rejected=True), S.REJECTED),
        (CANCELLED, S.CANCELLED),
        (undone(UndoReason.CANCELLED, over=False), S.PENDING_CANCELLATION),
        (undone(UndoReason.CANCELLED, over=False, is_stuck=True), S.PENDING_CANCELLATION),
        (undone(UndoReason.CANCELLED, over=False, is_assessed=False), S.ASSESSING_CANCELLATION),
        (undone(UndoReason.FAILED), S.FAILED),
        (undone(UndoReason.FAILED, over=False), S.IN_PROGRESS),
        (undone(UndoReason.FAILED, over=False, is_stuck=True), S.HELD),
        (undone(UndoReason.ABORTED), S.CANCELLED),
        (undone(UndoReason.ABORTED, over=False), S.IN_PROGRESS),
    ],
)
def test_order_4_the_state_of_an_item(facts: ItemFacts, state: OrderState) -> None:
    assert derivation.item_states({1: facts}) == {1: state}


def test_order_4_an_item_is_cancelled_with_all_after_it_where_its_predecessor_failed() -> None:
    states = derivation.item_states(
        {
            1: ItemFacts(after=frozenset({2})),
            2: ItemFacts(after=frozenset({3})),
            3: undone(UndoReason.FAILED),
            4: ItemFacts(after=frozenset({5})),
            5: DONE,
        }
    )

    assert states == {
        1: S.CANCELLED,
        2: S.CANCELLED,
        3: S.FAILED,
        4: S.ACKNOWLEDGED,
        5: S.COMPLETED,
    }


def test_order_4_an_item_waits_while_its_predecessor_is_being_undone() -> None:
    states = derivation.item_states(
        {1: undone(UndoReason.FAILED, over=False), 2: ItemFacts(after=frozenset({1}))}
    )

    assert states == {1: S.IN_PROGRESS, 2: S.ACKNOWLEDGED}


def test_order_4_once_the_process_is_over_nothing_stays_open() -> None:
    states = derivation.item_states({1: DONE, 2: NEW, 3: STUCK}, is_over=True)

    assert states == {1: S.COMPLETED, 2: S.CANCELLED, 3: S.CANCELLED}


@pytest.mark.parametrize(
    ("items", "state"),
    [
        ([S.ACKNOWLEDGED, S.ACKNOWLEDGED], S.ACKNOWLEDGED),
        ([S.PENDING, S.PENDING], S.PENDING),
        ([S.IN_PROGRESS, S.ACKNOWLEDGED], S.IN_PROGRESS),
        ([S.IN_PROGRESS, S.HELD], S.IN_PROGRESS),
        ([S.HELD, S.ACKNOWLEDGED], S.HELD),
        ([S.HELD, S.PENDING], S.HELD),
        ([S.HELD, S.COMPLETED], S.HELD),
        ([S.COMPLETED, S.ACKNOWLEDGED], S.IN_PROGRESS),
        ([S.CANCELLED, S.ACKNOWLEDGED], S.IN_PROGRESS),
        ([S.PENDING_CANCELLATION, S.COMPLETED], S.IN_PROGRESS),
        ([S.COMPLETED, S.COMPLETED], S.COMPLETED),
        ([S.CANCELLED, S.CANCELLED], S.CANCELLED),
        ([S.FAILED, S.FAILED], S.FAILED),
        ([S.FAILED, S.CANCELLED], S.FAILED),
        ([S.COMPLETED, S.FAILED], S.PARTIAL),
        ([S.COMPLETED, S.CANCELLED], S.PARTIAL),
        ([S.REJECTED, S.REJECTED], S.REJECTED),
    ],
)
def test_order_4_the_state_of_an_order(items: list[OrderState], state: OrderState) -> None:
    assert derivation.order_state(items) is state


@pytest.mark.parametrize(
    ("phase", "items", "state"),
    [
        (P.ASSESSING, [S.ASSESSING_CANCELLATION, S.COMPLETED], S.ASSESSING_CANCELLATION),
        (P.ACCEPTED, [S.PENDING_CANCELLATION, S.CANCELLED], S.PENDING_CANCELLATION),
        (P.ACCEPTED, [S.CANCELLED, S.CANCELLED], S.CANCELLED),
        (P.ACCEPTED, [S.CANCELLED, S.FAILED], S.CANCELLED),
        (P.DENIED, [S.PENDING_CANCELLATION, S.IN_PROGRESS], S.IN_PROGRESS),
        (P.DENIED, [S.CANCELLED, S.COMPLETED], S.PARTIAL),
        (P.DENIED, [S.COMPLETED, S.COMPLETED], S.COMPLETED),
    ],
)
def test_order_5_the_state_of_an_order_that_is_being_cancelled(
    phase: CancelPhase, items: list[OrderState], state: OrderState
) -> None:
    assert derivation.order_state(items, phase) is state


@pytest.mark.parametrize(
    ("items", "phase"),
    [
        ([CANCELLED, CANCELLED], P.ACCEPTED),
        ([CANCELLED, undone(UndoReason.FAILED)], P.ACCEPTED),
        ([CANCELLED, DONE], P.DENIED),
        ([CANCELLED, BEGUN], P.DENIED),
        ([undone(UndoReason.CANCELLED, over=False, is_assessed=False), CANCELLED], P.ASSESSING),
        ([undone(UndoReason.CANCELLED, over=False, is_assessed=False), DONE], P.ASSESSING),
    ],
)
def test_order_5_a_cancellation_is_assessed_against_what_has_begun(
    items: list[ItemFacts], phase: CancelPhase
) -> None:
    assert derivation.cancel_phase(P.ASSESSING, items) is phase
    assert derivation.cancel_phase(None, items) is None
    assert derivation.cancel_phase(P.DENIED, items) is P.DENIED
    assert derivation.cancel_phase(P.ASSESSING, items, is_over=True) is not P.ASSESSING


@pytest.mark.parametrize(
    ("old", "state"),
    [
        (S.ACKNOWLEDGED, S.ACKNOWLEDGED),
        (S.ASSESSING_CANCELLATION, S.ACKNOWLEDGED),
        (S.PENDING, S.IN_PROGRESS),
        (S.IN_PROGRESS, S.IN_PROGRESS),
        (S.HELD, S.IN_PROGRESS),
    ],
)
def test_order_4_what_was_confirmed_and_waits_for_its_date_is_not_new_again(
    old: OrderState, state: OrderState
) -> None:
    assert derivation.following(old, S.ACKNOWLEDGED) is state
    assert derivation.following(old, S.HELD) is S.HELD
