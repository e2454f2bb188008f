"""Operations export and erase the data about a person; nobody else learns that they exist."""

from typing import Any
from uuid import UUID, uuid4

import pytest

from tests.builders.person_traces import WHO, lived, loses_everything, personal
from tests.builders.rows import rows
from tests.clients.api_client import OPS, PORTAL, SUPPORT, Answer, Front, person_token
from tests.oracles.row_scan import rows_with

ERASE = {"ground": "no_longer_needed"}


@pytest.fixture
def who(front: Front) -> UUID:
    return lived(front.database)


async def erase(front: Front, who: UUID, **more: Any) -> Answer:
    body = ERASE | more
    return await front.post(f"/v1/people/{who}/erase", OPS, body, idempotency_key=str(uuid4()))


async def test_fault_23_everything_held_is_one_document(front: Front, who: UUID) -> None:
    answer = await front.get(f"/v1/people/{who}/export", OPS)

    document = answer.json()
    assert (answer.status_code, document["format"], document["version"]) == (
        200,
        "volitus/person",
        1,
    )
    assert answer.headers["Cache-Control"] == "no-store"
    (person,) = document["data"]["person"]["rows"]
    assert (person["code"], person["id"]) == (WHO.code, str(who))
    assert person["created_at"].endswith("Z")
    assert document["data"]["person"]["kept"]
    (event,) = rows(front.database, "SELECT * FROM event WHERE kind = 'person:exported'")
    assert (event.person_id, event.actor["kind"]) == (who, "ops")
    (staff,) = rows(front.database, "SELECT id, name FROM staff")
    assert (staff.id, staff.name) == (event.actor["id"], "ann")


async def test_fault_23_a_person_whose_data_is_needed_is_not_erased(
    front: Front, who: UUID
) -> None:
    tried = await erase(front, who, dry_run=True)
    answer = await erase(front, who)

    assert "access" in tried.json()["obstacles"]
    assert (answer.status_code, answer.json()["code"]) == (409, "erasure_blocked")
    assert "has access" in answer.json()["detail"]
    assert rows_with(front.database, [WHO.code])


async def test_fault_23_a_portal_cannot_act_for_an_erased_person(front: Front, who: UUID) -> None:
    loses_everything(front.database)

    tried = await erase(front, who, dry_run=True)
    kept = rows_with(front.database, [WHO.code])
    done = await erase(front, who)
    again = await erase(front, who)
    behalf = await front.ask("GET", "/v1/me", PORTAL, headers={"On-Behalf-Of": str(who)})
    anew = await front.get("/v1/me", person_token(WHO))

    assert kept
    assert (tried.json()["dry_run"], tried.json()["erased_at"]) == (True, None)
    assert tried.json()["changes"] == done.json()["changes"] != []
    assert again.json() == done.json() | {"changes": []}
    assert (behalf.status_code, behalf.json()["code"]) == (404, "not_found")
    assert anew.json()["id"] != str(who)
    # The answer that is kept for the Idempotency-Key says nothing about the person either.
    assert {table for table, _ in rows_with(front.database, personal().values())} == {"person"}


@pytest.mark.parametrize("token", [None, SUPPORT, PORTAL, person_token(WHO)])
async def test_fault_23_other_callers_cannot_learn_whether_a_person_is_known(
    front: Front, who: UUID, token: str | None
) -> None:
    for path, body in (("export", None), ("erase", ERASE)):
        answers = []
        for person in (who, uuid4()):
            method = "POST" if body else "GET"
            headers = {"Idempotency-Key": str(uuid4())}
            path_ = f"/v1/people/{person}/{path}"
            answer = await front.ask(method, path_, token, body, headers)
            answers.append((answer.status_code, answer.json()["code"], answer.json().get("detail")))
        assert answers[0] == answers[1]
        assert answers[0][0] in {401, 403}
    assert rows(front.database, "SELECT FROM event WHERE kind LIKE 'person:%'") == []


async def test_fault_23_an_unknown_person_is_not_found(front: Front) -> None:
    for answer in (
        await front.get(f"/v1/people/{uuid4()}/export", OPS),
        await erase(front, uuid4()),
        await erase(front, uuid4(), dry_run=True),
    ):
        assert (answer.status_code, answer.json()["code"]) == (404, "not_found")
