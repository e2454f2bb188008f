"""bill.5: call details in full are given over HTTP, and who sees what they are for."""

from typing import Any

import pytest

from domain.access.permissions import GIVEN_BY_NAME, Permission, Role, permissions_of
from domain.identifiers import PersonKey
from storage.accounts.accounts import AccountFacts
from tests.builders.days import today
from tests.builders.delegations import OFFICE, OTHER, set_up_customers
from tests.builders.people import ANNA, JAAN, KATI, MARI, TIIU
from tests.clients.api_client import SUPPORT, Answer, Front, person_token
from tests.clients.delegating import allowed, code_of, post

IN_FULL = ["call_details:full", "call_details:request", "call_details:view"]
WHY = "Vaidlus arve üle"


@pytest.fixture(autouse=True)
def customers(front: Front) -> None:
    set_up_customers(front.database)


def terms(**more: Any) -> dict[str, Any]:
    return {"from_day": today().isoformat()} | more


async def offer(
    front: Front, giver: PersonKey, receiver: PersonKey, on: AccountFacts = OFFICE, **more: Any
) -> Answer:
    body = terms(receiver=code_of(receiver), **more)
    return await post(front, f"/v1/accounts/{on.id}/delegations", giver, body)


async def accept(front: Front, id_: str, who: PersonKey) -> Answer:
    return await post(front, f"/v1/delegations/{id_}/accept", who, {"version": 1})


async def given(front: Front, receiver: PersonKey, **more: Any) -> str:
    """Mari gives something, which is accepted."""
    id_: str = (await offer(front, MARI, receiver, **more)).json()["id"]
    assert (await accept(front, id_, receiver)).status_code == 200
    return id_


async def test_the_receiver_gets_it_and_sees_what_for(front: Front) -> None:
    new = await offer(front, MARI, JAAN, permissions=IN_FULL, purpose=WHY)
    id_ = new.json()["id"]
    seen = await front.get(f"/v1/delegations/{id_}", person_token(JAAN))
    taken = await accept(front, id_, JAAN)

    assert (new.status_code, taken.status_code) == (201, 200)
    assert new.json()["terms"]["purpose"] is None, "not kept with the answer"
    assert seen.json()["terms"]["purpose"] == WHY
    assert await allowed(front, JAAN, "call_details:full")
    for who in (MARI, JAAN):
        found = await front.get(f"/v1/delegations/{id_}", person_token(who))
        assert found.json()["terms"]["purpose"] == WHY
    as_staff = await front.get(f"/v1/delegations/{id_}", SUPPORT)
    assert as_staff.json()["terms"]["purpose"] == WHY


async def test_without_a_purpose_it_is_refused_and_nobody_learns_of_it(front: Front) -> None:
    refused = await offer(front, MARI, JAAN, permissions=IN_FULL)
    short = await offer(front, MARI, JAAN, permissions=IN_FULL, purpose="x")

    assert refused.json()["refusals"] == ["purpose_missing"]
    assert short.status_code == 422


async def test_of_what_needs_no_purpose_none_is_kept(front: Front) -> None:
    id_ = await given(front, JAAN, role="accountant", purpose=WHY)

    found = await front.get(f"/v1/delegations/{id_}", person_token(JAAN))
    assert found.json()["terms"]["purpose"] is None


@pytest.mark.parametrize("role", [Role.ADMINISTRATOR, Role.ACCOUNTANT, Role.USER])
@pytest.mark.parametrize("may_pass_on", [True, False])
async def test_no_role_that_is_given_has_it(front: Front, role: Role, may_pass_on: bool) -> None:
    id_ = await given(front, JAAN, role=role, may_pass_on=may_pass_on)

    found = await front.get(f"/v1/delegations/{id_}", person_token(JAAN))
    assert set(found.json()["terms"]["permissions"]) <= permissions_of(role)
    assert not await allowed(front, JAAN, "call_details:full")


async def test_an_administrator_who_passes_on_gives_it_to_nobody(front: Front) -> None:
    admin = sorted(permissions_of(Role.ADMINISTRATOR))
    id_ = await given(front, JAAN, permissions=admin, may_pass_on=True)
    await given(front, JAAN, permissions=IN_FULL, purpose=WHY)

    for path in (f"/v1/accounts/{OFFICE.id}/delegations", f"/v1/delegations/{id_}/pass-on"):
        body = terms(receiver=code_of(KATI), permissions=IN_FULL, purpose=WHY)
        refused = await post(front, path, JAAN, body)
        assert refused.json()["refusals"] == ["beyond_parent_permissions"]


async def test_nobody_asks_for_it(front: Front) -> None:
    asked = terms(permissions=IN_FULL, customer_number="K1")
    refused = await post(front, "/v1/access-requests", JAAN, asked)

    assert refused.json()["refusals"] == ["purpose_missing"]


async def test_those_who_confirm_it_together_see_what_for(front: Front) -> None:
    new = await offer(front, TIIU, ANNA, OTHER, permissions=IN_FULL, purpose=WHY)
    id_ = new.json()["id"]

    seen = await front.get(f"/v1/delegations/{id_}", person_token(JAAN))
    hidden = await front.get(f"/v1/delegations/{id_}", person_token(ANNA))
    assert seen.json()["proposal"]["terms"]["purpose"] == WHY
    assert hidden.status_code == 404


def test_what_is_given_by_name_is_in_the_list_that_portals_read() -> None:
    assert set(IN_FULL) - set(GIVEN_BY_NAME) == {
        Permission.CALL_DETAILS_REQUEST,
        Permission.CALL_DETAILS_VIEW,
    }
