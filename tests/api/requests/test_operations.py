"""Operations: shown to their person and to staff, to nobody else; and one from end to end."""

import asyncio
from collections.abc import AsyncIterator
from typing import Any
from uuid import UUID, uuid4

import pytest

from domain.identifiers import PersonKey
from domain.processes import ProcessType, WaitsFor
from domain.reasons import Reason
from storage.database import Database
from storage.requests import operations
from tests.builders.people import JAAN, MARI
from tests.builders.register_states import TODAY
from tests.clients.api_client import OPS, PORTAL, SUPPORT, Front, open_front, person_token
from tests.fixtures.engine import Engine
from tests.fixtures.patience import PATIENCE

ERROR = Reason("register_unavailable", "The register could not be queried", {"cause": "timeout"})


def operation(front: Front) -> UUID:
    """Mari's, under way."""
    id_, mari = uuid4(), front.id_of(MARI)
    with front.database.transaction() as session:
        operations.request(session, id_, ProcessType.REFRESH, mari)
        operations.running(session, id_, WaitsFor.REGISTER)
    return id_


async def test_an_operation_shows_what_it_waits_for_and_when_to_poll_again(front: Front) -> None:
    answer = await front.get(f"/v1/operations/{operation(front)}", person_token(MARI))

    body = answer.json()
    assert (body["state"], body["waits_for"], body["result"]) == ("running", "register", None)
    assert answer.headers["Retry-After"] == "1"


async def test_an_ended_operation_shows_its_result(front: Front) -> None:
    id_ = operation(front)
    with front.database.transaction() as session:
        operations.failed(session, id_, ERROR)

    answer = await front.get(f"/v1/operations/{id_}", person_token(MARI))

    assert (answer.json()["state"], answer.json()["error"]) == ("failed", ERROR.as_json())
    assert "Retry-After" not in answer.headers


async def test_an_operation_is_shown_to_its_person_and_to_staff_only(front: Front) -> None:
    path = f"/v1/operations/{operation(front)}"
    mari, jaan = str(front.id_of(MARI)), str(front.id_of(JAAN))

    shown = [
        await front.get(path, person_token(MARI)),
        await front.get(path, PORTAL, on_behalf_of=mari),
        await front.get(path, SUPPORT),
        await front.get(path, OPS),
    ]
    hidden = [
        await front.get(path, person_token(JAAN)),
        await front.get(path, PORTAL, on_behalf_of=jaan),
        await front.get(f"/v1/operations/{uuid4()}", person_token(MARI)),
        await front.get(f"/v1/operations/{uuid4()}", OPS),
    ]

    assert {answer.status_code for answer in shown} == {200}
    assert {answer.status_code for answer in hidden} == {404}
    assert len({str(answer.json() | {"instance": ""}) for answer in hidden}) == 1


@pytest.fixture
async def working(engine: Engine, database: Database) -> AsyncIterator[Front]:
    """The API before an engine that works."""
    task_queue = engine.settings.task_queue
    async with open_front(engine.database, engine.client, task_queue=task_queue) as opened:
        yield opened


async def refreshed(front: Front, token: str) -> dict[str, Any]:
    """Refresh, and follow the operation to its end."""
    started = await front.post("/v1/me/refresh", token, idempotency_key=str(uuid4()))
    assert started.status_code == 202
    where = started.headers["Location"]
    async with asyncio.timeout(PATIENCE):
        while "Retry-After" in (answer := await front.get(where, token)).headers:  # noqa: ASYNC110 # the API is polled
            await asyncio.sleep(0.02)
    body: dict[str, Any] = answer.json()
    return body


async def test_a_board_member_refreshes_and_has_access(working: Front, engine: Engine) -> None:
    sole = next(
        (company["code"], holder["code"])
        for company in engine.companies()
        for holder in company["holders"]
        if company["status"] == "R" and company["legal_form"] == "OÜ"
        if holder["sole"] and holder["role"] == "JUHL" and holder["country"] == "EST"
    )
    accounts = engine.take_on([sole[0]])
    token = person_token(PersonKey.of("EE", sole[1], today=TODAY))
    check = {"account_id": str(accounts[sole[0]]), "permission": "invoice:pay"}

    before = (await working.post("/v1/access/check", token, check)).json()
    operation = await refreshed(working, token)
    after = (await working.post("/v1/access/check", token, check)).json()

    assert (operation["state"], operation["error"]) == ("succeeded", None)
    assert operation["result"]["started"] >= 1
    assert (before["allowed"], after["allowed"]) == (False, True)


async def test_a_refresh_fails_and_grants_nothing_while_the_register_is_down(
    working: Front, engine: Engine
) -> None:
    engine.register.fault("esindus", "http_500", times=None)

    operation = await refreshed(working, person_token(MARI))

    assert operation["state"] == "failed"
    assert operation["error"]["code"] == "register_unavailable"
    assert engine.grants() == set()
