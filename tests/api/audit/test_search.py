"""Staff search the history, and verify it part by part."""

from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import uuid4

from api.auth.principals import StaffRole
from storage.audit import hash_chain
from tests.builders.people import JAAN, MARI
from tests.builders.register_states import KUUSK, sole, state
from tests.builders.rows import account, put, rows, store_states
from tests.clients.api_client import OPS, SUPPORT, Front, staff_token

PATH = "/v1/ops/events"
VERIFY = f"{PATH}/verification"
COMPANY = account(KUUSK, 1)


async def found(front: Front, **query: str) -> list[str]:
    answer = await front.http.get(
        PATH, params=query, headers={"Authorization": f"Bearer {SUPPORT}"}
    )
    assert answer.status_code == 200, answer.text
    items: list[dict[str, Any]] = answer.json()["items"]
    return [item["kind"] for item in items]


async def test_page_14_the_history_is_searched_by_what_whom_and_when(front: Front) -> None:
    put(front.database, COMPANY, account(JAAN, 2))
    store_states(front.database, state(sole(MARI)))
    mari, now = str(front.id_of(MARI)), datetime.now(UTC)

    assert await found(front, kind="grant:started", person_id=mari) == ["grant:started"]
    assert await found(front, kind="account:created", account_id=str(COMPANY.id)) == [
        "account:created"
    ]
    assert await found(front, subject_id=str(COMPANY.id)) == ["account:created"]
    assert await found(front, actor=str(uuid4())) == []
    assert await found(front, actor_kind="register", kind="grant:started") == ["grant:started"]
    assert await found(front, actor_kind="portal") == []
    assert await found(front, before=(now - timedelta(days=1)).isoformat()) == []
    everything = await found(front, since=(now - timedelta(days=1)).isoformat())
    assert len(everything) == 6
    assert everything[0] == "person:looked_up", "the search for what happened to Mari"


async def test_page_14_a_search_is_paged_newest_first(front: Front) -> None:
    put(front.database, *(account(JAAN, number) for number in range(1, 4)))

    ids: list[int] = []
    after = ""
    while after is not None:
        path = f"{PATH}?limit=2{after and f'&after={after}'}"
        body = (await front.get(path, OPS)).json()
        ids += [item["id"] for item in body["items"]]
        after = body["next"]

    every = [row.id for row in rows(front.database, "SELECT id FROM event ORDER BY id DESC")]
    assert ids == every


async def test_page_14_staff_who_acted_are_named_the_last_first(front: Front) -> None:
    for number in range(3):
        token = staff_token(StaffRole.OPS, subject=f"s{number}", name=f"Staff {number}")
        answer = await front.http.get(PATH, headers={"Authorization": f"Bearer {token}"})
        assert answer.status_code == 200

    first = (await front.get("/v1/ops/staff?limit=2", SUPPORT)).json()
    rest = (await front.get(f"/v1/ops/staff?limit=2&after={first['next']}", SUPPORT)).json()

    listed = first["items"] + rest["items"]
    assert [each["name"] for each in listed] == ["Staff 2", "Staff 1", "Staff 0"]
    assert rest["next"] is None
    assert {each["id"] for each in listed} == {
        row.id for row in rows(front.database, "SELECT id FROM staff")
    }


async def test_more_than_a_month_of_everything_is_not_searched(front: Front) -> None:
    asked = f"{PATH}?since=2020-01-01T00:00:00Z"

    everything = await front.get(asked, OPS)
    of_one = await front.get(f"{asked}&account_id={COMPANY.id}", OPS)

    assert everything.status_code == 422
    assert of_one.status_code == 200


async def test_page_14_the_chain_is_verified_part_by_part(front: Front) -> None:
    put(front.database, *(account(JAAN, number) for number in range(1, 4)))
    hash_chain.seal_all(front.database)
    number = len(rows(front.database, "SELECT FROM event_seal"))

    first = (await front.get(f"{VERIFY}?limit=2", OPS)).json()
    second = (await front.get(f"{VERIFY}?after={first['next']}", OPS)).json()
    beyond = await front.get(f"{VERIFY}?after={number + 1}", OPS)

    (last,) = rows(front.database, "SELECT hash FROM event_seal ORDER BY position DESC LIMIT 1")
    assert (first["checked"], first["broken_at"], first["next"]) == (2, None, 2)
    assert (second["checked"], second["broken_at"], second["next"]) == (number - 2, None, None)
    assert second["head"] == last.hash
    assert beyond.status_code == 404
