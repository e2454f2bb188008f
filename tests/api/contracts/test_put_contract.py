"""contract.1: contracts that exist in the operator's systems are taken in."""

from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID, uuid4

import pytest

from domain.access.permissions import Permission
from services.access.check import check
from tests.builders import contracts
from tests.builders.delegations import FOREIGN, OFFICE, PHONE, given, terms
from tests.builders.people import KATI, MARI, PEETER, TIIU
from tests.builders.rows import give, rows
from tests.clients.api_client import BILLING, OPS, PORTAL, Answer, Front, person_token
from tests.clients.contracting import FIBRE, offered, read

TOLD: dict[str, Any] = {
    "account_id": str(OFFICE.id),
    "product": "Kõnepakett XL",
    "state": "active",
    "services": [str(PHONE.id)],
    "signed_at": "2024-05-02T09:00:00Z",
    "starts_on": "2024-05-03",
    "committed_until": "2026-05-02",
}


async def put(front: Front, id_: UUID | str, token: str = BILLING, **changes: Any) -> Answer:
    return await front.put(f"/v1/contracts/{id_}", token, {**TOLD, **changes})


async def test_contract_1_what_exists_is_taken_in_and_shown(front: Front) -> None:
    id_ = uuid4()

    first, again = [await put(front, id_) for _ in range(2)]
    shown = (await read(front, str(id_))).json()

    assert (first.status_code, again.status_code) == (201, 200), first.text
    assert (shown["state"], shown["product"]) == ("active", "Kõnepakett XL")
    assert (shown["services"], shown["committed_until"]) == ([str(PHONE.id)], "2026-05-02")
    assert (shown["starts_on"], shown["prices"], shown["months"]) == ("2024-05-03", [], None)
    told = rows(front.database, "SELECT FROM event WHERE kind = 'contract:told'")
    assert len(told) == 1


async def test_contract_1_what_is_told_anew_replaces_what_was_told(front: Front) -> None:
    id_ = uuid4()
    await put(front, id_, user={"country": "EE", "code": PEETER.code})

    await put(front, id_, state="suspended", committed_until=None, services=[])
    shown = (await read(front, str(id_))).json()

    assert (shown["state"], shown["suspended"], shown["services"]) == ("suspended", "told", [])
    assert (shown["committed_until"], shown["party"]) == (None, "owner")


@pytest.mark.parametrize(("hours", "allowed"), [(1, True), (-1, False)])
async def test_contract_9_access_to_its_services_ends_at_the_moment_that_is_told(
    front: Front, hours: int, allowed: bool
) -> None:
    """No worker runs here."""
    give(front.database, TIIU, OFFICE, "user", on=PHONE)
    moment = datetime.now(UTC) + timedelta(hours=hours)

    answer = await put(front, uuid4(), state="ending", ends_at=moment.isoformat())

    assert answer.status_code == 201, answer.text
    with front.database.reading() as connection:
        found = check(connection, TIIU, Permission.USAGE_VIEW, OFFICE.id, service_id=PHONE.id)
    assert found.allowed is allowed


@pytest.mark.parametrize(
    ("changes", "status", "code"),
    [
        ({"services": [str(FOREIGN.id)]}, 409, "contract_incomplete"),
        ({"services": [str(uuid4())]}, 409, "contract_incomplete"),
        ({"account_id": str(uuid4())}, 409, "contract_incomplete"),
        ({"host_service_id": str(uuid4())}, 409, "contract_incomplete"),
        ({"state": "draft"}, 422, "invalid"),
        ({"state": "ended"}, 422, "invalid"),
        ({"ends_at": "2026-01-01T00:00:00Z"}, 422, "invalid"),
        ({"sim": "123"}, 422, "invalid"),
    ],
)
async def test_contract_1_what_cannot_be_is_refused_and_nothing_is_kept(
    front: Front, changes: dict[str, Any], status: int, code: str
) -> None:
    answer = await put(front, uuid4(), **changes)

    assert (answer.status_code, answer.json()["code"]) == (status, code)
    assert not rows(front.database, "SELECT FROM contract")


async def test_contract_1_a_contract_that_was_started_here_is_not_told(front: Front) -> None:
    id_ = await offered(front, FIBRE)

    answer = await put(front, id_)

    assert (answer.status_code, answer.json()["code"]) == (409, "contract_started_here")
    assert (await read(front, id_)).json()["state"] == "offered"


@pytest.mark.parametrize("token", [OPS, PORTAL, person_token(MARI)])
async def test_contract_1_only_the_operators_systems_tell(front: Front, token: str) -> None:
    answer = await put(front, uuid4(), token)

    assert answer.status_code == 403


async def test_contract_12_the_user_sees_their_own_contract_and_no_other(front: Front) -> None:
    given(front.database, MARI, KATI, OFFICE, terms("service:view"))
    mine, other = uuid4(), uuid4()
    await put(front, mine, user={"country": "EE", "code": PEETER.code}, services=[])
    await put(front, other)

    assert (await read(front, str(mine), PEETER)).status_code == 200
    assert (await read(front, str(other), PEETER)).status_code == 404
    assert (await read(front, str(mine), PEETER)).json()["may_end"]
    assert contracts.NUMBER not in (await read(front, str(mine), PEETER)).text
