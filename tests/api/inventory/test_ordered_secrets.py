"""order.1: a secret that is ordered is in no row, log, answer or event, but for its sealed form."""

import hashlib
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from api.tmf641.addresses import PATH
from domain.inventory.secrets import SecretName, SecretPlace
from storage.database import Database
from tests.builders.catalogue import publish
from tests.builders.people import MARI
from tests.builders.register_states import KUUSK, sole, state
from tests.builders.rows import account, put, put_service, rows, service, store_states
from tests.clients import ordering
from tests.clients.api_client import BILLING, ORDER_PORTAL, SUPPORT, Answer, Front, person_token
from tests.fixtures import payload_keys
from tests.oracles.row_scan import rows_with

HOME = account(KUUSK, 1)
ROUTER = service(2, HOME, kind="router")
SECRET = "salajane-9"
LATER = (datetime.now(UTC) + timedelta(days=30)).isoformat()
TOLD = {"account_id": str(HOME.id), "kind": "router", "characteristics": {"wifiName": "Kontor"}}


def order(password: str) -> dict[str, Any]:
    """An order of Wi-Fi settings, for later: so that it waits, and no process is needed."""
    values = [
        {"name": "wifiName", "value": "Kontor"},
        {"name": "wifiPassword", "value": password},
    ]
    wanted = {
        "id": str(ROUTER.id),
        "serviceSpecification": {"id": "router-wifi"},
        "serviceCharacteristic": values,
    }
    item = {"id": "1", "action": "modify", "service": wanted}
    return {"serviceOrderItem": [item], "externalId": "P-1", "requestedStartDate": LATER}


def guessable(answer: Answer) -> list[str]:
    """Digests of a request by which somebody without a key could try out what was in it."""
    asked = answer.request
    content = f"{asked.method} {asked.url.path}\n".encode() + asked.content
    return [hashlib.sha256(each).hexdigest() for each in (content, asked.content)]


@pytest.fixture(autouse=True)
def customers(database: Database) -> None:
    put(database, HOME)
    put_service(database, ROUTER)
    store_states(database, state(sole(MARI)))
    publish(database)


@pytest.mark.parametrize("value", [SECRET, f"õ{SECRET}"], ids=["taken", "refused"])
async def test_order_1_nothing_shows_a_secret_that_is_ordered(
    front: Front, database: Database, capfd: pytest.CaptureFixture[str], value: str
) -> None:
    headers = {"on_behalf_of": str(front.id_of(MARI)), "idempotency_key": "k-1"}

    placed = await front.post(f"{PATH}/serviceOrder", ORDER_PORTAL, order(value), **headers)
    order_id = placed.json()["id"]
    read = [
        await front.get(f"{PATH}/serviceOrder/{order_id}", ORDER_PORTAL),
        await front.get(f"/v1/services/{ROUTER.id}", person_token(MARI)),
        await front.get(f"/v1/services/{ROUTER.id}", SUPPORT),
        await front.put(f"/v1/services/{ROUTER.id}", BILLING, TOLD),
    ]

    assert placed.status_code == 201, placed.text
    is_taken = value == SECRET
    assert placed.json()["state"] == ("acknowledged" if is_taken else "rejected")
    assert [each.status_code for each in read] == [200] * 4
    shown = [placed.text, *(each.text for each in read), *capfd.readouterr()]
    assert not any(SECRET in each for each in shown)
    assert rows_with(database, [SECRET, SECRET.encode().hex(), *guessable(placed)]) == set()
    sealed = rows(database, "SELECT order_id, item, sealed FROM service_secret")
    assert len(sealed) == int(is_taken)
    for row in sealed:
        place = SecretPlace(row.order_id, row.item, SecretName.WIFI_PASSWORD)
        assert str(row.order_id) == order_id
        assert payload_keys.secrets().open(bytes(row.sealed), str(place)) == SECRET


async def test_order_1_a_person_orders_in_secret_too_and_the_kept_answer_tells_nothing(
    front: Front, database: Database, capfd: pytest.CaptureFixture[str]
) -> None:
    parameters = {"wifiPassword": SECRET}
    item = {"product": "router-wifi", "service_id": str(ROUTER.id), "parameters": parameters}

    placed = await ordering.order(front, item, account=HOME.id, requested_start_at=LATER)

    assert placed.status_code == 201, placed.text
    assert len(rows(database, "SELECT FROM idempotency_key")) == 1
    assert not any(SECRET in each for each in (placed.text, *capfd.readouterr()))
    assert rows_with(database, [SECRET, *guessable(placed)]) == set()
