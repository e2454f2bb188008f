"""deleg.17: operators freeze and lift over HTTP, and what a frozen person still sees."""

from typing import Any
from uuid import UUID, uuid4

import pytest

from api.auth.principals import StaffRole
from tests.builders.people import JAAN, MARI
from tests.builders.register_states import KUUSK, sole, state
from tests.builders.rows import NOTED, account, carry_out, give, put, rows, store_states
from tests.clients.api_client import (
    ANN,
    OPS,
    SUPPORT,
    Answer,
    Front,
    known_as,
    person_token,
    staff_token,
)

OFFICE = account(KUUSK)
FREEZES = "/v1/ops/freezes"
WHY = {"reason": "caller says the card was stolen"}
BEN = staff_token(StaffRole.OPS, subject="ben")


async def freeze(front: Front, body: dict[str, Any], token: str = OPS, key: str = "") -> Answer:
    asked = {"code": "credential_stolen"} | WHY | body
    return await front.post(FREEZES, token, asked, idempotency_key=key or str(uuid4()))


async def freeze_mari(front: Front) -> str:
    answer = await freeze(front, {"person_id": str(front.id_of(MARI))})
    id_: str = answer.json()["id"]
    return id_


async def act(front: Front, id_: str, verb: str, token: str) -> Answer:
    return await front.post(f"{FREEZES}/{id_}/{verb}", token, WHY, idempotency_key=str(uuid4()))


def customers(front: Front) -> None:
    put(front.database, OFFICE)
    store_states(front.database, state(sole(MARI)))
    give(front.database, JAAN, OFFICE, "administrator")


async def test_deleg_17_two_operators_freeze_and_lift(front: Front) -> None:
    mari = str(front.id_of(MARI))

    begun = await freeze(front, {"person_id": mari})
    id_ = begun.json()["id"]
    shown = (await front.get(f"{FREEZES}/{id_}", SUPPORT)).json()
    await act(front, id_, "lift-requests", BEN)
    withdrawn = await act(front, id_, "lift-requests/withdraw", OPS)
    early = await act(front, id_, "lift", BEN)
    asked = await act(front, id_, "lift-requests", OPS)
    by_the_same = await act(front, id_, "lift", OPS)
    lifted = await act(front, id_, "lift", BEN)
    late = [await act(front, id_, verb, OPS) for verb in ("lift", "lift-requests")]

    assert (begun.status_code, asked.status_code, lifted.status_code) == (200, 200, 200)
    assert (shown["person_id"], shown["account_id"], shown["lifted_at"]) == (mari, None, None)
    assert (shown["reason"]["code"], shown["note"]) == ("credential_stolen", WHY["reason"])
    assert (shown["frozen_by"]["id"], begun.json()["note"]) == (ANN, None)
    assert (withdrawn.status_code, withdrawn.json()["lift_requested_by"]) == (200, None)
    assert (early.status_code, early.json()["code"]) == (409, "lift_not_requested")
    assert (by_the_same.status_code, by_the_same.json()["code"]) == (409, "second_person_needed")
    assert asked.json()["lift_requested_by"]["id"] == ANN
    assert lifted.json()["lifted_by"]["id"] == known_as("ben")
    assert lifted.json()["lifted_at"] is not None
    assert [(each.status_code, each.json()["code"]) for each in late] == [
        (409, "freeze_lifted")
    ] * 2


async def test_deleg_17_an_account_is_frozen_once_whatever_the_key(front: Front) -> None:
    put(front.database, OFFICE)
    body = {"account_id": str(OFFICE.id)}

    first = await freeze(front, body, key="one")
    repeated = await freeze(front, body, key="one")
    again = await freeze(front, body, BEN, key="one")

    assert first.json() == repeated.json() == again.json()
    found = rows(front.database, f"{NOTED} WHERE kind = 'access:frozen'")
    assert [(row.account_id, row.note) for row in found] == [(OFFICE.id, WHY["reason"])]


@pytest.mark.parametrize(
    ("body", "status", "code"),
    [
        pytest.param({}, 422, "invalid", id="nothing"),
        pytest.param(
            {"person_id": str(UUID(int=1)), "account_id": str(UUID(int=1))},
            *(422, "invalid"),
            id="both",
        ),
        pytest.param({"person_id": "EE38001010001"}, 422, "invalid", id="a-personal-code"),
        pytest.param({"person_id": str(uuid4()), "code": "whim"}, 422, "invalid", id="reason"),
        pytest.param({"person_id": str(UUID(int=1))}, 404, "not_found", id="unknown-person"),
        pytest.param({"account_id": str(UUID(int=1))}, 404, "not_found", id="unknown-account"),
    ],
)
async def test_deleg_17_what_cannot_be_frozen(
    front: Front, body: dict[str, Any], status: int, code: str
) -> None:
    answer = await freeze(front, body)

    assert (answer.status_code, answer.json()["code"]) == (status, code)
    assert rows(front.database, "SELECT FROM suspension") == []


async def test_deleg_17_open_freezes_are_listed_newest_first_and_all_on_request(
    front: Front,
) -> None:
    put(front.database, OFFICE)
    first = await freeze_mari(front)
    second = (await freeze(front, {"account_id": str(OFFICE.id)})).json()["id"]
    third = (await freeze(front, {"person_id": str(front.id_of(JAAN))})).json()["id"]
    await act(front, second, "lift-requests", OPS)
    await act(front, second, "lift", BEN)

    pages, query = [], "?state=all&limit=2"
    while query:
        page = (await front.get(f"{FREEZES}{query}", SUPPORT)).json()
        pages.append([each["id"] for each in page["items"]])
        query = page["next"] and f"?state=all&limit=2&after={page['next']}"
    opened = (await front.get(FREEZES, SUPPORT)).json()["items"]

    assert pages == [[third, second], [first]]
    assert [each["id"] for each in opened] == [third, first]


async def test_page_13_staff_see_who_is_frozen_and_what_they_may_do_and_have_looked_them_up(
    front: Front,
) -> None:
    put(front.database, OFFICE)
    id_ = await freeze_mari(front)
    answer = await freeze(front, {"account_id": str(OFFICE.id)})
    carry_out(front.database, "UPDATE person SET name = 'MARI MAASIKAS'")

    listed = (await front.get(FREEZES, SUPPORT)).json()["items"]
    before = (await front.get(f"{FREEZES}/{id_}", OPS)).json()["may"]
    await act(front, id_, "lift-requests", OPS)
    may = [(await front.get(f"{FREEZES}/{id_}", token)).json()["may"] for token in (OPS, BEN)]
    await act(front, id_, "lift", BEN)

    of_account = (await front.get(f"{FREEZES}?account_id={OFFICE.id}", SUPPORT)).json()["items"]
    of_person = (await front.get(f"{FREEZES}?person_id={front.id_of(JAAN)}", SUPPORT)).json()
    names = [
        (each["person_name"], each["account_reference"], each["account_name"]) for each in listed
    ]
    assert names == [(None, OFFICE.reference, OFFICE.name), ("MARI MAASIKAS", None, None)]
    assert [each["id"] for each in of_account] == [answer.json()["id"]]
    assert of_person["items"] == []
    assert answer.json()["account_name"] is None, "an answer that is kept has no name"
    assert before == ["request_lift"]
    assert may == [["withdraw_lift_request"], ["lift", "withdraw_lift_request"]]
    assert (await front.get(f"{FREEZES}/{id_}", OPS)).json()["may"] == []
    looked = rows(
        front.database, "SELECT after FROM event WHERE kind = 'person:looked_up' ORDER BY id"
    )
    assert [row.after["by"] for row in looked] == ["freeze"] * 5


async def test_deleg_17_a_frozen_person_logs_in_and_has_no_access(front: Front) -> None:
    customers(front)
    token = person_token(MARI)
    question = {"account_id": str(OFFICE.id), "permission": "access:view"}
    people = f"/v1/accounts/{OFFICE.id}/people"
    await freeze_mari(front)

    me = await front.get("/v1/me", token)
    accounts = await front.get("/v1/me/accounts", token)
    checked = (await front.post("/v1/access/check", token, question)).json()
    refused = [
        await front.get(f"/v1/accounts/{OFFICE.id}/{of}", token) for of in ("people", "history")
    ]
    to_jaan = (await front.get(people, person_token(JAAN))).json()["items"]
    to_staff = (await front.get(people, SUPPORT)).json()["items"]

    assert (me.status_code, accounts.json()["items"]) == (200, [])
    assert [each["code"] for each in checked["reasons"]] == ["access_frozen"]
    assert [each.status_code for each in refused] == [404, 404]
    assert [(each["person_id"], each["suspended"]) for each in to_jaan] == [
        (str(front.id_of(JAAN)), False)
    ]
    assert {each["person_id"]: each["suspended"] for each in to_staff} == {
        str(front.id_of(JAAN)): False,
        str(front.id_of(MARI)): True,
    }


async def test_deleg_17_the_history_of_an_account_has_its_freeze_and_the_note_for_staff_alone(
    front: Front,
) -> None:
    customers(front)
    id_ = (await freeze(front, {"account_id": str(OFFICE.id)})).json()["id"]
    await act(front, id_, "lift-requests", OPS)
    await act(front, id_, "lift", BEN)
    path = f"/v1/accounts/{OFFICE.id}/history"

    to_staff, to_mari = [
        [each for each in found.json()["items"] if each["kind"].startswith("access:")]
        for found in (await front.get(path, SUPPORT), await front.get(path, person_token(MARI)))
    ]

    kinds = ["access:restored", "access:lift_requested", "access:frozen"]
    assert [each["kind"] for each in to_staff] == [each["kind"] for each in to_mari] == kinds
    assert {each["note"] for each in to_staff} == {WHY["reason"]}
    assert {(each["note"], each["actor"]["id"]) for each in to_mari} == {(None, "operator")}
