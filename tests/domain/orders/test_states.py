"""Edges between the states of orders, as in the life cycle of TMF641 v4."""

from itertools import pairwise

import pytest

from domain.orders.states import EDGES, NoPath, OrderState, path

S = OrderState
FINAL = {S.REJECTED, S.CANCELLED, S.COMPLETED, S.FAILED, S.PARTIAL}


@pytest.mark.parametrize(
    ("old", "new", "passed"),
    [
        (S.ACKNOWLEDGED, S.IN_PROGRESS, [S.IN_PROGRESS]),
        (S.ACKNOWLEDGED, S.PENDING, [S.IN_PROGRESS, S.PENDING]),
        (S.ACKNOWLEDGED, S.HELD, [S.IN_PROGRESS, S.HELD]),
        (S.ACKNOWLEDGED, S.COMPLETED, [S.IN_PROGRESS, S.COMPLETED]),
        (S.HELD, S.FAILED, [S.IN_PROGRESS, S.FAILED]),
        (S.HELD, S.PARTIAL, [S.IN_PROGRESS, S.PARTIAL]),
        (S.PENDING, S.COMPLETED, [S.IN_PROGRESS, S.COMPLETED]),
        (S.PENDING, S.CANCELLED, [S.CANCELLED]),
        (S.HELD, S.PENDING, [S.IN_PROGRESS, S.PENDING]),
        (S.ASSESSING_CANCELLATION, S.CANCELLED, [S.PENDING_CANCELLATION, S.CANCELLED]),
        (S.ASSESSING_CANCELLATION, S.PARTIAL, [S.IN_PROGRESS, S.PARTIAL]),
        (
            S.ACKNOWLEDGED,
            S.PENDING_CANCELLATION,
            [S.ASSESSING_CANCELLATION, S.PENDING_CANCELLATION],
        ),
    ],
)
def test_order_4_states_in_between_are_passed(
    old: OrderState, new: OrderState, passed: list[OrderState]
) -> None:
    assert list(path(old, new)) == passed


@pytest.mark.parametrize("old", OrderState)
@pytest.mark.parametrize("new", OrderState)
def test_order_4_every_path_goes_along_legal_edges(old: OrderState, new: OrderState) -> None:
    try:
        passed = path(old, new)
    except NoPath:
        never = {old, S.REJECTED, S.ACKNOWLEDGED}
        assert old in FINAL or old is S.PENDING_CANCELLATION or new in never
        return
    assert all(after in EDGES[before] for before, after in pairwise((old, *passed)))


def test_order_4_nothing_follows_a_final_state() -> None:
    assert {state for state in OrderState if state.is_final} == FINAL


@pytest.mark.parametrize(
    ("old", "new"),
    [
        (S.COMPLETED, S.CANCELLED),
        (S.PENDING_CANCELLATION, S.HELD),
        (S.PENDING_CANCELLATION, S.PARTIAL),
        (S.PENDING_CANCELLATION, S.COMPLETED),
        (S.IN_PROGRESS, S.REJECTED),
    ],
)
def test_order_4_what_the_standard_has_no_way_for_is_an_error(
    old: OrderState, new: OrderState
) -> None:
    with pytest.raises(NoPath, match=f"{old} is never followed by {new}"):
        path(old, new)
