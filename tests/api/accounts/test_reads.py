"""Accounts and services, read by persons with access and by staff."""

from dataclasses import replace
from typing import Any
from uuid import uuid4

import pytest

from domain.access.permissions import ACCESS_ROLES, Role
from tests.builders.people import JAAN, MARI, TIIU
from tests.builders.register_states import KUUSK, sole, state, together
from tests.builders.rows import account, give, put, put_service, service, store_states
from tests.clients.api_client import OPS, PORTAL, SUPPORT, Front, person_token

COMPANY = account(KUUSK, 1, name="Kontor")
OTHER = account(JAAN, 2)
PHONE = replace(service(1, COMPANY, phone="+37251234567"), name="Mari telefon")
ROUTER = service(2, COMPANY, kind="router")
THEIRS = service(3, OTHER)
ACCOUNT = f"/v1/accounts/{COMPANY.id}"
SERVICES = f"{ACCOUNT}/services"
ONE = f"/v1/services/{PHONE.id}"
DETAILS = {"contract": None, "is_yours": False}
SHOWN = ("may_see_usage", "may_see_credit_limit", "may_request_call_details")
USER = sorted(ACCESS_ROLES[Role.USER].permissions)


@pytest.fixture
def _rows(front: Front) -> None:
    put(front.database, COMPANY, OTHER)
    put_service(front.database, PHONE, ROUTER, THEIRS)
    store_states(front.database, state(sole(MARI)))


async def items(front: Front, token: str) -> list[dict[str, Any]]:
    answer = await front.get(SERVICES, token)
    shown: list[dict[str, Any]] = answer.json()["items"]
    return shown


@pytest.mark.usefixtures("_rows")
async def test_deleg_1_an_administrator_sees_account_and_services_with_permissions(
    front: Front,
) -> None:
    mari = person_token(MARI)

    shown, listed = (await front.get(ACCOUNT, mari)).json(), await items(front, mari)

    assert shown == {
        "id": str(COMPANY.id),
        "reference": "K1",
        "name": "Kontor",
        "kind": "business",
        "status": "active",
        "company_code": KUUSK.code,
        "permissions": sorted(ACCESS_ROLES[Role.ADMINISTRATOR].permissions),
        "manages_as": "register",
    }
    assert listed[0] == {
        "id": str(PHONE.id),
        "account_id": str(COMPANY.id),
        "kind": "mobile",
        "number": "+37251234567",
        "name": "Mari telefon",
        "status": "active",
        "permissions": sorted(ACCESS_ROLES[Role.ADMINISTRATOR].permissions),
        "characteristics": [],
        "read_at": None,
    }
    assert [each["id"] for each in listed] == [str(PHONE.id), str(ROUTER.id)]
    details = DETAILS | dict.fromkeys(SHOWN, True)
    assert (await front.get(ONE, mari)).json() == listed[0] | details


@pytest.mark.usefixtures("_rows")
async def test_deleg_1_access_to_one_service_shows_just_that(front: Front) -> None:
    give(front.database, TIIU, COMPANY, "user", on=PHONE)
    tiiu = person_token(TIIU)

    shown, listed = (await front.get(ACCOUNT, tiiu)).json(), await items(front, tiiu)
    router = await front.get(f"/v1/services/{ROUTER.id}", tiiu)

    assert shown["permissions"] == []
    assert [(each["id"], each["permissions"]) for each in listed] == [(str(PHONE.id), USER)]
    assert (await front.get(ONE, tiiu)).json() == listed[0] | DETAILS | dict.fromkeys(SHOWN, True)
    assert router.status_code == 404


@pytest.mark.usefixtures("_rows")
async def test_joint_6_a_joint_member_alone_sees_the_account_and_every_service(
    front: Front,
) -> None:
    store_states(front.database, together(MARI, JAAN, minute=1))
    jaan = person_token(JAAN)

    shown = (await front.get(ACCOUNT, jaan)).json()
    seen = sorted(ACCESS_ROLES[Role.JOINT_REPRESENTATIVE].permissions)

    assert shown["permissions"] == seen
    assert [each["permissions"] for each in await items(front, jaan)] == [seen, seen]
    assert (await front.get(ONE, jaan)).json()["number"] == PHONE.number


@pytest.mark.usefixtures("_rows")
async def test_deleg_1_without_service_view_there_are_no_services(front: Front) -> None:
    give(front.database, TIIU, COMPANY, Role.ACCOUNTANT)
    tiiu = person_token(TIIU)

    shown = await front.get(ACCOUNT, tiiu)
    refused = [await front.get(path, tiiu) for path in (SERVICES, ONE)]

    assert shown.json()["permissions"] == sorted(ACCESS_ROLES[Role.ACCOUNTANT].permissions)
    assert [answer.status_code for answer in refused] == [404, 404]


@pytest.mark.usefixtures("_rows")
@pytest.mark.parametrize("path", [ACCOUNT, SERVICES, ONE], ids=["account", "services", "service"])
async def test_deleg_1_what_may_not_be_seen_is_as_if_it_did_not_exist(
    front: Front, path: str
) -> None:
    invented = path.replace(str(COMPANY.id), str(uuid4())).replace(str(PHONE.id), str(uuid4()))

    answers = [
        await front.get(path, person_token(JAAN)),
        await front.get(path, person_token(TIIU)),
        await front.get(path, PORTAL, on_behalf_of=str(front.id_of(JAAN))),
        await front.get(invented, person_token(MARI)),
        await front.get(invented, SUPPORT),
    ]

    assert {answer.status_code for answer in answers} == {404}
    assert len({str(answer.json() | {"instance": ""}) for answer in answers}) == 1


@pytest.mark.usefixtures("_rows")
@pytest.mark.parametrize("path", [ACCOUNT, SERVICES, ONE], ids=["account", "services", "service"])
async def test_deleg_1_staff_and_the_portal_for_a_person_see_it(front: Front, path: str) -> None:
    by_staff = [(await front.get(path, token)).json() for token in (SUPPORT, OPS)]
    by_portal = await front.get(path, PORTAL, on_behalf_of=str(front.id_of(MARI)))

    assert by_staff[0] == by_staff[1]
    assert '"permissions":null' in (await front.get(path, SUPPORT)).text
    assert by_portal.json() == (await front.get(path, person_token(MARI))).json()


@pytest.mark.usefixtures("_rows")
async def test_deleg_1_access_that_ended_shows_nothing(front: Front) -> None:
    mari = person_token(MARI)
    store_states(front.database, together(JAAN, TIIU, minute=1))

    answers = [await front.get(path, mari) for path in (ACCOUNT, SERVICES, ONE)]

    assert [answer.status_code for answer in answers] == [404, 404, 404]


@pytest.mark.usefixtures("_rows")
async def test_deleg_1_services_are_listed_by_pages(front: Front) -> None:
    mari = person_token(MARI)

    first = (await front.get(f"{SERVICES}?limit=1", mari)).json()
    second = (await front.get(f"{SERVICES}?limit=1&after={first['next']}", mari)).json()

    ids = [each["id"] for each in (*first["items"], *second["items"])]
    assert (ids, second["next"]) == ([str(PHONE.id), str(ROUTER.id)], None)
