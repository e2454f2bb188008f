"""deleg.16: what counts as the use of access, and that asking about somebody does not."""

from collections.abc import Sequence
from uuid import UUID

import pytest

from api.parts import Parts
from storage.database import Database
from tests.builders.people import JAAN, MARI
from tests.builders.register_states import KUUSK, sole, state
from tests.builders.rows import account, put, put_service, rows, service, store_states
from tests.clients.api_client import CHECKER, OPS, PORTAL, SUPPORT, Front, person_token

OFFICE = account(KUUSK, 1)
PHONE = service(1, OFFICE)
CHECK = "/v1/access/check"
READS = [
    f"/v1/accounts/{OFFICE.id}",
    f"/v1/accounts/{OFFICE.id}/services",
    f"/v1/accounts/{OFFICE.id}/people",
    f"/v1/accounts/{OFFICE.id}/history",
    f"/v1/accounts/{OFFICE.id}/delegations",
    f"/v1/services/{PHONE.id}",
]


@pytest.fixture
def customers(database: Database) -> Database:
    put(database, OFFICE)
    put_service(database, PHONE)
    store_states(database, state(sole(MARI)))
    return database


def used(front: Front) -> Sequence[tuple[str, UUID]]:
    """Who used which account, once what is noted is written."""
    parts: Parts = front.app.state.parts
    parts.uses.flush(front.database)
    found = rows(
        front.database,
        "SELECT p.code, u.account_id FROM access_use u JOIN person p ON p.id = u.person_id",
    )
    return [(row.code, row.account_id) for row in found]


def asked(permission: str = "usage:view", **more: object) -> dict[str, object]:
    return {"account_id": str(OFFICE.id), "permission": permission} | more


@pytest.mark.parametrize("token", [PORTAL, CHECKER], ids=["portal", "checker"])
async def test_deleg_16_a_program_that_asks_for_a_person_uses_their_access(
    front: Front, customers: Database, token: str
) -> None:
    mari = str(front.id_of(MARI))
    named = {"on_behalf_of": mari} if token == PORTAL else {}

    answer = await front.post(CHECK, token, asked(person_id=mari), **named)

    assert answer.json()["allowed"]
    assert used(front) == [(MARI.code, OFFICE.id)]


async def test_deleg_16_a_check_by_the_person_is_a_use_and_writes_nothing(
    front: Front, customers: Database
) -> None:
    assert (await front.post(CHECK, person_token(MARI), asked())).json()["allowed"]

    assert rows(customers, "SELECT FROM access_use") == []
    assert used(front) == [(MARI.code, OFFICE.id)]


async def test_deleg_16_a_no_and_a_past_moment_are_no_use(
    front: Front, customers: Database
) -> None:
    await front.post(CHECK, person_token(JAAN), asked())
    at = customers.clock().isoformat()
    assert (await front.post(CHECK, person_token(MARI), asked(at=at))).json()["allowed"]

    assert used(front) == []


@pytest.mark.parametrize("token", [SUPPORT, OPS], ids=["support", "ops"])
async def test_deleg_16_staff_who_ask_about_a_person_use_nothing(
    front: Front, customers: Database, token: str
) -> None:
    body = asked(person_id=str(front.id_of(MARI)))
    assert (await front.post(CHECK, token, body)).json()["allowed"]
    for path in READS:
        assert (await front.get(path, token)).status_code == 200

    assert used(front) == []


@pytest.mark.parametrize("path", READS)
async def test_deleg_16_reading_an_account_is_a_use_for_who_may(
    front: Front, customers: Database, path: str
) -> None:
    assert (await front.get(path, person_token(JAAN))).status_code == 404
    assert used(front) == []

    assert (await front.get(path, person_token(MARI))).status_code == 200
    assert used(front) == [(MARI.code, OFFICE.id)]
