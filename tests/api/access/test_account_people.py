"""Everyone on an account: sorted, filtered, searched, with why and from whom."""

from typing import Any

from domain.access.grants import Origin
from tests.builders.people import ANNA, JAAN, MARI, TIIU
from tests.builders.register_states import KUUSK, sole, state
from tests.builders.rows import account, carry_out, give, put, store_states
from tests.clients.api_client import PORTAL, SUPPORT, Front, person_token

COMPANY = account(KUUSK, 1)
PEOPLE = f"/v1/accounts/{COMPANY.id}/people"
SEARCH = f"{PEOPLE}/search"
NAMES = {MARI: "Žanna Kask", JAAN: "Šveik Jaan", TIIU: "Zoja Tamm", ANNA: "Tõnu Õun"}


def employ(front: Front) -> None:
    """Give one person access by the register, and three by grants of other origins."""
    put(front.database, COMPANY)
    store_states(front.database, state(sole(MARI)))
    give(front.database, JAAN, COMPANY, "accountant")
    give(front.database, TIIU, COMPANY, "user", origin=Origin.NUMBER_VERIFICATION)
    give(front.database, ANNA, COMPANY, "accountant")
    for person, name in NAMES.items():
        named = "UPDATE person SET name = :name WHERE code = :code"
        carry_out(front.database, named, name=name, code=person.code)


def names(body: dict[str, Any]) -> list[str]:
    return [item["name"] for item in body["items"]]


async def test_page_7_everyone_is_sorted_as_estonian_sorts_also_over_pages(front: Front) -> None:
    employ(front)

    first = (await front.get(f"{PEOPLE}?limit=2", person_token(MARI))).json()
    path = f"{PEOPLE}?limit=2&after={first['next']}"
    second = (await front.get(path, person_token(MARI))).json()

    assert names(first) + names(second) == ["Šveik Jaan", "Zoja Tamm", "Žanna Kask", "Tõnu Õun"]
    assert second["next"] is None


async def test_page_7_filters_choose_persons_by_their_grants(front: Front) -> None:
    employ(front)
    ending = "UPDATE access_grant SET validity = tstzrange(lower(validity), '2100-01-01Z')"
    who = " WHERE person_id = (SELECT id FROM person WHERE code = :code)"
    carry_out(front.database, ending + who, code=TIIU.code)

    async def found(query: str) -> list[str]:
        return names((await front.get(f"{PEOPLE}?{query}", person_token(MARI))).json())

    assert await found("permission=access:manage") == ["Žanna Kask"]
    assert await found("permission=invoice:pay") == ["Šveik Jaan", "Žanna Kask", "Tõnu Õun"]
    assert await found("origin=register") == ["Žanna Kask"]
    assert await found("ends_before=2100-01-02T00:00:00Z") == ["Zoja Tamm"]
    assert await found("ends_before=2099-12-31T00:00:00Z") == []
    assert await found("origin=register&permission=usage:view&ends_before=2100-01-02T00:00Z") == []


async def test_page_7_a_person_is_found_by_part_of_the_name(front: Front) -> None:
    employ(front)

    async def found(**search: str) -> list[str]:
        answer = await front.post(SEARCH, person_token(MARI), search)
        assert answer.status_code == 200, answer.text
        return names(answer.json())

    assert await found(name="JAAN") == ["Šveik Jaan"]
    assert await found(name="õun") == ["Tõnu Õun"]
    assert await found(name="a", permission="access:manage") == ["Žanna Kask"]
    assert await found(name="oun") == [], "õ is a letter of its own"
    assert await found(name="%") == []
    assert len(await found()) == 4


async def test_page_7_a_search_shows_no_more_than_the_list(front: Front) -> None:
    employ(front)
    id_ = str(front.id_of(JAAN))

    refused = [
        await front.post(SEARCH, person_token(JAAN), {"name": "kask"}),
        await front.post(SEARCH, PORTAL, {"name": "kask"}, on_behalf_of=id_),
    ]
    by_staff = await front.post(SEARCH, SUPPORT, {"name": "kask"})

    assert [answer.status_code for answer in refused] == [404, 404]
    assert names(by_staff.json()) == ["Žanna Kask"]


async def test_page_7_each_grant_says_why_there_is_it_and_when_it_was_used(front: Front) -> None:
    employ(front)
    used = "INSERT INTO access_use SELECT :account, id, '2026-05-04' FROM person WHERE code = :code"
    carry_out(front.database, used, account=COMPANY.id, code=JAAN.code)

    body = (await front.get(PEOPLE, person_token(MARI))).json()

    shown = {item["name"]: item for item in body["items"]}
    assert shown["Šveik Jaan"]["last_used"] == "2026-05-04"
    assert shown["Zoja Tamm"]["last_used"] is None
    assert "Žanna Kask" in shown["Žanna Kask"]["grants"][0]["sentence"]
    assert all(grant["sentence"] for item in body["items"] for grant in item["grants"])
