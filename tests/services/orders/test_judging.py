"""What an order keeps of its product."""

from typing import Any

import pytest

from domain.catalogue.actions import ItemAction
from domain.orders.planning import planned
from domain.provisioning.steps import Stage
from tests.builders.products import LIMIT, product

R, P, F = Stage.REVERSIBLE, Stage.PIVOT, Stage.FINAL
READ, SET, BILL = LIMIT["steps"]
TELL = {"id": "tell", "target": "network", "do": "restart", "after": ["bill"]}


@pytest.mark.parametrize(
    ("steps", "stages", "undos"),
    [
        ([READ, SET, BILL], [R, R, P], [None, "restore", None]),
        ([READ, SET, BILL, TELL], [R, R, P, F], [None, "restore", None, None]),
        # What is completed is never undone, though the product names no point of no return.
        ([READ, SET | {"undo": None}], [R, P], [None, None]),
    ],
)
def test_order_4_an_item_is_past_its_point_of_no_return_when_it_is_completed(
    steps: list[dict[str, Any]], stages: list[Stage], undos: list[str | None]
) -> None:
    kept = planned(product(steps=steps), ItemAction.MODIFY)

    assert [each.stage for each in kept] == stages
    assert [each.undo for each in kept] == undos
