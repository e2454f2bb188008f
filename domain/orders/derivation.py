"""Derives the states of an order and its items from what is known of them. Pure.

What TMF641 leaves open is decided in docs/decisions/0048-service-orders.md.
"""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass

from domain.orders.states import CancelPhase, OrderState
from domain.provisioning.undoing import UndoReason

S = OrderState
_ENDED_NOT_DONE = frozenset({S.CANCELLED, S.FAILED, S.REJECTED})


@dataclass(frozen=True, slots=True)
class ItemFacts:
    """What is known of one item. Where nothing is said, it has not begun."""

    is_rejected: bool = False
    is_waiting: bool = False
    """For a confirmation at the customer's."""
    is_begun: bool = False
    """Something of it was sent to a target."""
    is_done: bool = False
    """Every step is done, or an operator decided to do without it."""
    is_stuck: bool = False
    """One of its steps, or what undoes one, waits for operations."""
    undo: UndoReason | None = None
    """Why it is undone."""
    is_undone: bool = False
    """Nothing is left to find out or to undo."""
    is_assessed: bool = True
    """It is known whether its point of no return is passed."""
    after: frozenset[int] = frozenset()
    """Numbers of the items that must be completed first."""


_ENDS = {
    UndoReason.ABORTED: S.CANCELLED,
    UndoReason.CANCELLED: S.CANCELLED,
    UndoReason.FAILED: S.FAILED,
}


def item_states(items: Mapping[int, ItemFacts], *, is_over: bool = False) -> dict[int, OrderState]:
    """Return the state of each item, by number. ``is_over``: nothing more is carried out.

    An item whose predecessor ended without being completed is never begun, and so cancelled.
    """
    states = {number: _item_state(facts) for number, facts in items.items()}
    while True:
        dropped = [
            number
            for number, facts in items.items()
            if states[number] in {S.ACKNOWLEDGED, S.PENDING} and _is_dropped(facts, states)
        ]
        if not dropped:
            break
        states |= dict.fromkeys(dropped, S.CANCELLED)
    if is_over:
        states |= {n: S.CANCELLED for n, state in states.items() if not state.is_final}
    return states


def _is_dropped(facts: ItemFacts, states: Mapping[int, OrderState]) -> bool:
    return any(states[number] in _ENDED_NOT_DONE for number in facts.after)


def _item_state(facts: ItemFacts) -> OrderState:
    if facts.is_rejected:
        return S.REJECTED
    if facts.undo is not None:
        return _undone_state(facts, facts.undo)
    if facts.is_done:
        return S.COMPLETED
    if facts.is_stuck:
        return S.HELD
    if facts.is_begun:
        return S.IN_PROGRESS
    return S.PENDING if facts.is_waiting else S.ACKNOWLEDGED


def _undone_state(facts: ItemFacts, why: UndoReason) -> OrderState:
    if facts.is_undone:
        return _ENDS[why]
    if why is UndoReason.CANCELLED:
        return S.PENDING_CANCELLATION if facts.is_assessed else S.ASSESSING_CANCELLATION
    return S.HELD if facts.is_stuck else S.IN_PROGRESS


def cancel_phase(
    phase: CancelPhase | None, items: Collection[ItemFacts], *, is_over: bool = False
) -> CancelPhase | None:
    """Return how far the cancellation is, once it is known of every item, or nothing more is."""
    is_open = not is_over and any(
        item.undo is UndoReason.CANCELLED and not item.is_assessed for item in items
    )
    if phase is not CancelPhase.ASSESSING or is_open:
        return phase
    is_cancelled = all(item.undo is not None for item in items)
    return CancelPhase.ACCEPTED if is_cancelled else CancelPhase.DENIED


def order_state(items: Sequence[OrderState], cancel: CancelPhase | None = None) -> OrderState:
    """Return the state of an order whose items have these states."""
    if S.REJECTED in items:
        return S.REJECTED
    is_over = all(state.is_final for state in items)
    if cancel is CancelPhase.ACCEPTED:
        return S.CANCELLED if is_over else S.PENDING_CANCELLATION
    if cancel is CancelPhase.ASSESSING:
        return S.ASSESSING_CANCELLATION
    if is_over:
        return _final_state(set(items))
    for state in (S.IN_PROGRESS, S.HELD, S.PENDING):
        if state in items:
            return state
    return S.ACKNOWLEDGED if set(items) == {S.ACKNOWLEDGED} else S.IN_PROGRESS


def _final_state(items: set[OrderState]) -> OrderState:
    if items == {S.COMPLETED}:
        return S.COMPLETED
    if items == {S.CANCELLED}:
        return S.CANCELLED
    return S.PARTIAL if S.COMPLETED in items else S.FAILED


def following(old: OrderState, new: OrderState) -> OrderState:
    """Return what is stored after ``old`` where ``new`` was derived: nothing is new again.

    What was confirmed, and waits for its date, has been in progress before.
    """
    is_again = new is S.ACKNOWLEDGED and old not in {S.ACKNOWLEDGED, S.ASSESSING_CANCELLATION}
    return S.IN_PROGRESS if is_again else new
