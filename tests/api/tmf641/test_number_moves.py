"""order.7: the operator's programs order over TMF641 that a number moves between accounts."""

import pytest

from api.tmf641.addresses import PATH
from storage.database import Database
from tests.builders.catalogue import publish
from tests.builders.people import JAAN, MARI
from tests.builders.rows import account, give, put, put_service, rows, service
from tests.clients.api_client import ORDER_PORTAL, ORDERS, Answer, Front

NUMBER = "+37255500042"
TO, FROM = account(MARI, 1), account(JAAN, 2)
TAKER, GIVER = service(1, TO), service(2, FROM, phone=NUMBER)


@pytest.fixture(autouse=True)
def catalogue(database: Database) -> None:
    put(database, TO, FROM)
    put_service(database, TAKER, GIVER)
    publish(database)


async def move(front: Front, token: str = ORDERS, **headers: str) -> Answer:
    item = {
        "id": "1",
        "action": "modify",
        "service": {
            "id": str(TAKER.id),
            "serviceSpecification": {"id": "number-move"},
            "serviceCharacteristic": [{"name": "fromService", "value": str(GIVER.id)}],
        },
    }
    return await front.post(f"{PATH}/serviceOrder", token, {"serviceOrderItem": [item]}, **headers)


async def test_order_7_the_operators_own_order_begins_at_once(
    front: Front, database: Database
) -> None:
    placed = await move(front)

    assert (placed.status_code, placed.json()["state"]) == (201, "acknowledged")
    resources = rows(database, "SELECT DISTINCT resource FROM step")
    assert {each.resource for each in resources} == {
        f"service/{TAKER.id}",
        f"service/{GIVER.id}",
    }


async def test_order_7_a_program_moves_no_number_for_a_person_who_may_not(
    front: Front, database: Database
) -> None:
    """Mari owns the account that takes it, and only uses the number of Jaan's."""
    give(database, MARI, TO, "administrator")
    give(database, MARI, FROM, "user")
    refused = await move(front, ORDER_PORTAL, on_behalf_of=str(front.id_of(MARI)))

    assert (refused.status_code, refused.json()["code"]) == (403, "50")
    assert rows(database, "SELECT FROM service_order") == []
