"""What an order and its items wait for, as people are told (order.10)."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from domain.approvals.states import ApprovalState
from domain.catalogue.products import Confirmation
from domain.orders.confirming import ConfirmRefusal
from domain.orders.states import OrderState
from domain.orders.waiting import ItemWait, OrderFacts, OrderWait, item_waits_for, order_waits_for

A, S, W = ApprovalState, OrderState, OrderWait
NOW = datetime(2026, 11, 29, tzinfo=UTC)
LATER = NOW + timedelta(days=1)
FREE = OrderFacts(
    S.ACKNOWLEDGED,
    Confirmation.NOTHING,
    is_confirmed=False,
    waits_for_giver=False,
    is_begun=False,
    starts_at=None,
    depends_on_other=False,
    is_private=False,
)
OWN = replace(FREE, state=S.PENDING, need=Confirmation.OWN, starts_at=LATER)
GROUP = replace(OWN, need=Confirmation.GROUP)
PROPOSED = replace(GROUP, approval=A.AWAITING_CONFIRMATIONS, has_confirmed=True)
OTHERS = ConfirmRefusal.REPRESENTATIVE_NEEDED


@pytest.mark.parametrize(
    ("order", "refusal", "waits_for"),
    [
        (FREE, OTHERS, None),
        (OWN, None, W.YOUR_CONFIRMATION),
        (OWN, ConfirmRefusal.NOT_THE_ORDERER, W.ORDERER),
        (GROUP, None, W.YOUR_CONFIRMATION),
        (GROUP, OTHERS, W.REPRESENTATIVES),
        (replace(GROUP, is_private=True), OTHERS, W.OWNER),
        (replace(GROUP, approval=A.AWAITING_CONFIRMATIONS), None, W.YOUR_CONFIRMATION),
        (PROPOSED, None, W.APPROVAL),
        (PROPOSED, OTHERS, W.APPROVAL),
        (replace(PROPOSED, approval=A.AWAITING_OFFICER), None, W.OFFICER),
        (replace(PROPOSED, approval=A.CHECKING_REGISTER), None, W.REGISTER),
        (replace(OWN, is_confirmed=True), None, W.START),
        (replace(OWN, waits_for_giver=True), None, W.YOUR_CONFIRMATION),
        (replace(OWN, waits_for_giver=True, is_confirmed=True), None, W.GIVER),
        (replace(FREE, waits_for_giver=True), OTHERS, W.GIVER),
        (replace(FREE, starts_at=LATER), OTHERS, W.START),
        (replace(FREE, starts_at=NOW), OTHERS, None),
        (replace(FREE, depends_on_other=True), OTHERS, W.OTHER_ORDER),
        (replace(FREE, is_begun=True, state=S.HELD), OTHERS, W.OPERATIONS),
        (replace(FREE, is_begun=True, state=S.IN_PROGRESS), OTHERS, None),
        (replace(OWN, state=S.CANCELLED), None, None),
    ],
)
def test_order_10_what_an_order_waits_for(
    order: OrderFacts, refusal: ConfirmRefusal | None, waits_for: OrderWait | None
) -> None:
    assert order_waits_for(order, refusal, NOW) is waits_for


@pytest.mark.parametrize(
    ("state", "begun", "behind", "step", "waits_for"),
    [
        (S.PENDING, False, True, None, ItemWait.ORDER),
        (S.ACKNOWLEDGED, True, True, None, ItemWait.ITEMS),
        (S.ACKNOWLEDGED, True, False, "order", ItemWait.TURN),
        (S.IN_PROGRESS, True, False, "target", ItemWait.TARGET),
        (S.IN_PROGRESS, True, False, None, None),
        (S.HELD, True, False, "target", ItemWait.OPERATIONS),
        (S.COMPLETED, True, False, "target", None),
    ],
)
def test_order_10_what_an_item_waits_for(
    state: OrderState,
    begun: bool,
    behind: bool,
    step: str | None,
    waits_for: ItemWait | None,
) -> None:
    found = item_waits_for(state, order_is_begun=begun, is_behind=behind, step_waits_for=step)

    assert found is waits_for
