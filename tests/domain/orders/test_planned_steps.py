"""order.7: where the id by which a network knows a service can be corrected. Decision 0045."""

from uuid import UUID

import pytest

from domain.catalogue.actions import ItemAction
from domain.orders.planned_steps import OtherService, PlannedItem, step_of
from domain.orders.planning import planned
from services.catalogue.files import read_catalogue

PRODUCTS = {each.product.id: each.product for each in read_catalogue(None)}
TAKER, GIVER = UUID(int=1), OtherService(UUID(int=2), None)


@pytest.mark.parametrize(
    ("product", "correctable"),
    [
        ("spending-limit", ["read"]),
        # What goes to billing first is no step of the network's.
        ("sim-replacement", ["swap"]),
        ("router-restart", ["restart"]),
        # Two services, each known by an id of its own.
        ("number-move", ["read-from", "take"]),
    ],
)
def test_order_7_the_networks_id_is_corrected_at_the_first_step_there_for_the_service(
    product: str, correctable: list[str]
) -> None:
    steps = planned(PRODUCTS[product], ItemAction.MODIFY)
    item = PlannedItem(1, TAKER, None, frozenset(), False, steps, GIVER)
    found = [(each.id, step_of(UUID(int=3), UUID(int=4), item, each)) for each in steps]

    assert [id_ for id_, step in found if step.correctable_inputs] == correctable
    assert all(step.correctable_inputs in {(), ("network_id",)} for _, step in found)
