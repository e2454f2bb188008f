"""Whose confirmation an order waits for, and who may give it (order.6)."""

import pytest

from domain.approvals.needs import Standing
from domain.catalogue.characteristic_specs import Value
from domain.catalogue.products import Confirmation
from domain.orders.confirming import ConfirmRefusal, only_bars, why_not
from services.catalogue.files import read_catalogue

N = Confirmation
PRODUCTS = {each.product.id: each.product for each in read_catalogue(None)}
SOLE, JOINT, OWNER, DELEGATE = Standing.SOLE, Standing.JOINT, Standing.OWNER, Standing.DELEGATE


@pytest.mark.parametrize(
    ("product", "parameters", "alone"),
    [
        ("restrictions", {"outgoingBarred": True, "dataBarred": True}, True),
        ("restrictions", {"outgoingBarred": True, "dataBarred": False}, False),
        ("restrictions", {"outgoingBarred": False}, False),
        ("restrictions", {}, False),
        ("router-restart", {}, False),
        ("data-boost", {"dataBoost": True}, False),
    ],
)
def test_order_6_what_only_bars_is_ordered_alone(
    product: str, parameters: dict[str, Value | None], *, alone: bool
) -> None:
    """joint.6: for loss or theft one of several who act together suspends alone."""
    assert only_bars(PRODUCTS[product], parameters) is alone


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
