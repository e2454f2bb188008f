"""A credit limit that an order changes: shown as soon as it is booked, with the order behind it."""

from typing import Any

from domain.orders.states import OrderState
from tests.builders.people import MARI
from tests.builders.register_states import sole, state
from tests.builders.rows import service, store_states
from tests.clients.api_client import Front, person_token
from tests.clients.billing_reading import open_billing_front, settings_of
from tests.fixtures.order_stack import OFFICE, OrderStack, limit

PATH = f"/v1/accounts/{OFFICE.id}/credit-limit"
PHONE = str(service(1, OFFICE).id)


async def items(front: Front, path: str = PATH) -> list[dict[str, Any]]:
    answer = await front.get(path, person_token(MARI))
    assert answer.status_code == 200, answer.text
    found: list[dict[str, Any]] = answer.json()["items"]
    return found


async def test_bill_2_an_order_changes_the_limit_and_is_named_in_its_history(
    ordering: OrderStack,
) -> None:
    """Answers stay fresh for an hour here: it is the booking that makes them old."""
    store_states(ordering.database, state(sole(MARI)))
    number = {"service": PHONE, "number": "+37255100001"}
    ordering.billing.ledger(number, account=str(OFFICE.id))
    settings = settings_of(ordering.billing)
    async with open_billing_front(ordering.database, settings) as front:
        (before,) = await items(front)
        assert await items(front, f"{PATH}/history") == []
        mari = front.id_of(MARI)
        order = await ordering.place(limit(1, 4500), person_id=mari)
        over = await ordering.over(order)
        (after,) = await items(front)
        (change,) = await items(front, f"{PATH}/history")

    assert over.state is OrderState.COMPLETED
    assert (before["limit"], after["limit"]["amount"]) == (None, "45.00")
    assert (change["service_id"], change["to"]["amount"]) == (PHONE, "45.00")
    assert change["order_id"] == str(order)
    assert change["by"]["kind"] == "customer"
