"""Support finds persons and accounts; every look-up of a person is an event."""

from typing import Any
from uuid import uuid4

import pytest

from tests.builders.people import JAAN, MARI
from tests.builders.register_states import KUUSK, TAMM, sole, state
from tests.builders.rows import account, carry_out, put, put_service, rows, service, store_states
from tests.clients.api_client import OFFICER, OPS, SUPPORT, Front, person_token

PEOPLE = "/v1/ops/people/search"
ACCOUNTS = "/v1/ops/accounts/search"
CODE = {"person": {"country": "EE", "code": MARI.code}}
BUSINESS = account(KUUSK, 1, name="Kontor")
PRIVATE = account(MARI, 2)


def looked_up(front: Front) -> list[str]:
    found = rows(
        front.database, "SELECT after FROM event WHERE kind = 'person:looked_up' ORDER BY id"
    )
    return [row.after["by"] for row in found]


async def test_page_14_a_person_is_found_by_code_and_nobody_is_created(front: Front) -> None:
    put(front.database, PRIVATE)
    unknown = {"person": {"country": "EE", "code": JAAN.code}}

    found = (await front.post(PEOPLE, SUPPORT, CODE)).json()["items"]
    nobody = (await front.post(PEOPLE, SUPPORT, unknown)).json()["items"]

    assert [each["id"] for each in found] == [str(front.id_of(MARI))]
    assert nobody == []
    assert rows(front.database, "SELECT FROM person WHERE code = :code", code=JAAN.code) == []
    assert looked_up(front) == ["code"]


async def test_page_14_a_person_is_found_by_the_number_of_a_private_account(front: Front) -> None:
    put(front.database, PRIVATE)
    put_service(front.database, service(1, PRIVATE))
    number = "+37255500001"
    carry_out(front.database, "UPDATE service SET number = :number", number=number)

    found = (await front.post(PEOPLE, OPS, {"number": number})).json()["items"]
    on_account = (await front.post(ACCOUNTS, OPS, {"number": number})).json()["items"]
    nobody = (await front.post(PEOPLE, OPS, {"number": "+37255500002"})).json()["items"]

    assert [each["id"] for each in found] == [str(front.id_of(MARI))]
    assert [each["id"] for each in on_account] == [str(PRIVATE.id)]
    assert nobody == []
    assert looked_up(front) == ["number"]


async def test_page_14_the_accounts_of_a_person_are_a_look_up_too(front: Front) -> None:
    put(front.database, BUSINESS, PRIVATE)
    store_states(front.database, state(sole(MARI)))
    mari = front.id_of(MARI)

    listed = (await front.get(f"/v1/ops/people/{mari}/accounts", SUPPORT)).json()["items"]
    nobody = await front.get(f"/v1/ops/people/{uuid4()}/accounts", SUPPORT)
    own = (await front.get("/v1/me/accounts", person_token(MARI))).json()["items"]

    assert listed == own
    assert nobody.status_code == 404
    assert looked_up(front) == ["accounts"]


async def test_page_14_an_explanation_is_a_look_up_by_somebody(front: Front) -> None:
    put(front.database, BUSINESS)
    store_states(front.database, state(sole(MARI)))
    asked = {
        "person_id": str(front.id_of(MARI)),
        "account_id": str(BUSINESS.id),
        "permission": "invoice:view",
    }

    answer = await front.post("/v1/access/explain", SUPPORT, asked)

    (event,) = rows(
        front.database, "SELECT actor, person_id FROM event WHERE kind = 'person:looked_up'"
    )
    assert answer.status_code == 200
    assert event.actor["kind"] == "ops"
    assert event.person_id == front.id_of(MARI)


@pytest.mark.parametrize(
    ("search", "found"),
    [
        ({"company_name": "kuusk"}, ["K1", "K3"]),
        ({"company_name": "OÜ"}, []),
        ({"company": {"country": "EE", "code": KUUSK.code}}, ["K1", "K3"]),
        ({"reference": "K2"}, ["K2"]),
        ({"reference": "k"}, []),
    ],
)
async def test_page_14_an_account_is_found_by_what_people_say(
    front: Front, search: dict[str, Any], found: list[str]
) -> None:
    put(front.database, BUSINESS, PRIVATE, account(KUUSK, 3), account(TAMM, 4))
    named = "UPDATE company SET name = :name WHERE code = :code"
    carry_out(front.database, named, name='"Kuusk" OÜ', code=KUUSK.code)
    carry_out(front.database, named, name="Tamm ja Kuusk AS", code=TAMM.code)

    first = (await front.post(f"{ACCOUNTS}?limit=1", SUPPORT, search)).json()
    listed = [each["reference"] for each in first["items"]]
    if first["next"]:
        rest = await front.post(f"{ACCOUNTS}?after={first['next']}", SUPPORT, search)
        listed += [each["reference"] for each in rest.json()["items"]]

    assert listed == found


async def test_page_13_mandate_officers_find_the_account_of_a_paper_and_nobody(
    front: Front,
) -> None:
    office = account(KUUSK, 1)
    put(front.database, office)
    paper: list[dict[str, Any]] = [
        {"company": {"country": "EE", "code": KUUSK.code}},
        {"reference": office.reference},
        {"id": str(office.id)},
    ]

    found = [(await front.post(ACCOUNTS, OFFICER, each)).json()["items"] for each in paper]
    unknown = (await front.post(ACCOUNTS, OFFICER, {"id": str(uuid4())})).json()["items"]
    number = {"number": "+37255512345"}
    refused = [(await front.post(path, OFFICER, number)).status_code for path in (ACCOUNTS, PEOPLE)]
    of_account = [
        (await front.get(f"/v1/accounts/{office.id}{of}", OFFICER)).status_code
        for of in ("", "/people", "/services", "/history")
    ]

    assert [[each["id"] for each in items] for items in found] == [[str(office.id)]] * 3
    assert unknown == []
    assert refused == [403, 403]
    assert of_account == [403] * 4


@pytest.mark.parametrize("path", [PEOPLE, ACCOUNTS])
@pytest.mark.parametrize("body", [{}, {"number": "5551"}, {"name": "Mari"}])
async def test_a_search_takes_exactly_one_thing_to_search_by(
    front: Front, path: str, body: dict[str, str]
) -> None:
    assert (await front.post(path, SUPPORT, body)).status_code == 422
    assert (await front.post(path, SUPPORT, CODE | {"number": "+37255500001"})).status_code == 422


async def test_page_17_what_is_searched_is_not_repeated_in_a_refusal(front: Front) -> None:
    wrong = {"person": {"country": "EE", "code": "47101010034"}}

    answer = await front.post(PEOPLE, SUPPORT, wrong)

    assert answer.status_code == 422
    assert "47101010034" not in answer.text


async def test_a_console_learns_what_its_staff_may_do(front: Front) -> None:
    support = (await front.get("/v1/ops/me", SUPPORT)).json()
    ops = (await front.get("/v1/ops/me", OPS)).json()
    officer = (await front.get("/v1/ops/me", OFFICER)).json()

    assert support["roles"] == ["support"]
    assert "explainAccess" in support["may"]
    assert "retryStuckItem" in ops["may"]
    assert "retryStuckItem" not in support["may"]
    assert "confirmMandate" in officer["may"]
    assert "confirmMandate" not in ops["may"]
    assert len({support["id"], ops["id"], officer["id"]}) >= 1
