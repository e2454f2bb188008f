"""contract.9, contract.12: who ends a contract, who calls its end off, and what access does."""

from uuid import uuid4

import pytest

from domain.identifiers import PersonKey
from tests.builders.contract_ends import come_to_its_end, mobiil_id, subscription
from tests.builders.delegations import OFFICE, PHONE
from tests.builders.people import KATI, MARI, PEETER, TIIU
from tests.builders.rows import carry_out, give, rows
from tests.clients.api_client import OPS, PORTAL, SUPPORT, Front, person_token
from tests.clients.contracting import act, end, preview, read

BODY = {"preview": 64 * "0", "reason": "customer"}


async def sees_usage(front: Front, who: PersonKey) -> bool:
    """Whether this person may see the usage of Kuusk's telephone now."""
    asked = {"account_id": str(OFFICE.id), "service_id": str(PHONE.id), "permission": "usage:view"}
    answer = await front.post("/v1/access/check", person_token(who), asked)
    allowed: bool = answer.json()["allowed"]
    return allowed


async def test_contract_12_whoever_may_end_it_ends_it_once(front: Front) -> None:
    id_ = subscription(front.database)
    digest = (await preview(front, str(id_))).json()["digest"]

    first, again = [await end(front, str(id_), preview=digest) for _ in range(2)]
    other = await end(front, str(id_), preview=64 * "0")

    assert (first.status_code, first.json()["end"]["reason"]) == (200, "customer"), first.text
    assert again.json() == first.json()
    assert (other.status_code, other.json()["code"]) == (409, "contract_ending")
    (kept,) = rows(front.database, "SELECT * FROM contract")
    assert (kept.end_by["id"], kept.end_cost) == (str(front.id_of(MARI)), [])
    ends = "SELECT FROM event WHERE kind = 'contract:changed' AND after ->> 'state' = 'ending'"
    assert len(rows(front.database, ends)) == 1


async def test_contract_12_a_request_that_is_repeated_gets_the_same_answer(front: Front) -> None:
    id_, key = subscription(front.database), str(uuid4())
    digest = (await preview(front, str(id_))).json()["digest"]
    path, body = f"/v1/contracts/{id_}/end", BODY | {"preview": digest}

    first, again = [
        await front.post(path, person_token(MARI), body, idempotency_key=key) for _ in range(2)
    ]

    assert (first.status_code, again.json()) == (200, first.json())


@pytest.mark.parametrize(
    ("who", "status", "code"),
    [(PEETER, 404, "not_found"), (TIIU, 404, "not_found"), (KATI, 403, "not_permitted")],
)
async def test_contract_12_nobody_else_ends_it_or_calls_it_off(
    front: Front, who: PersonKey, status: int, code: str
) -> None:
    """Kati may start contracts and see them, and no more."""
    id_ = str(subscription(front.database))

    answers = [
        await preview(front, id_, who),
        await act(front, id_, "end", who, BODY),
        await act(front, id_, "end/cancel", who),
    ]

    assert [(each.status_code, each.json()["code"]) for each in answers] == [(status, code)] * 3
    assert (await read(front, id_)).json()["state"] == "active"


async def test_contract_12_an_accountant_does_not_even_see_it(front: Front) -> None:
    id_ = str(subscription(front.database))
    give(front.database, PEETER, OFFICE, "accountant")

    answers = [await preview(front, id_, PEETER), await act(front, id_, "end", PEETER, BODY)]

    assert [each.status_code for each in answers] == [404, 404]


@pytest.mark.parametrize("token", [PORTAL, SUPPORT, OPS])
async def test_contract_12_no_program_and_no_staff_end_it(front: Front, token: str) -> None:
    id_ = subscription(front.database)

    answer = await front.post(f"/v1/contracts/{id_}/end", token, BODY, idempotency_key="a")

    assert answer.status_code == 403


async def test_contract_12_a_login_of_unknown_age_ends_nothing(front: Front) -> None:
    id_ = str(subscription(front.database))

    answer = await act(front, id_, "end", MARI, BODY, auth_time=None)

    assert (answer.status_code, answer.json()["code"]) == (401, "step_up_needed")


async def test_contract_12_the_user_of_a_mobiil_id_ends_theirs_and_no_other(front: Front) -> None:
    host = str(subscription(front.database))
    his = str(mobiil_id(front.database, front.id_of(PEETER)))

    of_host = await end(front, host, PEETER)
    of_another = await end(front, his, KATI)
    answer = await end(front, his, PEETER)

    assert of_host.status_code == 404
    assert (of_another.status_code, of_another.json()["code"]) == (403, "not_permitted")
    assert (answer.status_code, answer.json()["state"]) == (200, "ending"), answer.text
    assert (await read(front, host)).json()["state"] == "active"


async def test_contract_11_the_owner_of_the_number_ends_a_mobiil_id_on_it(front: Front) -> None:
    his = str(mobiil_id(front.database, front.id_of(PEETER)))

    answer = await end(front, his, MARI)

    assert (answer.status_code, answer.json()["state"]) == (200, "ending"), answer.text


async def test_contract_9_access_ends_at_the_moment_although_no_worker_runs(front: Front) -> None:
    id_ = subscription(front.database)
    give(front.database, PEETER, OFFICE, on=PHONE)
    await end(front, str(id_))
    before = await sees_usage(front, PEETER)

    come_to_its_end(front.database, id_)
    late = await act(front, str(id_), "end/cancel")

    assert before
    assert not await sees_usage(front, PEETER)
    assert (await read(front, str(id_))).json()["state"] == "ending"
    assert (late.status_code, late.json()["code"]) == (409, "end_reached")


async def test_contract_2_an_end_that_is_called_off_leaves_the_access_as_it_was(
    front: Front,
) -> None:
    id_ = subscription(front.database)
    give(front.database, PEETER, OFFICE, on=PHONE)
    await end(front, str(id_))

    first, again = [await act(front, str(id_), "end/cancel") for _ in range(2)]
    anew = await end(front, str(id_))

    assert (first.status_code, first.json()["state"]) == (200, "active"), first.text
    assert (first.json()["end"], again.json()["state"]) == (None, "active")
    assert await sees_usage(front, PEETER)
    assert anew.json()["state"] == "ending"


async def test_contract_10_an_end_from_outside_is_called_off_by_staff_only(front: Front) -> None:
    id_ = str(subscription(front.database))
    await end(front, id_)
    carry_out(front.database, "UPDATE contract SET end_is_from_outside = true")
    path, why = f"/v1/ops/contracts/{id_}/end/cancel", {"reason": "Kohus muutis meelt"}

    person = await act(front, id_, "end/cancel")
    support = await front.post(path, SUPPORT, why, idempotency_key="a")
    silent = await front.post(path, OPS, {}, idempotency_key="b")
    staff = await front.post(path, OPS, why, idempotency_key="a")

    assert (person.status_code, person.json()["code"]) == (409, "end_from_outside")
    assert (support.status_code, silent.status_code) == (403, 422)
    assert (staff.status_code, staff.json()["state"]) == (200, "active"), staff.text
    notes = rows(front.database, "SELECT text FROM event_note")
    assert [row.text for row in notes] == ["Kohus muutis meelt"]
