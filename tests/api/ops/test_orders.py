"""order.5: operations find orders over HTTP, and cancel one whoever placed it."""

from typing import Any
from uuid import UUID, uuid4

import pytest

from domain.orders.states import OrderState
from storage.orders import cancel_task_list
from tests.builders.orders import OWNER, NewItem, Orders, of
from tests.builders.people import JAAN, MARI
from tests.builders.rows import NOTED, put, put_service, rows, service
from tests.clients.api_client import (
    ANN,
    BILLING,
    OFFICER,
    OPS,
    ORDERS,
    SUPPORT,
    Answer,
    Front,
    person_token,
)

LIST = "/v1/ops/orders"
WHY = {"reason": "the customer called twice"}
REQUESTED = f"{NOTED} WHERE kind = 'order:cancel_requested'"


@pytest.fixture
def orders(front: Front) -> Orders:
    put(front.database, OWNER)
    put_service(front.database, *(service(number, OWNER) for number in range(3)))
    return Orders(front.database, OWNER.id)


async def cancel(
    front: Front, id_: UUID, token: str = OPS, *, body: Any = None, key: str = ""
) -> Answer:
    path = f"{LIST}/{id_}/cancel"
    return await front.post(path, token, body or WHY, idempotency_key=key or str(uuid4()))


async def listed(front: Front, query: str = "", token: str = SUPPORT) -> list[UUID]:
    answer = await front.get(f"{LIST}?{query}", token)
    assert answer.status_code == 200, answer.text
    return [UUID(each["id"]) for each in answer.json()["items"]]


async def test_order_5_an_operator_cancels_an_order_of_anybody(
    front: Front, orders: Orders
) -> None:
    order = orders.begun(of(0), person_id=front.id_of(MARI))
    orders.attempt(order, "set.1")

    answer = await cancel(front, order)

    assert (answer.status_code, answer.json()["state"]) == (200, "pendingCancellation")
    (event,) = rows(front.database, REQUESTED)
    assert (event.subject_id, event.actor["id"], event.note) == (order, ANN, WHY["reason"])
    assert orders.task(UUID(event.after["cancel_id"])).state == "done"


async def test_order_5_only_staff_read_why_an_operator_cancelled(
    front: Front, orders: Orders
) -> None:
    order = orders.insert(of(0), person_id=front.id_of(MARI))

    answer = await cancel(front, order)

    assert (orders.state(order), orders.shown(order).cancel_reason) == (
        OrderState.CANCELLED,
        "order_cancelled",
    )
    assert WHY["reason"] not in answer.text
    with front.database.reading() as connection:
        told = cancel_task_list.reasons(connection, [order])
    assert not any(told.values())


async def test_order_5_an_order_is_cancelled_once(front: Front, orders: Orders) -> None:
    order = orders.insert(of(0))

    first = await cancel(front, order, key="one")
    repeated = await cancel(front, order, key="one")
    other_body = await cancel(front, order, key="one", body={"reason": "something else"})
    again = await cancel(front, order)

    assert first.json() == repeated.json()
    assert (other_body.status_code, other_body.json()["code"]) == (422, "idempotency_key_reused")
    assert (again.status_code, again.json()["code"]) == (409, "order_not_cancellable")
    assert len(rows(front.database, REQUESTED)) == 1


async def test_order_5_what_is_being_cancelled_or_is_not_there_is_not_cancelled(
    front: Front, orders: Orders
) -> None:
    order = orders.begun(of(0))
    orders.attempt(order, "set.1")
    orders.cancel(order)

    answer, nothing = await cancel(front, order), await cancel(front, uuid4())

    assert (answer.status_code, answer.json()["code"]) == (409, "order_not_cancellable")
    assert (nothing.status_code, nothing.json()["code"]) == (404, "not_found")


@pytest.mark.parametrize(
    "token",
    [SUPPORT, OFFICER, ORDERS, BILLING, person_token(MARI), person_token(JAAN)],
    ids=["support", "officer", "order-program", "billing", "orderer", "stranger"],
)
async def test_order_5_nobody_else_cancels_as_an_operator(
    front: Front, orders: Orders, token: str
) -> None:
    order = orders.insert(of(0), person_id=front.id_of(MARI))

    answer = await cancel(front, order, token)

    assert answer.status_code == 403
    assert orders.passed(order) == ["acknowledged"]


async def test_order_5_a_reason_is_needed(front: Front, orders: Orders) -> None:
    order = orders.insert(of(0))

    answer = await cancel(front, order, body={"reason": " "})

    assert (answer.status_code, orders.passed(order)) == (422, ["acknowledged"])


async def test_order_4_orders_are_found_by_account_service_state_and_external_id(
    front: Front, orders: Orders
) -> None:
    first = orders.insert(of(0), external_id="P-1")
    second = orders.begun(of(1))
    third = orders.insert(NewItem(service=service(2, OWNER).id, giver=service(0, OWNER).id))
    orders.attempt(second, "set.1")

    assert await listed(front) == [third, second, first]
    assert await listed(front, f"account_id={OWNER.id}", OPS) == [third, second, first]
    assert await listed(front, f"account_id={uuid4()}") == []
    assert await listed(front, f"service_id={service(0, OWNER).id}") == [third, first]
    assert await listed(front, "state=inProgress") == [second]
    assert await listed(front, "external_id=P-1") == [first]


async def test_order_4_the_list_has_pages(front: Front, orders: Orders) -> None:
    placed = [orders.insert(of(number)) for number in range(3)]

    page = (await front.get(f"{LIST}?limit=2", OPS)).json()
    rest = (await front.get(f"{LIST}?limit=2&after={page['next']}", OPS)).json()
    found = [UUID(each["id"]) for each in [*page["items"], *rest["items"]]]

    assert (found, rest["next"]) == (placed[::-1], None)
