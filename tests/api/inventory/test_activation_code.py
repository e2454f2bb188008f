"""order.1: the activation code of an eSIM is for the person alone who may order one."""

from typing import Any
from uuid import UUID

import pytest

from domain.inventory.secrets import SecretName, SecretPlace
from storage.inventory import secrets
from tests.builders.people import JAAN, KATI, MARI, TIIU
from tests.builders.register_states import KUUSK, sole, state
from tests.builders.rows import account, give, put, put_service, rows, service, store_states
from tests.clients.api_client import BILLING, OPS, PORTAL, SUPPORT, Front, person_token
from tests.clients.token_issuer import NOW
from tests.fixtures import payload_keys

COMPANY, OTHER = account(KUUSK, 1), account(JAAN, 2)
PHONE, SILENT = service(1, COMPANY, phone="+37251234567"), service(2, COMPANY)
CODE = "LPA:1$smdp.example$SALAJANE-1"
PLACE = SecretPlace(UUID(int=7), 1, SecretName.ACTIVATION_CODE)
ROUTE = f"/v1/services/{PHONE.id}/activation-code"


@pytest.fixture
def _rows(front: Front) -> None:
    put(front.database, COMPANY, OTHER)
    put_service(front.database, PHONE, SILENT)
    store_states(front.database, state(sole(MARI)))
    give(front.database, TIIU, COMPANY, on=PHONE)
    give(front.database, KATI, COMPANY, "accountant")
    front.id_of(MARI)
    sealed = payload_keys.secrets().seal(CODE, str(PLACE))
    with front.database.transaction() as session:
        secrets.keep(session, PLACE, PHONE.id, sealed)


@pytest.mark.usefixtures("_rows")
async def test_order_1_who_may_order_reads_the_code_and_it_is_recorded(front: Front) -> None:
    answer = await front.get(ROUTE, person_token(MARI))

    assert (answer.status_code, answer.json()) == (200, {"activation_code": CODE})
    assert answer.headers["cache-control"] == "no-store"
    (event,) = rows(
        front.database, "SELECT * FROM event WHERE kind = 'service:activation_code_read'"
    )
    mari = front.id_of(MARI)
    assert (event.subject_id, event.account_id, event.person_id) == (PHONE.id, COMPANY.id, mari)
    assert event.actor == {"kind": "person", "id": str(mari)}
    assert (event.reason, event.before, event.after) == (None, None, None)


@pytest.mark.parametrize(
    ("token", "status"),
    [
        pytest.param(person_token(MARI, auth_time=NOW - 400), 401, id="old-login"),
        pytest.param(person_token(MARI, acr="substantial"), 401, id="weak-login"),
        pytest.param(person_token(TIIU), 404, id="user-of-the-service"),
        pytest.param(person_token(KATI), 404, id="accountant"),
        pytest.param(person_token(JAAN), 404, id="of-another-account"),
        pytest.param(PORTAL, 403, id="portal"),
        pytest.param(BILLING, 403, id="program"),
        pytest.param(SUPPORT, 403, id="support"),
        pytest.param(OPS, 403, id="ops"),
        pytest.param(None, 401, id="nobody"),
    ],
)
@pytest.mark.usefixtures("_rows")
async def test_order_1_nobody_else_reads_the_code_and_nothing_is_recorded(
    front: Front, token: str | None, status: int
) -> None:
    named: dict[str, Any] = {"on_behalf_of": str(front.id_of(MARI))} if token == PORTAL else {}

    answer = await front.get(ROUTE, token, **named)

    assert answer.status_code == status
    assert CODE not in answer.text
    read = "SELECT FROM event WHERE kind = 'service:activation_code_read'"
    assert rows(front.database, read) == []


@pytest.mark.usefixtures("_rows")
async def test_order_1_a_service_without_a_code_is_answered_like_one_that_is_not_there(
    front: Front,
) -> None:
    answer = await front.get(f"/v1/services/{SILENT.id}/activation-code", person_token(MARI))

    assert (answer.status_code, answer.json()["code"]) == (404, "not_found")
