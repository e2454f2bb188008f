"""One account in a browser: who I am here, and the requests for access to it."""

from collections.abc import AsyncIterator

import pytest
from playwright.async_api import expect

from storage.database import Database
from tests.builders.people import ANNA, JAAN, MARI
from tests.builders.register_states import KUUSK, entry, state
from tests.builders.rows import account, put, store_states
from tests.clients.api_client import Front
from tests.clients.axe import violations_in_variants
from tests.clients.billing_client import Client
from tests.clients.delegating import post
from tests.fixtures.billed_front import open_billed_front
from tests.fixtures.pages_site import PagesSite

NOT_FOUND = "status of 404"


@pytest.fixture
async def front(database: Database, billing: Client) -> AsyncIterator[Front]:
    """The API with a billing, of which some pages are."""
    async with open_billed_front(database, billing) as opened:
        yield opened


async def test_page_10_an_account_says_who_i_am_and_a_request_is_answered(site: PagesSite) -> None:
    ours = account(KUUSK, 1, name="Kuusk OÜ")
    put(site.front.database, ours)
    store_states(site.front.database, state(entry(MARI, name="MARI MAASIKAS")))
    wanted = {
        "company": {"country": KUUSK.country, "code": KUUSK.code},
        "role": "accountant",
        "message": "Olen uus raamatupidaja",
    }
    asked = await post(site.front, "/v1/access-requests", ANNA, wanted)
    assert asked.status_code == 201, asked.text
    page = await site.page_of(MARI)
    await page.goto("/et/")
    await page.click("main .cards a")
    await expect(page.locator("#main")).to_contain_text("üksi esindamise õigus")
    await page.click("main summary")
    assert await violations_in_variants(page) == []
    for link in await page.locator("nav a, .person a, main a").all():
        path = await link.get_attribute("href")
        assert path is not None
        found = await page.context.request.get(path)
        assert found.status == 200, path
    await page.goto("/et/requests")
    await page.click("#main .panel a")
    await expect(page.locator("main .cards")).to_contain_text("Olen uus raamatupidaja")
    assert await violations_in_variants(page, widths=[320]) == []
    await page.click("a[id^=approve-]")
    await expect(page.locator("#dialog")).to_contain_text("Kuusk OÜ")
    await page.click("#dialog button[type=submit]")

    await expect(page.locator(".notice")).to_contain_text("Ligipääs on antud.")
    await expect(page.locator("main")).to_contain_text("Ükski taotlus ei oota vastust")
    stranger = await site.page_of(JAAN, "Jaan Tamm", expected=(NOT_FOUND,))
    for path in ("", "/requests", "/history"):
        answer = await stranger.goto(f"/et/c/{ours.id}{path}")
        assert answer is not None
        assert answer.status == 404
