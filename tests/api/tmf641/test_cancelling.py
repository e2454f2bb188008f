"""order.9: /cancelServiceOrder."""

import asyncio
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID, uuid4

import pytest
from sqlalchemy import text

from api.tmf641.addresses import PATH
from storage.database import Database
from tests.builders.listed_orders import put_cancel, put_order
from tests.builders.rows import rows, wait_until_blocked
from tests.clients.api_client import ORDERS, OTHER_ORDERS, Answer, Front
from tests.clients.token_issuer import ISSUER

CLIENT = f"{ISSUER} orders"
AT = "2099-03-01T10:00:00Z"


def waiting(database: Database, **order: Any) -> UUID:
    return put_order(database, CLIENT, {"product": "x"}, **{"requested_start_at": AT} | order)


async def cancel(front: Front, id_: object, **more: Any) -> Answer:
    body = {"serviceOrder": {"id": str(id_)}, **more}
    return await front.post(f"{PATH}/cancelServiceOrder", ORDERS, body)


async def test_order_9_an_order_that_has_not_begun_is_cancelled_at_once(
    front: Front, database: Database
) -> None:
    id_ = waiting(database)

    answer = await cancel(front, id_, cancellationReason="Duplicate")

    task = answer.json()
    order = (await front.get(task["serviceOrder"]["href"], ORDERS)).json()
    assert answer.status_code == 201, answer.text
    assert answer.headers["location"] == task["href"]
    assert task["href"] == f"http://api{PATH}/cancelServiceOrder/{task['id']}"
    assert task["effectiveCancellationDate"].endswith("Z")
    assert {name: value for name, value in task.items() if "Date" not in name} == {
        "id": task["id"],
        "href": task["href"],
        "state": "done",
        "cancellationReason": "Duplicate",
        "completionMessage": "The cancellation is accepted. What was done of the order is undone.",
        "serviceOrder": {
            "id": str(id_),
            "href": f"http://api{PATH}/serviceOrder/{id_}",
            "@referredType": "ServiceOrder",
            "@type": "ServiceOrderRef",
        },
        "@type": "CancelServiceOrder",
    }
    assert (order["state"], order["cancellationReason"]) == ("cancelled", "Duplicate")
    assert order["cancellationDate"] >= order["orderDate"]
    assert (await front.get(task["href"], ORDERS)).json() == task
    assert (await front.get(task["href"], OTHER_ORDERS)).status_code == 404


LATER = datetime.now(UTC).replace(microsecond=0) + timedelta(days=1)


async def test_order_9_a_cancel_for_later_is_assessed_then(
    front: Front, database: Database
) -> None:
    id_, later = waiting(database), LATER

    answer = await cancel(front, id_, requestedCancellationDate=later.isoformat())
    again = await cancel(front, id_, requestedCancellationDate=later.isoformat())

    task = answer.json()
    assert (answer.status_code, task["state"]) == (201, "accepted")
    assert datetime.fromisoformat(task["requestedCancellationDate"]) == later
    assert (await front.get(task["serviceOrder"]["href"], ORDERS)).json()["state"] == "acknowledged"
    assert (again.status_code, again.json()["reason"].split(":")[0]) == (409, "cancel_open")


async def test_order_9_a_cancel_for_later_keeps_nobody_from_cancelling_now(
    front: Front, database: Database
) -> None:
    id_ = waiting(database)
    await cancel(front, id_, requestedCancellationDate=LATER.isoformat())

    now = await cancel(front, id_)

    tasks = (await front.get(f"{PATH}/cancelServiceOrder", ORDERS)).json()
    assert (now.status_code, now.json()["state"]) == (201, "done")
    assert [each["state"] for each in tasks] == ["done", "done"]


async def test_order_9_a_cancel_for_the_far_future_is_refused(
    front: Front, database: Database
) -> None:
    answer = await cancel(
        front, waiting(database), requestedCancellationDate="9999-01-01T00:00:00Z"
    )

    assert (answer.status_code, answer.json()["message"]) == (409, "/requestedCancellationDate")
    assert rows(database, "SELECT FROM order_cancel") == []


@pytest.mark.parametrize(
    ("body", "status", "word", "place"),
    [
        ({}, 400, "field_missing", "/serviceOrder"),
        ({"serviceOrder": {}}, 400, "field_missing", "/serviceOrder/id"),
        ({"serviceOrder": "7"}, 400, "field_invalid", "/serviceOrder"),
        ({"serviceOrder": {"id": "7"}}, 409, "order_unknown", "/serviceOrder/id"),
        ({"serviceOrder": {"id": str(uuid4())}}, 409, "order_unknown", "/serviceOrder/id"),
        (
            {"serviceOrder": {"id": "7"}, "requestedCancellationDate": ""},
            *(400, "field_invalid", "/requestedCancellationDate"),
        ),
    ],
)
async def test_order_9_a_cancel_of_nothing_is_refused(
    front: Front, database: Database, *, body: object, status: int, word: str, place: str
) -> None:
    answer = await front.post(f"{PATH}/cancelServiceOrder", ORDERS, body)

    assert (answer.status_code, answer.json()["reason"].split(":")[0]) == (status, word)
    assert answer.json()["message"] == place
    assert rows(database, "SELECT * FROM order_cancel") == []


async def test_order_9_an_order_that_is_being_deleted_is_not_there_to_cancel_or_change(
    front: Front, database: Database
) -> None:
    """Both had seen it."""
    id_ = waiting(database)

    with database.transaction() as session:
        session.execute(text("DELETE FROM service_order WHERE id = :id"), {"id": id_})
        asked = [
            asyncio.create_task(cancel(front, id_)),
            asyncio.create_task(
                front.ask("PATCH", f"{PATH}/serviceOrder/{id_}", ORDERS, {"priority": "0"})
            ),
        ]
        await asyncio.to_thread(wait_until_blocked, database, waiting=2)
    cancelled, changed = await asyncio.gather(*asked)

    assert (cancelled.status_code, cancelled.json()["message"]) == (409, "/serviceOrder/id")
    assert changed.status_code == 404


@pytest.mark.parametrize("state", ["completed", "cancelled", "rejected", "failed", "partial"])
async def test_order_9_an_order_that_is_over_is_not_cancelled(
    front: Front, database: Database, state: str
) -> None:
    answer = await cancel(front, waiting(database, state=state))

    assert (answer.status_code, answer.json()["reason"].split(":")[0]) == (409, "order_over")


async def test_order_9_requests_to_cancel_are_listed_and_filtered(
    front: Front, database: Database
) -> None:
    ids = [waiting(database, state="cancelled") for _ in range(3)]
    tasks = [str(put_cancel(database, id_, CLIENT)) for id_ in ids]
    other = put_order(database, f"{ISSUER} orders-other")
    put_cancel(database, other, f"{ISSUER} orders-other")

    async def found(query: str) -> set[str]:
        answer = await front.get(f"{PATH}/cancelServiceOrder?{query}", ORDERS)
        assert answer.status_code == 200, answer.text
        return {each["id"] for each in answer.json()}

    limited = await front.get(f"{PATH}/cancelServiceOrder?limit=1&fields=state", ORDERS)
    refused = await front.get(f"{PATH}/cancelServiceOrder?state=rejected", ORDERS)
    assert await found("") == await found("state=done&sort=-state") == set(tasks)
    assert await found(f"serviceOrder.id={ids[0]}") == {tasks[0]}
    assert await found(f"serviceOrder.id={other}") == set()
    assert await found("state=accepted") == set()
    assert await found("requestedCancellationDate=2026-03-01T10:00:00Z") == set(tasks)
    assert await found("cancellationReason.regex=^Dup") == set(tasks)
    assert limited.headers["x-total-count"] == "3"
    assert [set(each) for each in limited.json()] == [{"id", "href", "state"}]
    assert refused.status_code == 400
