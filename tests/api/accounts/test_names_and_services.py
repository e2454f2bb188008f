"""deleg.1: who has access is shown by a name and a masked number; grants say of which service."""

from dataclasses import replace
from typing import Any
from uuid import uuid4

import pytest

from domain.access.permissions import Role
from domain.identifiers import PersonKey
from tests.builders.people import JAAN, MARI, TIIU
from tests.builders.proofs import prove
from tests.builders.register_states import KUUSK, sole, state
from tests.builders.rows import account, give, put, put_service, rows, service, store_states
from tests.clients.api_client import BILLING, PORTAL, SUPPORT, Front, person_token
from tests.clients.delegating import code_of, post

OFFICE = account(KUUSK, 1)
PHONE = replace(service(1, OFFICE, phone="+37255512345"), name="Valve")
LABEL = {"id": str(PHONE.id), "kind": "mobile", "number": "+37255512345", "name": "Valve"}
TARA = {"profile_attributes": {"given_name": "MARY ÄNN", "family_name": "O’CONNEŽ-ŠUSLIK"}}
GOVSSO = {"given_name": "MARY ÄNN", "family_name": "O’CONNEŽ-ŠUSLIK"}
ME, PEOPLE = "/v1/me", f"/v1/accounts/{OFFICE.id}/people"


@pytest.fixture(autouse=True)
def customers(front: Front) -> None:
    put(front.database, OFFICE)
    put_service(front.database, PHONE)
    store_states(front.database, state(sole(MARI)))


async def people(front: Front, token: str | None = None) -> dict[str, dict[str, Any]]:
    listed = (await front.get(PEOPLE, token or person_token(MARI))).json()["items"]
    return {each["person_id"]: each for each in listed}


async def log_in(front: Front, who: PersonKey, **claims: Any) -> str:
    name: str = (await front.get(ME, person_token(who, **claims))).json()["name"]
    return name


@pytest.mark.parametrize(
    ("claims", "shown"),
    [
        pytest.param(GOVSSO, "MARY ÄNN O’CONNEŽ-ŠUSLIK", id="govsso"),
        pytest.param(TARA, "MARY ÄNN O’CONNEŽ-ŠUSLIK", id="tara"),
        pytest.param({"name": "Mary Änn"}, "Mary Änn", id="openid-connect"),
        pytest.param({"given_name": "Mary"}, "Mary", id="one-name"),
        pytest.param({"given_name": "M\u202ey", "family_name": "\x1b[3m"}, "M�y �[3m", id="unseen"),
        pytest.param({"given_name": 7, "name": ["a"]}, "", id="no-text"),
        pytest.param({"given_name": "\u200b", "name": "\u3164"}, "", id="blank"),
        pytest.param({"name": "x" * 999}, "x" * 255, id="long"),
        pytest.param({}, "", id="none"),
    ],
)
async def test_deleg_1_the_name_of_a_login(
    front: Front, claims: dict[str, Any], shown: str
) -> None:
    assert await log_in(front, JAAN, **claims) == shown
    assert await log_in(front, JAAN) == shown


async def test_deleg_1_a_registers_name_counts_first(front: Front) -> None:
    before = await log_in(front, MARI)

    assert before != ""
    assert await log_in(front, MARI, **GOVSSO) == before


async def test_deleg_1_a_name_is_written_only_when_it_changed(front: Front) -> None:
    def version() -> str:
        (row,) = rows(
            front.database, "SELECT CAST(xmin AS text) FROM person WHERE code = :c", c=JAAN.code
        )
        return str(row.xmin)

    await log_in(front, JAAN, **GOVSSO)
    first = version()
    await log_in(front, JAAN, **TARA)
    await log_in(front, JAAN)
    asked = {"account_id": str(OFFICE.id), "permission": "invoice:pay"}
    await front.post("/v1/access/check", person_token(JAAN, name="Other"), asked)
    unchanged = version()
    await log_in(front, JAAN, name="Jaan Uus")

    assert (unchanged, version() == first) == (first, False)


async def test_deleg_1_nobody_with_access_is_nameless(front: Front) -> None:
    grant = prove(front.database, JAAN, "+37255512345")
    await log_in(front, JAAN, **GOVSSO)

    for token in (person_token(MARI), SUPPORT):
        jaan = (await people(front, token))[str(front.id_of(JAAN))]
        assert (jaan["name"], jaan["number"]) == ("MARY ÄNN O’CONNEŽ-ŠUSLIK", "+3725••••345")
        assert [each["service"] for each in jaan["grants"]] == [LABEL]
    assert grant is not None
    mari = (await people(front))[str(front.id_of(MARI))]
    assert mari["number"] is None
    assert [each["service"] for each in mari["grants"]] == [None]


async def test_deleg_1_a_name_is_not_told_before_acceptance(front: Front) -> None:
    await log_in(front, JAAN, **GOVSSO)
    day = rows(front.database, "SELECT CAST(now() AS date) + 2 AS day")[0].day.isoformat()
    wanted = {"role": "accountant", "from_day": day, "receiver": code_of(JAAN)}

    offered = await post(front, f"/v1/accounts/{OFFICE.id}/delegations", MARI, wanted)
    path = f"/v1/delegations/{offered.json()['id']}"
    history = await front.get(f"/v1/accounts/{OFFICE.id}/history", person_token(MARI))

    assert (await front.get(path, person_token(MARI))).json()["receiver"]["name"] is None
    assert "MARY" not in history.text
    await post(front, f"{path}/accept", JAAN, {"version": 1})
    assert (await front.get(path, person_token(MARI))).json()["receiver"]["name"] == (
        "MARY ÄNN O’CONNEŽ-ŠUSLIK"
    )


async def test_deleg_1_the_operators_name_until_the_person_logs_in(front: Front) -> None:
    receiver = code_of(JAAN) | {"name": "Jaan Jõhvikas"}
    record = {"account_id": str(OFFICE.id), "receiver": receiver, "role": "accountant"}

    put_ = await front.put(
        f"/v1/delegations/{uuid4()}", BILLING, record | {"from_day": "2019-02-28"}
    )
    before = (await people(front))[str(front.id_of(JAAN))]["name"]
    await log_in(front, JAAN, **GOVSSO)

    assert put_.json()["receiver"]["name"] is None
    assert before == "Jaan Jõhvikas"
    assert (await people(front))[str(front.id_of(JAAN))]["name"] == "MARY ÄNN O’CONNEŽ-ŠUSLIK"


async def test_deleg_1_a_service_only_for_those_who_see_it(front: Front) -> None:
    give(front.database, TIIU, OFFICE, Role.USER, on=PHONE)

    (own,) = (await front.get("/v1/me/accounts", person_token(TIIU))).json()["items"]
    past = await front.get("/v1/me/accounts?at=2020-01-01T00:00:00Z", person_token(TIIU))

    assert [each["service"] for each in own["grants"]] == [LABEL]
    assert past.json()["items"] == []


async def test_deleg_1_explain_and_verifications_name_the_service(front: Front) -> None:
    prove(front.database, JAAN, "+37255512345")
    question = {
        "person_id": str(front.id_of(JAAN)),
        "account_id": str(OFFICE.id),
        "permission": "usage:view",
        "service_id": str(PHONE.id),
    }

    explained = (await front.post("/v1/access/explain", SUPPORT, question)).json()
    mine = (await front.get("/v1/me/numbers", person_token(JAAN))).json()["items"]

    assert [each["grant"]["service"] for each in explained["path"]] == [LABEL]
    assert [each["service"] for each in mine] == [LABEL]
    portal = await front.get("/v1/me/numbers", PORTAL, on_behalf_of=str(front.id_of(JAAN)))
    assert portal.json()["items"] == mine
