"""A service says which contract it is of, and who may report it lost."""

from typing import Any
from uuid import UUID

from domain.access.permissions import Role
from domain.identifiers import PersonKey
from tests.builders.contract_ends import mobiil_id, subscription
from tests.builders.delegations import OFFICE, PHONE
from tests.builders.people import KATI, MARI, PEETER
from tests.builders.rows import carry_out, give
from tests.clients.api_client import SUPPORT, Front, person_token
from tests.clients.contracting import act


async def service(front: Front, token: str, of: UUID = PHONE.id) -> dict[str, Any]:
    answer = await front.get(f"/v1/services/{of}", token)
    assert answer.status_code == 200, answer.text
    found: dict[str, Any] = answer.json()
    return found


async def contract(front: Front, who: PersonKey) -> dict[str, Any] | None:
    found: dict[str, Any] | None = (await service(front, person_token(who)))["contract"]
    return found


async def test_page_9_a_service_says_its_contract_and_that_it_may_be_suspended(
    front: Front,
) -> None:
    before = await contract(front, MARI)
    id_ = str(subscription(front.database))
    mobiil_id(front.database, front.id_of(PEETER))

    shown = {"id": id_, "state": "active", "suspended": None, "is_seen": True}
    assert before is None
    assert await contract(front, MARI) == shown | {"may_suspend": True}
    by_staff = (await service(front, SUPPORT))["contract"]
    assert by_staff == shown | {"may_suspend": False}

    await act(front, id_, "suspend", MARI, {"reason": "lost"})
    lost = await contract(front, MARI)
    assert lost == shown | {"state": "suspended", "suspended": "lost", "may_suspend": False}


async def test_page_9_who_only_uses_a_telephone_may_report_it_lost(front: Front) -> None:
    id_ = str(subscription(front.database))
    give(front.database, PEETER, OFFICE, Role.USER, on=PHONE)
    carry_out(
        front.database,
        "UPDATE service SET user_id = :person WHERE id = :id",
        person=front.id_of(PEETER),
        id=PHONE.id,
    )

    theirs = await service(front, person_token(PEETER))

    assert theirs["is_yours"]
    assert theirs["contract"] == {
        "id": id_,
        "state": "active",
        "suspended": None,
        "is_seen": False,
        "may_suspend": True,
    }
    assert not (await service(front, person_token(MARI)))["is_yours"]
    assert (await front.get(f"/v1/services/{PHONE.id}", person_token(KATI))).status_code == 404
