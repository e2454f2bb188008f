"""What every page has: headers, and refusals of what no page of ours sends."""

from collections.abc import AsyncIterator
from uuid import UUID, uuid4

import httpx
import pytest

from tests.builders.people import JAAN, MARI
from tests.builders.register_states import KUUSK, sole, state
from tests.builders.rows import account, put, store_states
from tests.clients.api_client import Front
from tests.fixtures.databases import database, shared_database
from tests.fixtures.pages_site import PagesSite, front, open_site

__all__ = ["database", "front", "shared_database"]
SAME = {"Sec-Fetch-Site": "same-origin"}
OURS = account(KUUSK, 1, name="Kuusk OÜ")
GIVE = f"/et/c/{OURS.id}/people/give"


@pytest.fixture
async def site(front: Front, http_servers: None) -> AsyncIterator[PagesSite]:
    """The pages without a browser."""
    async with open_site(front) as opened:
        put(front.database, OURS)
        store_states(front.database, state(sole(MARI)))
        yield opened


def form(**fields: str) -> dict[str, str]:
    return {"key": str(uuid4()), "code": JAAN.code, "role": "accountant"} | fields


async def given(site: PagesSite) -> int:
    """Return how many have been offered access."""
    path = f"/v1/accounts/{OURS.id}/delegations"
    return len((await site.front.get(path, site.token_of(MARI))).json()["items"])


@pytest.mark.parametrize(
    ("path", "status"),
    [("/et/", 200), ("/et/nothing", 404), (f"/et/c/{UUID(int=99)}/people", 404), ("/xx/", 404)],
)
async def test_page_3_every_answer_says_what_a_browser_may_do(
    site: PagesSite, path: str, status: int
) -> None:
    async with site.client_of(MARI) as http:
        answer = await http.get(path)

    assert answer.status_code == status
    policy = answer.headers["content-security-policy"]
    assert "default-src 'none'" in policy
    assert "unsafe" not in policy
    assert answer.headers["cache-control"] == "no-store"
    assert answer.headers["referrer-policy"] == "no-referrer"
    assert answer.headers["x-content-type-options"] == "nosniff"


@pytest.mark.parametrize(
    "headers",
    [
        {"Sec-Fetch-Site": "cross-site"},
        {"Sec-Fetch-Site": "same-site"},
        {"Origin": "https://evil.example"},
        {"Origin": "null"},
        {},
    ],
)
async def test_page_17_what_another_site_sends_is_refused(
    site: PagesSite, headers: dict[str, str]
) -> None:
    async with site.client_of(MARI) as http:
        answer = await http.post(GIVE, data=form(), headers=headers)

    assert answer.status_code == 403
    assert await given(site) == 0


async def test_page_16_a_double_click_is_one_act(site: PagesSite) -> None:
    sent = form()
    async with site.client_of(MARI) as http:
        answers = [await http.post(GIVE, data=sent, headers=SAME) for _ in range(2)]

    assert [each.status_code for each in answers] == [303, 303]
    assert await given(site) == 1


async def test_page_17_a_form_is_no_larger_than_people_type(site: PagesSite) -> None:
    async with site.client_of(MARI) as http:
        answer = await http.post(GIVE, data=form(code="1" * 100_000), headers=SAME)

    assert answer.status_code == 413
    assert answer.headers["content-security-policy"]


async def test_page_3_nobody_is_led_to_the_login_and_back(site: PagesSite) -> None:
    async with httpx.AsyncClient(base_url=site.url, trust_env=False) as http:
        answer = await http.get(f"{GIVE}?again=x")
        part = await http.get(GIVE, headers={"HX-Request": "true"})

    assert answer.status_code == 303
    assert answer.headers["location"].startswith("/et/login?return_to=%2Fet%2Fc%2F")
    assert part.status_code == 401
    assert part.headers["hx-redirect"].startswith("/et/login?")


async def test_page_16_while_the_api_is_down_pages_say_so(site: PagesSite) -> None:
    async with site.client_of(MARI) as http, site.api_down():
        seen = await http.get("/et/")
        sent = await http.post(GIVE, data=form(), headers=SAME)

    for answer in (seen, sent):
        assert answer.status_code == 503
        assert "Teenus ei vasta praegu" in answer.text
        assert answer.headers["retry-after"] == "10"


async def test_page_18_a_first_load_is_at_most_100_kilobytes(site: PagesSite) -> None:
    async with site.client_of(MARI) as http:
        page = await http.get("/et/")
        files = {
            line.split('"')[1]
            for line in page.text.replace("<", "\n<").splitlines()
            for line in [line[line.find('"/static') :]]
            if line.startswith('"/static')
        }
        sizes = []
        for each in sorted(files):
            async with http.stream("GET", each) as answer:
                raw = [part async for part in answer.aiter_raw()]
                sizes.append(sum(map(len, raw)))
                assert "immutable" in answer.headers["cache-control"]

    assert len(files) >= 5
    assert sum(sizes) + len(page.content) <= 100_000
