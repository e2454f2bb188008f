"""Whose confirmation an order waits for, and who may give it (order.6)."""

import pytest

from domain.approvals.needs import Standing
from domain.catalogue.products import Confirmation
from domain.orders.confirming import AskedItem, ConfirmRefusal, needed, why_not

N = Confirmation
SOLE, JOINT, OWNER, DELEGATE = Standing.SOLE, Standing.JOINT, Standing.OWNER, Standing.DELEGATE


def item(confirm: Confirmation, **values: object) -> AskedItem:
    return AskedItem(confirm, is_urgent=False, parameters=values)  # type: ignore[arg-type]


def urgent(**values: object) -> AskedItem:
    return AskedItem(N.NOTHING, is_urgent=True, parameters=values)  # type: ignore[arg-type]


FREE, MINE, OURS = item(N.NOTHING), item(N.OWN), item(N.GROUP)
BAR, LIFT = urgent(outgoingBarred=True), urgent(outgoingBarred=False)
HALF, RESTART = urgent(outgoingBarred=True, dataBarred=False), urgent()


@pytest.mark.parametrize(
    ("items", "standing", "need"),
    [
        ([FREE], SOLE, N.NOTHING),
        ([FREE, MINE], SOLE, N.OWN),
        ([MINE, OURS, FREE], DELEGATE, N.GROUP),
        ([OURS], OWNER, N.GROUP),
        ([FREE], JOINT, N.GROUP),
        ([MINE], JOINT, N.GROUP),
        ([BAR], JOINT, N.NOTHING),
        ([BAR, FREE], JOINT, N.GROUP),
        ([LIFT], JOINT, N.GROUP),
        ([HALF], JOINT, N.GROUP),
        ([RESTART], JOINT, N.GROUP),
        ([LIFT], DELEGATE, N.NOTHING),
        ([OURS, MINE], None, N.NOTHING),
    ],
)
def test_order_6_the_strictest_need_of_its_items_counts(
    items: list[AskedItem], standing: Standing | None, need: Confirmation
) -> None:
    assert needed(items, standing) is need


@pytest.mark.parametrize(
    ("need", "standing", "is_orderer", "refusal"),
    [
        (N.OWN, DELEGATE, True, None),
        (N.OWN, SOLE, False, ConfirmRefusal.NOT_THE_ORDERER),
        (N.GROUP, SOLE, False, None),
        (N.GROUP, SOLE, True, None),
        (N.GROUP, JOINT, False, None),
        (N.GROUP, OWNER, True, None),
        (N.GROUP, DELEGATE, True, ConfirmRefusal.REPRESENTATIVE_NEEDED),
        (N.GROUP, None, True, ConfirmRefusal.REPRESENTATIVE_NEEDED),
        (N.NOTHING, SOLE, True, ConfirmRefusal.ORDER_NOT_WAITING),
    ],
)
def test_order_6_who_may_confirm(
    need: Confirmation,
    standing: Standing | None,
    is_orderer: bool,
    refusal: ConfirmRefusal | None,
) -> None:
    assert why_not(need, standing, is_orderer=is_orderer) is refusal
