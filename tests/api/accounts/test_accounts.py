"""Accounts and services from the operator's systems: stored, or refused with a reason."""

import asyncio
from dataclasses import replace
from typing import Any
from uuid import UUID, uuid4

import pytest

from domain.delegations.departures import DepartureRules, OnDeparture
from tests.builders.delegations import OFFICE, delegated_to, given, set_up_customers
from tests.builders.departures import reviews, unaligned
from tests.builders.people import ANNA, JAAN, MARI
from tests.builders.register_states import KUUSK, TAMM, sole, state
from tests.builders.rows import (
    account,
    give,
    history,
    put,
    put_service,
    rows,
    service,
    store_states,
)
from tests.clients.api_client import BILLING, Front, person_token

Body = dict[str, Any]
ID = UUID(int=1)
PATH = f"/v1/accounts/{ID}"
SERVICE = "/v1/services"


def account_body(**changes: object) -> Body:
    owner = {"kind": "company", "country": "EE", "code": KUUSK.code}
    return {"reference": "K1", "name": "Kontor", "owner": owner, "status": "active"} | changes


def owned(kind: str, code: str, country: str = "EE") -> Body:
    return account_body(owner={"kind": kind, "country": country, "code": code})


async def test_a_new_account_is_created_and_then_known(front: Front) -> None:
    answers = [await front.put(PATH, BILLING, account_body()) for _ in range(2)]

    assert [answer.status_code for answer in answers] == [201, 200]
    assert answers[0].json() == answers[1].json()
    assert answers[0].json()["kind"] == "business"
    assert history(front.database) == ["account:created"]
    (row,) = rows(front.database, "SELECT actor FROM event")
    assert row.actor == {"kind": "system", "id": "billing"}


@pytest.mark.parametrize("action", OnDeparture)
async def test_deleg_5_the_setting_of_departures_counts_for_accounts(
    front: Front, action: OnDeparture
) -> None:
    """Of a company whose newest register state was not aligned with yet."""
    set_up_customers(front.database)
    given(front.database, MARI, ANNA, OFFICE)
    unaligned(front.database, state(sole(JAAN), minute=1))
    rules = DepartureRules(action)
    front.app.state.parts = replace(front.app.state.parts, departures=rules)

    answer = await front.put(f"/v1/accounts/{uuid4()}", BILLING, account_body(reference="K9"))

    assert answer.status_code == 201
    assert reviews(front.database) == (["open"] if action is OnDeparture.REVIEW else [])
    ended = action is OnDeparture.END
    assert delegated_to(front.database, ANNA) == ([] if ended else [ANNA.code])


async def test_access_follows_at_once(front: Front) -> None:
    store_states(front.database, state(sole(MARI)))

    await front.put(PATH, BILLING, account_body())
    check = {"account_id": str(ID), "permission": "invoice:pay"}
    before = (await front.post("/v1/access/check", person_token(MARI), check)).json()
    await front.put(PATH, BILLING, account_body(status="closed"))
    after = (await front.post("/v1/access/check", person_token(MARI), check)).json()

    assert (before["allowed"], after["allowed"]) == (True, False)


async def test_a_private_account_is_its_owners(front: Front) -> None:
    answer = await front.put(PATH, BILLING, owned("person", MARI.code))

    check = {"account_id": str(ID), "permission": "invoice:pay"}
    assert answer.json()["kind"] == "private"
    assert MARI.code not in answer.text
    assert (await front.post("/v1/access/check", person_token(MARI), check)).json()["allowed"]


async def test_without_temporal_the_register_is_queried_about_a_new_customer_later(
    front: Front,
) -> None:
    new = await front.put(PATH, BILLING, account_body())
    closed = await front.put(PATH, BILLING, account_body(status="closed"))

    assert new.headers["Volitus-Register-Check"] == "postponed"
    assert "Volitus-Register-Check" not in closed.headers


async def test_a_company_with_a_register_state_is_not_queried(front: Front) -> None:
    store_states(front.database, state(sole(MARI)))

    answer = await front.put(PATH, BILLING, account_body())

    assert answer.status_code == 201
    assert "Volitus-Register-Check" not in answer.headers


@pytest.mark.parametrize(
    ("body", "pointer"),
    [
        pytest.param(owned("company", "10000020"), "/owner/code", id="registry-code-checksum"),
        pytest.param(owned("person", "60001019900"), "/owner/code", id="personal-code-checksum"),
        pytest.param(owned("person", "69901019904"), "/owner/code", id="born-in-the-future"),
        pytest.param(owned("company", KUUSK.code, "Eesti"), "/owner/country", id="no-country"),
        pytest.param(owned("cat", KUUSK.code), "/owner/kind", id="neither-company-nor-person"),
        pytest.param(account_body(status="gone"), "/status", id="unknown-status"),
        pytest.param(account_body(reference=" "), "/reference", id="empty-reference"),
        pytest.param(account_body(name="a\x00b"), "/name", id="nul"),
        pytest.param(account_body(name="a\x9bb"), "/name", id="fault-24-c1"),
        pytest.param(account_body(reference="K\u202e1"), "/reference", id="fault-24-bidi"),
        pytest.param(account_body(name="x" * 301), "/name", id="too-long"),
        pytest.param({"reference": "K1"}, "/owner", id="no-owner"),
    ],
)
async def test_an_impossible_account_is_refused(front: Front, body: Body, pointer: str) -> None:
    answer = await front.put(PATH, BILLING, body)

    assert answer.status_code == 422
    assert [error["pointer"] for error in answer.json()["errors"]] == [pointer]
    assert not {"60001019900", "10000020", "69901019904"} & set(answer.text.split('"'))
    assert rows(front.database, "SELECT FROM account") == []


async def test_two_accounts_cannot_have_one_reference(front: Front) -> None:
    put(front.database, account(TAMM, 2, reference="K1"))

    answer = await front.put(PATH, BILLING, account_body())

    assert (answer.status_code, answer.json()["code"]) == (409, "reference_taken")


async def test_of_two_concurrent_accounts_with_one_reference_one_is_refused(front: Front) -> None:
    answers = await asyncio.gather(
        *(front.put(f"/v1/accounts/{UUID(int=n)}", BILLING, account_body()) for n in (1, 2))
    )

    assert sorted(answer.status_code for answer in answers) == [201, 409]


async def test_a_service_is_created_changed_and_known(front: Front) -> None:
    put(front.database, account(KUUSK, 1))
    path = f"{SERVICE}/{UUID(int=9)}"
    body = {"account_id": str(ID), "kind": "mobile", "number": "+37255500001"}

    answers = [
        await front.put(path, BILLING, each) for each in (body, body, body | {"name": "Mari"})
    ]

    assert [answer.status_code for answer in answers] == [201, 200, 200]
    shown = {"id": str(UUID(int=9)), "name": "Mari", "network": None, "status": "active"}
    orders: dict[str, Any] = {"characteristics": {}, "open_order": None, "drift": []}
    assert answers[2].json() == body | shown | orders
    assert history(front.database)[1:] == ["service:created", "service:changed"]


async def test_a_grant_on_a_service_ends_with_it(front: Front) -> None:
    own, phone = account(KUUSK, 1), service(1, account(KUUSK, 1))
    put(front.database, own)
    put_service(front.database, phone)
    give(front.database, JAAN, own, "user", on=phone)
    body = {"account_id": str(ID), "kind": "mobile", "status": "ended"}

    await front.put(f"{SERVICE}/{phone.id}", BILLING, body)

    check = {"account_id": str(ID), "permission": "usage:view", "service_id": str(phone.id)}
    answer = (await front.post("/v1/access/check", person_token(JAAN), check)).json()
    assert [reason["code"] for reason in answer["reasons"]] == ["no_access", "service_gone"]


@pytest.mark.parametrize(
    ("change", "code"),
    [
        pytest.param({"account_id": str(uuid4())}, "account_unknown", id="no-such-account"),
        pytest.param({}, "number_taken", id="number-of-another-service"),
    ],
)
async def test_an_impossible_service_is_refused(front: Front, change: Body, code: str) -> None:
    own = account(KUUSK, 1)
    put(front.database, own)
    put_service(front.database, service(1, own, phone="+37255500001"))
    body = {"account_id": str(ID), "kind": "mobile", "number": "+37255500001"} | change

    answer = await front.put(f"{SERVICE}/{uuid4()}", BILLING, body)

    assert (answer.status_code, answer.json()["code"]) == (409, code)


@pytest.mark.parametrize("number", ["55500001", "+055500001", "+3725550000123456", "+372 555"])
async def test_a_number_must_be_international(front: Front, number: str) -> None:
    body = {"account_id": str(ID), "kind": "mobile", "number": number}

    answer = await front.put(f"{SERVICE}/{uuid4()}", BILLING, body)

    assert (answer.status_code, answer.json()["errors"][0]["pointer"]) == (422, "/number")
    assert number not in answer.text
