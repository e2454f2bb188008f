"""Pages of people and access where somebody else was faster, and filters, without scripts."""

from uuid import uuid4

import httpx

from domain.identifiers import PersonKey
from tests.builders.delegations import (
    OFFICE,
    accepted,
    delegated_to,
    given,
    offered,
    renewed,
    revoked,
    set_up_customers,
    terms,
)
from tests.builders.people import ANNA, JAAN, KATI, MARI
from tests.builders.register_states import KUUSK
from tests.clients.delegating import post
from tests.fixtures.pages_site import PagesSite

HOME = f"/en/c/{OFFICE.id}"
SAME = {"Sec-Fetch-Site": "same-origin"}


async def send(http: httpx.AsyncClient, path: str, **fields: str) -> httpx.Response:
    data = {"key": str(uuid4()), **fields}
    return await http.post(path, data=data, headers=SAME, follow_redirects=True)


async def asked(site: PagesSite, who: PersonKey) -> str:
    wanted = {"company": {"country": KUUSK.country, "code": KUUSK.code}, "role": "accountant"}
    answer = await post(site.front, "/v1/access-requests", who, wanted)
    id_: str = answer.json()["id"]
    return id_


async def test_page_5_an_offer_that_is_gone_or_otherwise_is_not_accepted(site: PagesSite) -> None:
    set_up_customers(site.front.database)
    new = offered(site.front.database, MARI, JAAN, OFFICE)
    async with site.client_of(JAAN) as http:
        unseen = await send(http, f"/en/offers/{new.id}/accept", version="7")
        await post(site.front, f"/v1/delegations/{new.id}/withdraw", MARI)
        gone = await send(http, f"/en/offers/{new.id}/accept", version="1")
        declined = await send(http, f"/en/offers/{new.id}/decline")

    assert [each.status_code for each in (unseen, gone, declined)] == [422] * 3
    assert all('id="refused"' in each.text for each in (unseen, gone, declined))
    assert "No access is offered to you now" in gone.text
    assert delegated_to(site.front.database, JAAN) == []


async def test_page_5_new_terms_that_are_declined_leave_the_former_ones(site: PagesSite) -> None:
    set_up_customers(site.front.database)
    old = given(site.front.database, MARI, JAAN, OFFICE)
    renewed(site.front.database, old, MARI, terms(last=90))
    async with site.client_of(JAAN) as http:
        shown = await http.get("/en/offers")
        done = await send(http, f"/en/offers/{old.id}/decline")

    assert "new terms" in shown.text
    assert "You have declined the offer." in done.text
    assert delegated_to(site.front.database, JAAN) == [JAAN.code]


async def test_page_7_a_request_is_declined_and_one_that_is_withdrawn_is_not_approved(
    site: PagesSite,
) -> None:
    set_up_customers(site.front.database)
    first, second = await asked(site, ANNA), await asked(site, KATI)
    async with site.client_of(MARI) as http:
        question = await http.get(f"{HOME}/requests/{first}/decline")
        declined = await send(http, f"{HOME}/requests/{first}/decline")
        await post(site.front, f"/v1/access-requests/{second}/withdraw", KATI)
        late = await send(http, f"{HOME}/requests/{second}/approve")
        unknown = await http.get(f"{HOME}/requests/{second}/approve")

    assert question.status_code == 200
    assert "You have declined the request." in declined.text
    assert (late.status_code, unknown.status_code) == (422, 404)
    assert 'id="refused"' in late.text
    assert delegated_to(site.front.database, ANNA, KATI) == []


async def test_page_7_people_are_filtered_by_where_access_comes_from(site: PagesSite) -> None:
    set_up_customers(site.front.database)
    accepted(site.front.database, offered(site.front.database, MARI, JAAN, OFFICE), JAAN)
    async with site.client_of(MARI) as http:
        pages = [
            (await http.get(f"{HOME}/people?origin={origin}")).text
            for origin in ("", "register", "delegation", "operator", "nonsense")
        ]
        file = (await http.get(f"{HOME}/people.csv?origin=delegation")).text

    assert [each.count("<tr role=") - 1 for each in pages] == [2, 1, 1, -1, 2]
    assert len(file.splitlines()) == 2


async def test_page_7_what_has_ended_meanwhile_is_neither_changed_nor_ended_twice(
    site: PagesSite,
) -> None:
    set_up_customers(site.front.database)
    old = given(site.front.database, MARI, JAAN, OFFICE)
    revoked(site.front.database, old, MARI)
    path = f"{HOME}/access/{old.id}"
    fields = {"role": "accountant", "on": "account", "through": "01.06.2027", "step": "show"}
    async with site.client_of(MARI) as http:
        changed = await send(http, f"{path}/change", **fields)
        ended = await send(http, f"{path}/end")

    assert changed.status_code == 422
    assert 'id="errors"' in changed.text
    assert "has ended" in ended.text, "repeating it does nothing"
