"""Whichever way staff are shown a person, it is an event that the person sees."""

from uuid import UUID

import pytest

from tests.builders.delegations import OFFICE, given, offered, set_up_customers
from tests.builders.people import JAAN, MARI
from tests.builders.rows import rows
from tests.clients.api_client import OPS, SUPPORT, Front, person_token

PEOPLE = f"/v1/accounts/{OFFICE.id}/people"
SHOWN = "SELECT person_id, actor, account_id, after FROM event WHERE kind = 'person:looked_up'"


def looked_up(front: Front) -> dict[UUID, list[str]]:
    found: dict[UUID, list[str]] = {}
    for row in rows(front.database, SHOWN):
        assert row.actor["kind"] == "ops"
        assert row.account_id is None, "it is no event of the account's history"
        found.setdefault(row.person_id, []).append(row.after["by"])
    return found


@pytest.mark.parametrize(
    ("path", "how"),
    [
        (PEOPLE, "account"),
        (f"/v1/accounts/{OFFICE.id}/review", "account"),
        (f"/v1/accounts/{OFFICE.id}/delegations", "delegation"),
        ("/v1/delegations/{delegation}", "delegation"),
        ("/v1/ops/events?person_id={jaan}", "history"),
    ],
)
async def test_page_14_whoever_staff_are_shown_is_looked_up(
    front: Front, path: str, how: str
) -> None:
    set_up_customers(front.database)
    delegation = given(front.database, MARI, JAAN, OFFICE)
    jaan = front.id_of(JAAN)
    asked = path.format(delegation=delegation.id, jaan=jaan)

    own = await front.get(asked, person_token(MARI))
    before = looked_up(front)
    answer = await front.get(asked, SUPPORT)

    assert answer.status_code == 200, answer.text
    assert (own.status_code, before) in [(200, {}), (403, {})], "customers look nobody up"
    assert looked_up(front)[jaan] == [how]


async def test_page_14_a_search_among_an_accounts_people_shows_who_it_finds(front: Front) -> None:
    set_up_customers(front.database)
    given(front.database, MARI, JAAN, OFFICE)

    everyone = await front.post(f"{PEOPLE}/search?limit=1", OPS, {})
    nobody = await front.post(f"{PEOPLE}/search", OPS, {"name": "nobody is called so"})
    (event,) = rows(front.database, SHOWN)
    history = await front.get("/v1/me/history", person_token(MARI))

    assert (len(everyone.json()["items"]), nobody.json()["items"]) == (1, [])
    assert event.after == {"by": "account", "account": str(OFFICE.id)}
    kinds = [each["kind"] for each in history.json()["items"]]
    assert ("person:looked_up" in kinds) is (event.person_id == front.id_of(MARI))


async def test_page_14_a_check_by_staff_is_a_look_up(front: Front) -> None:
    set_up_customers(front.database)
    mari = front.id_of(MARI)
    asked = {"account_id": str(OFFICE.id), "permission": "invoice:view", "person_id": str(mari)}

    await front.post("/v1/access/check", person_token(MARI), asked)
    answer = await front.post("/v1/access/check", SUPPORT, asked)

    assert answer.json()["allowed"]
    assert looked_up(front) == {mari: ["check"]}


async def test_page_14_who_has_not_accepted_is_shown_to_nobody(front: Front) -> None:
    set_up_customers(front.database)
    delegation = offered(front.database, MARI, JAAN, OFFICE)

    await front.get(f"/v1/delegations/{delegation.id}", SUPPORT)
    await front.get(f"/v1/accounts/{OFFICE.id}/delegations", SUPPORT)

    assert looked_up(front) == {}


async def test_page_14_a_history_is_looked_at_once_however_many_pages_it_has(front: Front) -> None:
    set_up_customers(front.database)
    mari = front.id_of(MARI)
    path = f"/v1/ops/events?person_id={mari}&limit=1"

    first = (await front.get(path, SUPPORT)).json()
    await front.get(f"{path}&after={first['next']}", SUPPORT)

    assert looked_up(front) == {mari: ["history"]}
