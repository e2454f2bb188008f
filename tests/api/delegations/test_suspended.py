"""deleg.6: what people see over HTTP while the register says that their company is deleted."""

import pytest

from tests.builders.company_suspensions import alive, bankrupt, deleted
from tests.builders.days import DAY, today
from tests.builders.delegations import OFFICE, given, set_up_customers
from tests.builders.people import ANNA, MARI, TOOMAS
from tests.builders.rows import rows, store_states
from tests.clients.api_client import OPS, SUPPORT, Front, person_token

WHY = {"reason": "the register is wrong, they say"}
ESTONIAN = {"accept_language": "et"}


@pytest.fixture(autouse=True)
def customers(front: Front) -> None:
    set_up_customers(front.database)


async def kinds(front: Front, path: str, token: str) -> list[str]:
    answer = await front.get(path, token)
    return [item["kind"] for item in answer.json()["items"]]


async def test_deleg_6_the_receiver_reads_that_it_is_suspended_and_that_it_is_back(
    front: Front,
) -> None:
    delegation = given(front.database, MARI, ANNA, OFFICE)
    anna, path = person_token(ANNA), f"/v1/delegations/{delegation.id}"

    states = []
    for answer in (deleted(1), alive(2)):
        store_states(front.database, answer)
        states.append((await front.get(path, anna)).json()["state"])
    mine = await kinds(front, "/v1/me/history", anna)
    told = [item["title"] for item in (await front.get("/v1/me/notices", anna)).json()["items"]]

    assert states == ["suspended", "active"]
    assert [kind for kind in mine if kind in {"delegation:suspended", "delegation:restored"}] == [
        "delegation:restored",
        "delegation:suspended",
    ]
    assert told[:2] == ["Teile antud ligipääs on taastatud", "Teile antud ligipääs on peatatud"]


async def test_deleg_6_a_check_refuses_in_the_callers_language(front: Front) -> None:
    given(front.database, MARI, ANNA, OFFICE)
    store_states(front.database, deleted())
    asked = {"account_id": str(OFFICE.id), "permission": "invoice:view"}

    answer = (await front.post("/v1/access/check", person_token(ANNA), asked, **ESTONIAN)).json()

    (reason,) = answer["reasons"]
    assert (answer["allowed"], reason["code"]) == (False, "delegations_suspended")
    assert reason["text"] == (
        "Volitused on peatatud: registri andmetel (2026-08-01 12:01 UTC) on ettevõte kustutatud"
    )


async def test_deleg_6_a_trustee_reads_why_nothing_can_be_given(front: Front) -> None:
    store_states(front.database, bankrupt())
    tomorrow = today() + DAY
    body = {
        "role": "accountant",
        "from_day": tomorrow.isoformat(),
        "receiver": {"country": ANNA.country, "code": ANNA.code},
    }

    path = f"/v1/accounts/{OFFICE.id}/delegations"
    answer = await front.post(path, person_token(TOOMAS), body, idempotency_key="a")

    assert (answer.status_code, answer.json()["code"]) == (409, "delegation_refused")
    assert answer.json()["refusals"] == ["delegations_suspended"]


async def test_deleg_6_it_is_no_freeze_and_nobody_lifts_it(front: Front) -> None:
    given(front.database, MARI, ANNA, OFFICE)
    store_states(front.database, deleted())
    (suspension,) = rows(front.database, "SELECT id FROM suspension")
    path = f"/v1/ops/freezes/{suspension.id}"

    listed = (await front.get("/v1/ops/freezes?state=all", SUPPORT)).json()["items"]
    answers = [
        await front.get(path, OPS),
        await front.post(f"{path}/lift-requests", OPS, WHY, idempotency_key="a"),
        await front.post(f"{path}/lift", OPS, WHY, idempotency_key="b"),
    ]

    assert listed == []
    assert [answer.status_code for answer in answers] == [404, 404, 404]


async def test_deleg_6_staff_see_who_is_held_back(front: Front) -> None:
    given(front.database, MARI, ANNA, OFFICE)
    store_states(front.database, deleted())

    people = (await front.get(f"/v1/accounts/{OFFICE.id}/people", SUPPORT)).json()["items"]

    assert [(each["person_id"], each["suspended"]) for each in people] == [
        (str(front.id_of(ANNA)), True)
    ]
